import { gaussianBlur } from '../../../engine/pixels/gaussian.ts';
import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { drawStroke, type Point } from './shapes.ts';

/** A region is at least this much of the square. */
const minShare = 0.12;

/**
 * A region as a person would mark it, one channel of `side` squared, 0..1: mostly rectangles that cover 40 to 100 %
 * of each axis, sometimes the whole square, an ellipse or the sweep of a wide brush, sometimes with an edge softened
 * by a few pixels.
 */
export function randomRegion(side: number, random: Random): Planes {
  const shape = random.next();
  if (shape < 0.25) return wholeRegion(side);
  const mask = createPlanes(side, side, 1);
  const width = Math.round(side * random.uniform(0.4, 1));
  const height = Math.round(side * random.uniform(0.4, 1));
  const left = random.integer(0, side - width + 1);
  const top = random.integer(0, side - height + 1);
  const ellipse = shape > 0.85;
  if (shape > 0.93) brush(mask, { left, top, width, height }, random);
  else {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        const u = (2 * (x - left + 0.5)) / width - 1;
        const v = (2 * (y - top + 0.5)) / height - 1;
        if (!ellipse || u * u + v * v <= 1) mask.data[y * side + x] = 1;
      }
    }
  }
  return random.next() < 0.2 ? gaussianBlur(mask, random.uniform(0.7, 2)) : mask;
}

/** The whole of a square, [1, side, side]. */
export function wholeRegion(side: number): Planes {
  const mask = createPlanes(side, side, 1);
  mask.data.fill(1);
  return mask;
}

/** Strokes of a wide round brush to and fro in a box until enough is covered. */
function brush(
  mask: Planes,
  box: { left: number; top: number; width: number; height: number },
  random: Random,
): void {
  const radius = (mask.width / 2) * random.uniform(0.16, 0.4);
  const somewhere = () => ({
    x: box.left + box.width * random.next(),
    y: box.top + box.height * random.next(),
    radius,
  });
  let from = somewhere();
  do {
    const to = somewhere();
    drawStroke(mask, [from, to], 0);
    from = to;
  } while (shareOf(mask) < minShare);
}

/** How much of a mask's area is covered, 0..1. */
export function shareOf(mask: Planes): number {
  let sum = 0;
  for (const value of mask.data) sum += value;
  return sum / mask.data.length;
}

/** A random point whose pixel the mask covers at least by half; any point where there is none. */
export function pointInside(mask: Planes, random: Random): Point {
  const { width, height, data } = mask;
  for (let attempt = 0; attempt < 64; attempt++) {
    const x = width * random.next();
    const y = height * random.next();
    if (data[Math.floor(y) * width + Math.floor(x)] >= 0.5) return { x, y };
  }
  return { x: width * random.next(), y: height * random.next() };
}
