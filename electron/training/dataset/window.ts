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
  const cut = readSquare(photo, x, y, side);
  const scaled = side === sizePx ? cut : resizeArea(cut, sizePx, sizePx);
  return turn(scaled, random.integer(0, 8));
}

function readSquare(photo: RgbPhoto, left: number, top: number, side: number): Planes {
  const out = createPlanes(side, side, 3);
  const plane = side * side;
  const columns = Int32Array.from({ length: side }, (_, x) => borderIndex(left + x, photo.width, 'reflect'));
  for (let y = 0; y < side; y++) {
    const row = borderIndex(top + y, photo.height, 'reflect') * photo.width;
    for (let x = 0; x < side; x++) {
      const from = 3 * (row + columns[x]);
      const to = y * side + x;
      out.data[to] = photo.data[from] / 255;
      out.data[plane + to] = photo.data[from + 1] / 255;
      out.data[2 * plane + to] = photo.data[from + 2] / 255;
    }
  }
  return out;
}

/** One of the eight symmetries of a square: bit 0 mirrors, bit 1 turns upside down, bit 2 transposes. */
function turn(planes: Planes, symmetry: number): Planes {
  if (symmetry === 0) return planes;
  const { width: side, channels } = planes;
  const out = createPlanes(side, side, channels);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const fromX = symmetry & 1 ? side - 1 - x : x;
        const fromY = symmetry & 2 ? side - 1 - y : y;
        const from = symmetry & 4 ? fromX * side + fromY : fromY * side + fromX;
        out.data[(c * side + y) * side + x] = planes.data[c * side * side + from];
      }
    }
  }
  return out;
}
