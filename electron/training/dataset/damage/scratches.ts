import { createPlanes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { logUniform, type Place } from './chance.ts';
import { scratchColour } from './colours.ts';
import { layPaint, type Painting } from './painting.ts';
import { drawBlob, drawDisc, drawStroke, type Point, smoothCurve } from './shapes.ts';
import { wander } from './strokes.ts';
import { breakUp, mottle } from './texture.ts';

/** A line across a point: from one side of it to the other, `bend` pixels out of straight, in `angle`'s direction. */
function lineThrough(centre: Point, angle: number, length: number, bend: number, random: Random): Point[] {
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const share = random.uniform(0.2, 0.8);
  const count = bend === 0 ? 1 : 4;
  const points = Array.from({ length: count + 1 }, (_, i) => {
    const along = (i / count - share) * length;
    const aside = bend * random.normal();
    return { x: centre.x + along * dx - aside * dy, y: centre.y + along * dy + aside * dx };
  });
  return smoothCurve(points, 6);
}

/** A scratch, or a bundle of them side by side: 1 to 4 px wide, straight or nearly, often with gaps. */
export function scratch(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const side = Math.min(width, height);
  const shape = createPlanes(width, height, 1);
  const angle = random.next() < 0.4 ? Math.PI / 2 + 0.1 * random.normal() : random.uniform(0, Math.PI);
  const length = side * random.uniform(0.15, 1.6);
  const bend = random.next() < 0.5 ? 0 : side * random.uniform(0, 0.04);
  const bundle = random.next() < 0.15 ? random.integer(2, 6) : 1;
  const radius = logUniform(random, 0.35, 2);
  const hard = random.next() < 0.3;
  const centre = place();
  for (let i = 0; i < bundle; i++) {
    const aside = i === 0 ? 0 : random.uniform(-8, 8);
    const from = { x: centre.x - aside * Math.sin(angle), y: centre.y + aside * Math.cos(angle) };
    const points = lineThrough(from, angle, length, bend, random).map((point) => ({
      ...point,
      radius: radius * random.uniform(0.75, 1.1),
    }));
    drawStroke(shape, points, hard ? 0 : random.uniform(0.8, 1.6));
  }
  if (random.next() < 0.3) breakUp(shape, random.uniform(3, 14), random);
  else if (random.next() < 0.4) mottle(shape, random.uniform(2, 10), random.uniform(0.2, 0.7), random);
  layPaint(painting, shape, {
    colour: scratchColour(random),
    opacity: random.next() < 0.5 ? 1 : random.uniform(0.45, 1),
    kind: 'paint',
  });
}

/**
 * A straight line of one colour and 1 to 3 whole pixels, with hard edges, at the most across the whole picture: what a
 * scanner's stuck cell, a scratched roller or a drawing program leaves.
 */
export function hardLine(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const angle = random.next() < 0.3 ? (Math.PI / 2) * random.integer(0, 2) : random.uniform(0, Math.PI);
  const length =
    random.next() < 0.5 ? 2 * (width + height) : Math.min(width, height) * random.uniform(0.2, 1.2);
  const [from, to] = lineThrough(place(), angle, length, 0, random);
  const thick = random.integer(1, 4);
  const steep = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
  const steps = Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)));
  for (let i = 0; i <= steps; i++) {
    const x = Math.floor(from.x + ((to.x - from.x) * i) / steps);
    const y = Math.floor(from.y + ((to.y - from.y) * i) / steps);
    for (let k = 0; k < thick; k++) {
      const [u, v] = steep ? [x + k, y] : [x, y + k];
      if (u >= 0 && u < width && v >= 0 && v < height) shape.data[v * width + u] = 1;
    }
  }
  const grey = random.next() < 0.7 ? random.uniform(0.8, 1) : random.uniform(0, 0.2);
  const colour = random.next() < 0.7 ? ([grey, grey, grey] as const) : scratchColour(random);
  layPaint(painting, shape, {
    colour,
    opacity: random.next() < 0.8 ? 1 : random.uniform(0.5, 1),
    kind: 'paint',
  });
}

/** Specks of dust: a few to many dots and crumbs of half a pixel to some pixels. */
export function dust(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const count = Math.round(logUniform(random, 2, 40));
  const largest = logUniform(random, 0.8, 3.5);
  for (let i = 0; i < count; i++) {
    const radius = largest * random.uniform(0.3, 1);
    if (radius < 1.2) drawDisc(shape, place(), radius, 1);
    else drawBlob(shape, place(), radius, 0.4, 1, random);
  }
  layPaint(painting, shape, {
    colour: scratchColour(random),
    opacity: random.uniform(0.6, 1),
    kind: 'paint',
  });
}

/** Hairs and fibres that lay on the scanner: thin, of one width, curled. */
export function hairs(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const count = random.integer(1, 5);
  for (let i = 0; i < count; i++) {
    const bend = random.uniform(0.2, 0.8);
    const curve = smoothCurve(wander(place(), random.integer(3, 9), random.uniform(4, 12), bend, random), 2);
    const radius = random.uniform(0.35, 0.8);
    drawStroke(
      shape,
      curve.map((point) => ({ ...point, radius })),
      1,
    );
  }
  layPaint(painting, shape, {
    colour: scratchColour(random),
    opacity: random.uniform(0.6, 1),
    kind: 'paint',
  });
}

/** A fold: a crack across the whole picture where the surface is broken away in places, lighter beside it. */
export function fold(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const reach = 1.5 * (width + height);
  const angle = random.next() < 0.6 ? (Math.PI / 2) * random.integer(0, 2) : random.uniform(0, Math.PI);
  const bend = random.uniform(0, 1.5);
  const line = lineThrough(place(), angle + 0.03 * random.normal(), reach, bend, random);
  const colour = scratchColour(random);

  const shade = createPlanes(width, height, 1);
  drawStroke(
    shade,
    line.map((point) => ({ ...point, radius: 1 })),
    random.uniform(4, 12),
  );
  layPaint(painting, shade, { colour, opacity: random.uniform(0, 0.12), kind: 'paint' });

  const crack = createPlanes(width, height, 1);
  const radius = random.uniform(0.4, 2);
  const points = line.map((point) => ({ ...point, radius: radius * random.uniform(0.5, 1.3) }));
  drawStroke(crack, points, 1);
  const chips = random.integer(0, 12);
  for (let i = 0; i < chips; i++) {
    const at = line[random.integer(0, line.length)];
    drawBlob(crack, at, random.uniform(0.8, 3), 0.4, 1, random);
  }
  if (random.next() < 0.5) breakUp(crack, random.uniform(3, 14), random);
  layPaint(painting, crack, { colour, opacity: random.uniform(0.7, 1), kind: 'paint' });
}
