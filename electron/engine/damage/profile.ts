import type { Planes } from '../pixels/planes.ts';

/** How much neighbouring pixels differ across each boundary of one axis. */
export interface StepProfile {
  /** `steps[b]`: mean difference between pixels b - 1 and b, 0..1; 0 at b = 0 and where nothing was measured. */
  readonly steps: Float64Array;
  /** First and one past the last boundary with enough pixels to count. */
  readonly from: number;
  readonly to: number;
}

/** Mean step across each column boundary ('across') or row boundary ('down') within the mask [1, H, W]. */
export function stepProfile(grey: Planes, inside: Planes, axis: 'across' | 'down'): StepProfile {
  const { width, height, data } = grey;
  const length = axis === 'across' ? width : height;
  const stride = axis === 'across' ? 1 : width;
  const steps = new Float64Array(length);
  const counts = new Float64Array(length);
  for (let y = axis === 'across' ? 0 : 1; y < height; y++) {
    for (let x = axis === 'across' ? 1 : 0; x < width; x++) {
      const at = y * width + x;
      if (!(inside.data[at] > 0.5 && inside.data[at - stride] > 0.5)) continue;
      const boundary = axis === 'across' ? x : y;
      steps[boundary] += Math.abs(data[at] - data[at - stride]);
      counts[boundary]++;
    }
  }
  for (let b = 0; b < length; b++) if (counts[b] > 0) steps[b] /= counts[b];
  return { steps, ...wellCovered(counts) };
}

/** Boundaries crossed by less than a quarter as many pixels as the best one are left out at both ends. */
function wellCovered(counts: Float64Array): { from: number; to: number } {
  let most = 1;
  for (const count of counts) if (count > most) most = count;
  let from = 0;
  let to = counts.length;
  while (from < to && counts[from] * 4 < most) from++;
  while (to > from && counts[to - 1] * 4 < most) to--;
  return { from, to };
}
