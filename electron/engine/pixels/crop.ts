import { AppError } from '../errors.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';

/** How pixels beyond an edge are made up: the edge pixel again, or the picture mirrored (c b a | a b c). */
export type Border = 'replicate' | 'reflect';

/** The index inside [0, length) that stands for `index` under a border rule. */
export function borderIndex(index: number, length: number, border: Border): number {
  if (border === 'replicate') return Math.min(Math.max(index, 0), length - 1);
  const period = 2 * length;
  const folded = ((index % period) + period) % period;
  return folded < length ? folded : period - 1 - folded;
}

function requireInside(planes: Planes, rect: Rect): void {
  const fits =
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.width > 0 &&
    rect.height > 0 &&
    rect.x + rect.width <= planes.width &&
    rect.y + rect.height <= planes.height;
  if (!fits) {
    throw new AppError('pixels/rect-outside', 'The rectangle does not lie inside the picture.', {
      data: { ...rect, pictureWidth: planes.width, pictureHeight: planes.height },
    });
  }
}

/** A copy of the part of a picture inside `rect`. Throws `pixels/rect-outside`. */
export function crop(planes: Planes, rect: Rect): Planes {
  // Asked first: no picture can be made of a size that makes no sense.
  requireInside(planes, rect);
  const out = createPlanes(rect.width, rect.height, planes.channels);
  copyRect(planes, rect, out, 0, 0);
  return out;
}

/** Writes `part` into `target` with its upper left corner at (x, y). Throws `pixels/rect-outside`. */
export function pasteInto(target: Planes, part: Planes, x: number, y: number): void {
  copyRect(part, { x: 0, y: 0, width: part.width, height: part.height }, target, x, y);
}

/** Writes the part of a picture inside `rect` into `target`, with its corner at (x, y). Throws `pixels/rect-outside`. */
export function copyRect(planes: Planes, rect: Rect, target: Planes, x: number, y: number): void {
  requireInside(planes, rect);
  requireInside(target, { x, y, width: rect.width, height: rect.height });
  for (let channel = 0; channel < planes.channels; channel++) {
    let from = (channel * planes.height + rect.y) * planes.width + rect.x;
    let to = (channel * target.height + y) * target.width + x;
    for (let row = 0; row < rect.height; row++, from += planes.width, to += target.width) {
      target.data.set(planes.data.subarray(from, from + rect.width), to);
    }
  }
}

/** A picture enlarged by made-up pixels on its four sides (sizes in pixels, 0 or more). */
export function pad(
  planes: Planes,
  sides: { left: number; top: number; right: number; bottom: number },
  border: Border,
): Planes {
  const out = createPlanes(
    planes.width + sides.left + sides.right,
    planes.height + sides.top + sides.bottom,
    planes.channels,
  );
  const columns = new Int32Array(out.width);
  for (let x = 0; x < out.width; x++) columns[x] = borderIndex(x - sides.left, planes.width, border);
  const right = sides.left + planes.width;
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let y = 0; y < out.height; y++) {
      const row =
        (channel * planes.height + borderIndex(y - sides.top, planes.height, border)) * planes.width;
      const to = (channel * out.height + y) * out.width;
      for (let x = 0; x < sides.left; x++) out.data[to + x] = planes.data[row + columns[x]];
      out.data.set(planes.data.subarray(row, row + planes.width), to + sides.left);
      for (let x = right; x < out.width; x++) out.data[to + x] = planes.data[row + columns[x]];
    }
  }
  return out;
}

/** Limits every sample to 0..1, in place, and returns the same picture. */
export function clamp01(planes: Planes): Planes {
  const data = planes.data;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < 0) data[i] = 0;
    else if (value > 1) data[i] = 1;
  }
  return planes;
}
