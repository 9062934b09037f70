import { createPlanes, type Planes } from './planes.ts';

/** Brightness of a picture, [1, H, W]: 0.299 R + 0.587 G + 0.114 B (BT.601); a copy of a grey picture. */
export function luma(planes: Planes): Planes {
  const { width, height, channels, data } = planes;
  const size = width * height;
  const out = createPlanes(width, height, 1);
  if (channels < 3) {
    out.data.set(data.subarray(0, size));
    return out;
  }
  for (let i = 0; i < size; i++) {
    out.data[i] = 0.299 * data[i] + 0.587 * data[size + i] + 0.114 * data[2 * size + i];
  }
  return out;
}
