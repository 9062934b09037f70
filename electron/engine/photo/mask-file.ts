import { AppError } from '../errors.ts';
import type { Rect } from '../pixels/planes.ts';
import { maxSample, type Raster } from '../pixels/raster.ts';
import { openPhoto } from './open.ts';

/**
 * Reads a mask picture: its first channel, 8-bit, cut to what is not black.
 * @throws AppError `region/bad-mask` where its size is not the photo's or all of it is black
 */
export async function readMask(
  path: string,
  photo: { readonly width: number; readonly height: number },
): Promise<{ rect: Rect; mask: Uint8Array }> {
  const { raster } = await openPhoto(path);
  if (raster.width !== photo.width || raster.height !== photo.height) {
    throw new AppError(
      'region/bad-mask',
      `The mask is ${raster.width} x ${raster.height} pixels, the photo ${photo.width} x ${photo.height}.`,
    );
  }
  return cutMask(raster);
}

function cutMask(raster: Raster): { rect: Rect; mask: Uint8Array } {
  const { width, height, channels, data } = raster;
  const to8 = 255 / maxSample(raster.depth);
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * channels] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top < 0) top = y;
      bottom = y;
    }
  }
  if (right < 0) throw new AppError('region/bad-mask', 'The mask is black all over: it marks nothing.');
  const rect = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const mask = new Uint8Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    for (let x = 0; x < rect.width; x++) {
      mask[y * rect.width + x] = Math.round(data[((y + top) * width + x + left) * channels] * to8);
    }
  }
  return { rect, mask };
}
