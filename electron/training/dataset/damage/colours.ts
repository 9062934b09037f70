import type { Random } from '../../../engine/pixels/random.ts';
import type { Colour } from './painting.ts';

const inks: readonly Colour[] = [
  [0.05, 0.05, 0.07],
  [0.06, 0.1, 0.32],
  [0.1, 0.16, 0.5],
  [0.28, 0.16, 0.08],
  [0.42, 0.27, 0.13],
  [0.55, 0.07, 0.1],
  [0.1, 0.3, 0.16],
  [0.3, 0.1, 0.35],
];

const scratchTints: readonly Colour[] = [
  [0.6, 0.95, 0.7],
  [0.5, 0.85, 1],
  [1, 0.9, 0.45],
  [1, 0.55, 0.35],
];

const near = (colour: Colour, spread: number, random: Random): Colour => {
  const shade = random.uniform(-spread, spread);
  const [red, green, blue] = colour.map((value) =>
    Math.min(1, Math.max(0, value + shade + random.uniform(-spread / 2, spread / 2))),
  );
  return [red, green, blue];
};

export function anyColour(random: Random): Colour {
  return [random.next(), random.next(), random.next()];
}

/** Black, blue, brown, red: what pens and cups hold; now and then any colour. */
export function inkColour(random: Random): Colour {
  if (random.next() < 0.15) return anyColour(random);
  return near(inks[random.integer(0, inks.length)], 0.06, random);
}

/** Mostly the white of bare paper or the black of a scratched negative; sometimes the tint of a colour film's layer. */
export function scratchColour(random: Random): Colour {
  const kind = random.next();
  if (kind < 0.5) return near([0.95, 0.94, 0.9], 0.06, random);
  if (kind < 0.75) return near([0.06, 0.06, 0.06], 0.06, random);
  if (kind < 0.9) return near(scratchTints[random.integer(0, scratchTints.length)], 0.08, random);
  return anyColour(random);
}

/** The back of a photo that shows where its surface is gone. */
export function paperColour(random: Random): Colour {
  return near(random.next() < 0.8 ? [0.93, 0.9, 0.83] : [0.6, 0.55, 0.47], 0.06, random);
}
