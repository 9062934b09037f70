import { gaussianBlur } from '../../../engine/pixels/gaussian.ts';
import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';

/**
 * A region as a person would mark it, one channel of `side` squared, 0..1: mostly rectangles that cover 40 to 100 %
 * of each axis, sometimes the whole square or an ellipse, sometimes with an edge softened by a few pixels.
 */
export function randomRegion(side: number, random: Random): Planes {
  const mask = createPlanes(side, side, 1);
  const shape = random.next();
  if (shape < 0.25) {
    mask.data.fill(1);
    return mask;
  }
  const width = Math.round(side * random.uniform(0.4, 1));
  const height = Math.round(side * random.uniform(0.4, 1));
  const left = random.integer(0, side - width + 1);
  const top = random.integer(0, side - height + 1);
  const ellipse = shape > 0.85;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const u = (2 * (x - left + 0.5)) / width - 1;
      const v = (2 * (y - top + 0.5)) / height - 1;
      if (!ellipse || u * u + v * v <= 1) mask.data[y * side + x] = 1;
    }
  }
  return random.next() < 0.2 ? gaussianBlur(mask, random.uniform(0.7, 2)) : mask;
}
