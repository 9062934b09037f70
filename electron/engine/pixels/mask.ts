import { AppError } from '../errors.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';

/** Throws `pixels/size-mismatch` unless `mask` is one channel of the picture's size. */
export function requireMask(planes: Planes, mask: Planes): void {
  if (mask.channels !== 1 || mask.width !== planes.width || mask.height !== planes.height) {
    throw new AppError('pixels/size-mismatch', 'The mask does not have the size of the picture.');
  }
}

/** `outer` where the mask [1, H, W] is 0, `inner` where it is 1, a mixture between. */
export function blend(outer: Planes, inner: Planes, mask: Planes): Planes {
  requireMask(outer, mask);
  const out = createPlanes(outer.width, outer.height, outer.channels);
  const size = mask.data.length;
  for (let base = 0; base < out.data.length; base += size) {
    for (let i = 0; i < size; i++) {
      const from = outer.data[base + i];
      out.data[base + i] = from + mask.data[i] * (inner.data[base + i] - from);
    }
  }
  return out;
}

/** Lays `part`, which lies at `rect` of `target`, over it, in place, as much as the mask [1, H, W] of `target` says. */
export function blendInto(target: Planes, part: Planes, mask: Planes, rect: Rect): void {
  requireMask(target, mask);
  const { width } = rect;
  const size = mask.data.length;
  const rowOf = ({ data }: Planes, at: number) => data.subarray(at, at + width);
  for (let channel = 0; channel < target.channels; channel++) {
    for (let y = 0; y < rect.height; y++) {
      const at = (rect.y + y) * target.width + rect.x;
      const from = (channel * rect.height + y) * width;
      blendRow(rowOf(target, channel * size + at), rowOf(part, from), rowOf(mask, at));
    }
  }
}

function blendRow(row: Float32Array, part: Float32Array, weights: Float32Array): void {
  for (let x = 0; x < row.length; x++) row[x] += weights[x] * (part[x] - row[x]);
}

/** The smallest rectangle around the mask's pixels above `level`; undefined where there are none. */
export function maskBounds({ width, height, data }: Planes, level = 0.5): Rect | undefined {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let first = 0;
    while (first < width && !(data[row + first] > level)) first++;
    if (first === width) continue;
    let last = width - 1;
    while (!(data[row + last] > level)) last--;
    if (first < left) left = first;
    if (last > right) right = last;
    if (top < 0) top = y;
    bottom = y;
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * A large rectangle that lies wholly in the mask: the largest square of pixels above `level`, widened row by row
 * and column by column as far as the mask goes. The bounds themselves for a rectangular mask.
 */
export function solidRect(mask: Planes, level = 0.5): Rect | undefined {
  const { width, height, data } = mask;
  let above = new Int32Array(width);
  let current = new Int32Array(width);
  let best = 0;
  let right = 0;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(data[y * width + x] > level)) current[x] = 0;
      else current[x] = x === 0 ? 1 : 1 + Math.min(above[x - 1], above[x], current[x - 1]);
      if (current[x] <= best) continue;
      best = current[x];
      right = x + 1;
      bottom = y + 1;
    }
    [above, current] = [current, above];
  }
  return best === 0 ? undefined : widened(mask, level, right - best, bottom - best, right, bottom);
}

function widened(mask: Planes, level: number, x0: number, y0: number, x1: number, y1: number): Rect {
  let [left, top, right, bottom] = [x0, y0, x1, y1];
  while (left > 0 && isSolid(mask, level, left - 1, left, top, bottom)) left--;
  while (right < mask.width && isSolid(mask, level, right, right + 1, top, bottom)) right++;
  while (top > 0 && isSolid(mask, level, left, right, top - 1, top)) top--;
  while (bottom < mask.height && isSolid(mask, level, left, right, bottom, bottom + 1)) bottom++;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function isSolid(
  mask: Planes,
  level: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): boolean {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if (!(mask.data[y * mask.width + x] > level)) return false;
  }
  return true;
}
