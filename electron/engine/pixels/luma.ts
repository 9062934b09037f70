import { createPlanes, type Planes } from './planes.ts';

/** Brightness of a colour (BT.601). */
export function lumaOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

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
    out.data[i] = lumaOf(data[i], data[size + i], data[2 * size + i]);
  }
  return out;
}
