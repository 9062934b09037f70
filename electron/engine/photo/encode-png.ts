import type { Planes } from '../pixels/planes.ts';
import { sharp } from './sharp.ts';

/** RGB planes (0..1, limited to it) as the bytes of an 8-bit PNG. */
export async function encodePng(planes: Planes): Promise<Uint8Array> {
  const { width, height } = planes;
  const size = width * height;
  const data = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, planes.data[c * size + i])));
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
