import { borderIndex } from '../../engine/pixels/crop.ts';
import { createPlanes, type Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { resizeArea } from '../../engine/pixels/resize.ts';
import type { RgbPhoto } from './recipe.ts';

/**
 * A random square window of `sizePx` from a photo as RGB planes: random position, shrunk by a random factor up to
 * `maxShrink` (as far as the photo allows), randomly mirrored and transposed. Photos smaller than the window are
 * continued by reflection.
 */
export function randomWindow(photo: RgbPhoto, sizePx: number, maxShrink: number, random: Random): Planes {
  const room = Math.min(photo.width, photo.height) / sizePx;
  const shrink = Math.exp(random.uniform(0, Math.log(Math.max(1, Math.min(maxShrink, room)))));
  const side = Math.max(
    sizePx,
    Math.min(Math.floor(sizePx * shrink), Math.max(sizePx, Math.floor(room * sizePx))),
  );
  const x = random.integer(0, Math.max(1, photo.width - side + 1));
  const y = random.integer(0, Math.max(1, photo.height - side + 1));
  const cut = readSquare(photo, x, y, side, random.integer(0, 8));
  return side === sizePx ? cut : resizeArea(cut, sizePx, sizePx);
}

/** @param symmetry one of the eight of a square: bit 0 mirrors, bit 1 turns upside down, bit 2 transposes */
function readSquare(photo: RgbPhoto, left: number, top: number, side: number, symmetry: number): Planes {
  const out = createPlanes(side, side, 3);
  const plane = side * side;
  const columns = Int32Array.from({ length: side }, (_, x) => borderIndex(left + x, photo.width, 'reflect'));
  if (symmetry & 1) columns.reverse();
  const [stepX, stepY] = symmetry & 4 ? [side, 1] : [1, side];
  for (let y = 0; y < side; y++) {
    const source = symmetry & 2 ? side - 1 - y : y;
    const row = borderIndex(top + source, photo.height, 'reflect') * photo.width;
    for (let x = 0; x < side; x++) {
      const from = 3 * (row + columns[x]);
      const to = y * stepY + x * stepX;
      out.data[to] = photo.data[from] / 255;
      out.data[plane + to] = photo.data[from + 1] / 255;
      out.data[2 * plane + to] = photo.data[from + 2] / 255;
    }
  }
  return out;
}
