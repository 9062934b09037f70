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
  requireInside(planes, rect);
  const out = createPlanes(rect.width, rect.height, planes.channels);
  for (let row = 0; row < rect.height * planes.channels; row++) {
    const channel = Math.floor(row / rect.height);
    const y = rect.y + (row % rect.height);
    const from = (channel * planes.height + y) * planes.width + rect.x;
    out.data.set(planes.data.subarray(from, from + rect.width), row * rect.width);
  }
  return out;
}

/** Writes `part` into `target` with its upper left corner at (x, y). Throws `pixels/rect-outside`. */
export function pasteInto(target: Planes, part: Planes, x: number, y: number): void {
  requireInside(target, { x, y, width: part.width, height: part.height });
  for (let row = 0; row < part.height * part.channels; row++) {
    const channel = Math.floor(row / part.height);
    const to = (channel * target.height + y + (row % part.height)) * target.width + x;
    target.data.set(part.data.subarray(row * part.width, (row + 1) * part.width), to);
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
  let to = 0;
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let y = 0; y < out.height; y++) {
      const row =
        (channel * planes.height + borderIndex(y - sides.top, planes.height, border)) * planes.width;
      for (let x = 0; x < out.width; x++) out.data[to++] = planes.data[row + columns[x]];
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
