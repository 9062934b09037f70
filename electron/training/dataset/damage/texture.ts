import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';

/** Smooth random clouds [1, H, W], 0..1, that change over about `cellPx`. */
export function clouds(width: number, height: number, cellPx: number, random: Random): Planes {
  const columns = Math.ceil(width / cellPx) + 2;
  const rows = Math.ceil(height / cellPx) + 2;
  const knots = Float32Array.from({ length: columns * rows }, () => random.next());
  const out = createPlanes(width, height, 1);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cellPx);
    const v = easeInOut(y / cellPx - row);
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / cellPx);
      const u = easeInOut(x / cellPx - column);
      const k = row * columns + column;
      const above = knots[k] + u * (knots[k + 1] - knots[k]);
      const below = knots[k + columns] + u * (knots[k + columns + 1] - knots[k + columns]);
      out.data[y * width + x] = above + v * (below - above);
    }
  }
  return out;
}

function easeInOut(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Thins a shape unevenly, as ink dries: full paint stays on `1 - depth` at the least. */
export function mottle(shape: Planes, cellPx: number, depth: number, random: Random): void {
  const { data } = clouds(shape.width, shape.height, cellPx, random);
  for (let i = 0; i < data.length; i++) shape.data[i] *= 1 - depth * data[i];
}

/** Takes a shape away in patches of about `cellPx`, so that a line has gaps. */
export function breakUp(shape: Planes, cellPx: number, random: Random): void {
  const { data } = clouds(shape.width, shape.height, cellPx, random);
  const level = random.uniform(0.3, 0.55);
  for (let i = 0; i < data.length; i++) {
    shape.data[i] *= Math.min(1, Math.max(0, (data[i] - level) * 8 + 0.5));
  }
}
