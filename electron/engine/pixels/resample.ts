import { createPlanes, type Planes } from './planes.ts';

/**
 * A linear resampling along one axis: output i is the sum over t < taps of
 * weights[i * taps + t] * input[starts[i] + t]. Every window lies inside the input.
 */
export interface ResampleTable {
  readonly outputs: number;
  readonly taps: number;
  readonly starts: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Builds a table from a kernel.
 * @param inputs length of the input axis
 * @param centres position of each output in input samples (sample k sits at k)
 * @param support half width of the kernel, in input samples
 * @param kernel weight at a distance from the centre; weights are normalised to a sum of 1
 */
export function buildResampleTable(
  inputs: number,
  centres: Float64Array,
  support: number,
  kernel: (distance: number) => number,
): ResampleTable {
  const outputs = centres.length;
  const taps = Math.min(inputs, Math.floor(2 * support) + 1);
  const starts = new Int32Array(outputs);
  const weights = new Float32Array(outputs * taps);
  for (let i = 0; i < outputs; i++) {
    const first = Math.ceil(centres[i] - support);
    const last = Math.floor(centres[i] + support);
    const start = Math.min(Math.max(first, 0), inputs - taps);
    starts[i] = start;
    let sum = 0;
    for (let k = first; k <= last; k++) sum += kernel(k - centres[i]);
    for (let k = first; k <= last; k++) {
      // Beyond the edge the edge sample stands in (replicate).
      const tap = Math.min(Math.max(k, start), start + taps - 1) - start;
      weights[i * taps + tap] += kernel(k - centres[i]) / sum;
    }
  }
  return { outputs, taps, starts, weights };
}

/** Applies one table along x and one along y. */
export function resample(planes: Planes, alongX: ResampleTable, alongY: ResampleTable): Planes {
  const { width, height, channels, data } = planes;
  const outWidth = alongX.outputs;
  const outHeight = alongY.outputs;
  const middle = new Float32Array(outWidth * height * channels);
  for (let row = 0; row < height * channels; row += 4) {
    resampleRows(data, width, middle, row, Math.min(row + 4, height * channels), alongX);
  }
  const out = createPlanes(outWidth, outHeight, channels);
  const { taps, starts, weights } = alongY;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < outHeight; y++) {
      const to = (channel * outHeight + y) * outWidth;
      const from = (channel * height + starts[y]) * outWidth;
      addRows(out.data, to, middle, from, outWidth, weights, y * taps, taps);
    }
  }
  return out;
}

/** The part of a table that gives outputs `first` up to `first + count`. */
export function tablePart(table: ResampleTable, first: number, count: number): ResampleTable {
  const { taps, starts, weights } = table;
  return {
    outputs: count,
    taps,
    starts: starts.subarray(first, first + count),
    weights: weights.subarray(first * taps, (first + count) * taps),
  };
}

/** Resamples rows `first` up to `end`, at most four: every weight is read once for them. */
function resampleRows(
  from: Float32Array,
  width: number,
  to: Float32Array,
  first: number,
  end: number,
  { outputs, taps, starts, weights }: ResampleTable,
): void {
  // Where there are fewer, the last one is done again.
  const rowOf = (k: number) => Math.min(first + k, end - 1);
  const [in0, in1, in2, in3] = [rowOf(0) * width, rowOf(1) * width, rowOf(2) * width, rowOf(3) * width];
  const [to0, to1, to2, to3] = [
    rowOf(0) * outputs,
    rowOf(1) * outputs,
    rowOf(2) * outputs,
    rowOf(3) * outputs,
  ];
  for (let i = 0, at = 0; i < outputs; i++) {
    const start = starts[i];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let x = start; x < start + taps; x++, at++) {
      const weight = weights[at];
      a += weight * from[in0 + x];
      b += weight * from[in1 + x];
      c += weight * from[in2 + x];
      d += weight * from[in3 + x];
    }
    to[to0 + i] = a;
    to[to1 + i] = b;
    to[to2 + i] = c;
    to[to3 + i] = d;
  }
}

/**
 * to row += the sum of `taps` rows from `fromStart` on, each times its weight. Four at a time: a row of sums is read and
 * written a quarter as often. Weights beyond the taps are 0, and their rows any other.
 */
function addRows(
  to: Float32Array,
  toStart: number,
  from: Float32Array,
  fromStart: number,
  width: number,
  weights: Float32Array,
  firstWeight: number,
  taps: number,
): void {
  for (let tap = 0; tap < taps; tap += 4) {
    const weightOf = (t: number) => (t < taps ? weights[firstWeight + t] : 0);
    const rowOf = (t: number) => fromStart + Math.min(t, taps - 1) * width;
    const [w0, w1, w2, w3] = [weightOf(tap), weightOf(tap + 1), weightOf(tap + 2), weightOf(tap + 3)];
    const [r0, r1, r2, r3] = [rowOf(tap), rowOf(tap + 1), rowOf(tap + 2), rowOf(tap + 3)];
    for (let x = 0; x < width; x++) {
      to[toStart + x] += w0 * from[r0 + x] + w1 * from[r1 + x] + w2 * from[r2 + x] + w3 * from[r3 + x];
    }
  }
}

/** Lanczos window of three lobes: sinc(x) sinc(x / 3) for |x| < 3. */
export function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (x <= -3 || x >= 3) return 0;
  const angle = Math.PI * x;
  return (3 * Math.sin(angle) * Math.sin(angle / 3)) / (angle * angle);
}

/** Keys' cubic convolution with a = -0.5 (Keys 1981), support 2. */
export function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  return 0;
}
