import { createPlanes, type Planes } from '../pixels/planes.ts';

/**
 * Weights for laying a result over the original: the mask, falling to nothing over `featherPx` towards its outer
 * edge. Inward only: where the mask is 0 the weight is 0. The window's own border is no edge of the region, since
 * there is nothing beyond it.
 */
export function featherInward(mask: Planes, featherPx: number): Planes {
  if (featherPx <= 0) return { ...mask, data: mask.data.slice() };
  const distance = distanceInside(mask);
  const out = createPlanes(mask.width, mask.height, 1);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = mask.data[i] * Math.min(1, Math.max(0, distance[i] - 0.5) / featherPx);
  }
  return out;
}

/** Chamfer distance in pixels (Borgefors, 1986; steps 1 and sqrt 2) to the nearest pixel where the mask is 0. */
export function distanceInside(mask: Planes): Float32Array {
  const { width, height, data } = mask;
  const distance = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) distance[i] = data[i] > 0 ? 1e9 : 0;
  const relax = (at: number, x: number, dx: number, from: number, cost: number) => {
    if (x + dx < 0 || x + dx >= width || from < 0 || from >= distance.length) return;
    if (distance[from] + cost < distance[at]) distance[at] = distance[from] + cost;
  };
  const sweep = (at: number, x: number, side: 1 | -1) => {
    if (distance[at] === 0) return;
    relax(at, x, -side, at - side, 1);
    relax(at, x, -1, at - side * width - 1, Math.SQRT2);
    relax(at, x, 0, at - side * width, 1);
    relax(at, x, 1, at - side * width + 1, Math.SQRT2);
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sweep(y * width + x, x, 1);
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) sweep(y * width + x, x, -1);
  return distance;
}
