import type { Planes } from '../pixels/planes.ts';

/** How much neighbouring pixels differ across each boundary of one axis. */
export interface StepProfile {
  /** `steps[b]`: mean difference between pixels b - 1 and b, 0..1; 0 at b = 0 and where nothing was measured. */
  readonly steps: Float64Array;
  /** First and one past the last boundary with enough pixels to count. */
  readonly from: number;
  readonly to: number;
}

/** Differences above this say only "an edge": without a limit a few strong ones would decide for all. */
const stepLimit = 0.12;

/** Mean step across each column boundary ('across') or row boundary ('down') within the mask [1, H, W]. */
export function stepProfile(planes: Planes, inside: Planes, axis: 'across' | 'down'): StepProfile {
  const { width, height, channels, data } = planes;
  const size = width * height;
  const length = axis === 'across' ? width : height;
  const stride = axis === 'across' ? 1 : width;
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  for (let y = axis === 'across' ? 0 : 1; y < height; y++) {
    for (let x = axis === 'across' ? 1 : 0; x < width; x++) {
      const at = y * width + x;
      if (!(inside.data[at] > 0.5 && inside.data[at - stride] > 0.5)) continue;
      let step = 0;
      for (let c = 0; c < size * channels; c += size) {
        const difference = Math.abs(data[c + at] - data[c + at - stride]);
        if (difference > step) step = difference;
      }
      const boundary = axis === 'across' ? x : y;
      sums[boundary] += step < stepLimit ? step : stepLimit;
      counts[boundary]++;
    }
  }
  return profileFrom(sums, counts);
}

/** Boundaries crossed by less than a quarter as many pixels as the best one are left out at both ends. */
function profileFrom(sums: Float64Array, counts: Float64Array): StepProfile {
  let most = 0;
  for (const count of counts) if (count > most) most = count;
  let from = 0;
  let to = counts.length;
  while (from < to && counts[from] * 4 < most) from++;
  while (to > from && counts[to - 1] * 4 < most) to--;
  if (most === 0) to = from;
  const steps = sums;
  for (let b = 0; b < steps.length; b++) if (counts[b] > 0) steps[b] /= counts[b];
  return { steps, from, to };
}
