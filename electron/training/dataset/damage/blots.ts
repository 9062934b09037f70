import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { logUniform, type Place, randomSoftness } from './chance.ts';
import { anyColour, inkColour, paperColour } from './colours.ts';
import { layPaint, type Paint, type Painting } from './painting.ts';
import { drawBlob, drawDisc, drawStroke, type Point } from './shapes.ts';
import { mottle } from './texture.ts';

function inkPaint(random: Random): Paint {
  return {
    colour: inkColour(random),
    opacity: random.next() < 0.5 ? 1 : random.uniform(0.6, 1),
    kind: random.next() < 0.5 ? 'paint' : 'ink',
  };
}

/** One ink stain: a drop with a wavy outline, perhaps splashes around it, perhaps a run downwards. */
export function inkBlot(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const centre = place();
  const radius = logUniform(random, 2.5, Math.min(width, height) / 4.5);
  const softness = randomSoftness(random, Math.min(6, radius));
  drawBlob(shape, centre, radius, random.next() < 0.3 ? 0 : random.uniform(0.04, 0.3), softness, random);
  if (random.next() < 0.4) splash(shape, centre, radius, softness, random);
  if (random.next() < 0.15) {
    const length = radius * random.uniform(1, 5);
    const end = { x: centre.x + random.uniform(-2, 2), y: centre.y + length, radius: radius * 0.2 };
    drawStroke(shape, [{ ...centre, radius: radius * 0.4 }, end], softness);
    drawDisc(shape, end, radius * random.uniform(0.2, 0.35), softness);
  }
  if (random.next() < 0.5) mottle(shape, random.uniform(3, 14), random.uniform(0.1, 0.35), random);
  layPaint(painting, shape, inkPaint(random));
}

function splash(shape: Planes, centre: Point, radius: number, softness: number, random: Random): void {
  const drops = random.integer(3, 25);
  for (let i = 0; i < drops; i++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const distance = radius * (1 + Math.abs(random.normal()) * 0.9);
    const drop = radius * logUniform(random, 0.04, 0.25);
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    const at = { x: centre.x + distance * dx, y: centre.y + distance * dy, radius: drop };
    // Drops that flew are drawn out along their way.
    const tail = { x: at.x - dx * drop * 2, y: at.y - dy * drop * 2, radius: drop * 0.5 };
    drawStroke(shape, [at, random.next() < 0.5 ? tail : at], Math.min(1, softness));
  }
}

/** Plain round spots of one colour with sharp edges. */
export function inkDiscs(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const count = random.integer(1, 7);
  const softness = random.next() < 0.5 ? 0 : 1;
  for (let i = 0; i < count; i++) {
    drawDisc(shape, place(), logUniform(random, 2, Math.min(width, height) / 7), softness);
  }
  const colour = random.next() < 0.8 ? inkColour(random) : anyColour(random);
  layPaint(painting, shape, { colour, opacity: 1, kind: 'paint' });
}

/** The ring that a cup leaves: dark at its outer edge, nearly nothing inside. */
export function cupRing(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const centre = place();
  const radius = random.uniform(0.15, 0.6) * Math.min(width, height);
  const line = random.uniform(0.6, 2.5);
  const from = random.uniform(0, 2 * Math.PI);
  const length = random.uniform(2.5, 2 * Math.PI + 0.2);
  const steps = Math.ceil((radius * length) / 3);
  const wobble = random.uniform(0, 0.05) * radius;
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const angle = from + (length * i) / steps;
    const r = radius + wobble * Math.sin(2 * angle + from);
    const thickness = line * (0.7 + 0.5 * Math.sin(3 * angle + 2 * from));
    return {
      x: centre.x + r * Math.cos(angle),
      y: centre.y + r * Math.sin(angle),
      radius: Math.max(0.3, thickness),
    };
  });
  drawStroke(shape, points, random.uniform(1, 3));
  mottle(shape, random.uniform(4, 12), random.uniform(0.2, 0.5), random);
  layPaint(painting, shape, { colour: inkColour(random), opacity: random.uniform(0.6, 1), kind: 'ink' });
}

/** A place where the picture's surface came off and paper shows, often at the picture's edge. */
export function bareSpot(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const radius = logUniform(random, 2, Math.min(width, height) / 6);
  drawBlob(shape, place(), radius, random.uniform(0.2, 0.5), randomSoftness(random, 1.5), random);
  const colour = paperColour(random);
  layPaint(painting, shape, { colour, opacity: 1, kind: 'paint' });
  // Paper is not even: a faint second layer of clouds in a darker tone.
  mottle(shape, random.uniform(2, 8), 1, random);
  const darker: [number, number, number] = [colour[0] * 0.85, colour[1] * 0.83, colour[2] * 0.8];
  layPaint(painting, shape, { colour: darker, opacity: random.uniform(0, 0.7), kind: 'paint' });
}
