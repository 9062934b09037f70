import { createPlanes, type Planes } from '../engine/pixels/planes.ts';

/** A mask with all pixels next to it: what is a pixel off is right. */
export function pixelsNear({ width, height, data }: Planes): Planes {
  const out = createPlanes(width, height, 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        out.data.fill(1, v * width + Math.max(0, x - 1), v * width + Math.min(width, x + 2));
      }
    }
  }
  return out;
}
