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

/** The smallest rectangle around the mask's pixels above 0.5; undefined where there are none. */
export function maskBounds(mask: Planes): Rect | undefined {
  let left = mask.width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (!(mask.data[y * mask.width + x] > 0.5)) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top < 0) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
