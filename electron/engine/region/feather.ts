import type { Planes } from '../pixels/planes.ts';

/**
 * Weights for laying a result over the original: the mask, falling to nothing over `featherPx` towards its outer
 * edge. Inward only: where the mask is 0 the weight is 0. The window's own border is no edge of the region, since
 * there is nothing beyond it.
 */
export function featherInward(mask: Planes, featherPx: number): Planes {
  if (featherPx <= 0) return { ...mask, data: mask.data.slice() };
  const distance = distanceInside(mask);
  const { data, width } = mask;
  // In the distances' own memory.
  for (let at = 0; at < data.length; at += width) {
    weighRow(distance.subarray(at, at + width), data.subarray(at, at + width), featherPx);
  }
  return { ...mask, data: distance };
}

/** Distances of a row to weights, in place. */
function weighRow(row: Float32Array, mask: Float32Array, featherPx: number): void {
  for (let x = 0; x < row.length; x++) {
    row[x] = mask[x] * Math.min(1, Math.max(0, row[x] - 0.5) / featherPx);
  }
}

/** Chamfer distance in pixels (Borgefors, 1986; steps 1 and sqrt 2) to the nearest pixel where the mask is 0. */
export function distanceInside({ width, height, data }: Planes): Float32Array {
  const distance = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) distance[i] = data[i] > 0 ? 1e9 : 0;
  for (let y = 0; y < height; y++) relaxRow(distance, y * width, width, 1, y > 0);
  for (let y = height - 1; y >= 0; y--) relaxRow(distance, (y + 1) * width - 1, width, -1, y < height - 1);
  return distance;
}

/** One row of a sweep, from its first pixel in the direction of `step`; `hasBefore`: whether there is a row before it. */
function relaxRow(
  distance: Float32Array,
  first: number,
  width: number,
  step: 1 | -1,
  hasBefore: boolean,
): void {
  const before = -step * width;
  let last = 1e9;
  for (let i = 0, at = first; i < width; i++, at += step) {
    let least = distance[at];
    if (least > 0) {
      least = Math.min(least, last + 1);
      if (hasBefore) {
        least = Math.min(least, distance[at + before] + 1);
        if (i > 0) least = Math.min(least, distance[at + before - step] + Math.SQRT2);
        if (i < width - 1) least = Math.min(least, distance[at + before + step] + Math.SQRT2);
      }
      distance[at] = least;
    }
    last = least;
  }
}
