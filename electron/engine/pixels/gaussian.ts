import { borderIndex } from './crop.ts';
import { createPlanes, type Planes } from './planes.ts';

/** Half of a Gaussian kernel, [centre, 1 px, 2 px, ...], cut at 3.5 sigma; the whole kernel sums to 1. */
export function gaussianKernel(sigmaPx: number): Float32Array {
  const radius = Math.ceil(3.5 * sigmaPx);
  const half = new Float64Array(radius + 1);
  let sum = 0;
  for (let i = 0; i <= radius; i++) {
    half[i] = Math.exp((-0.5 * i * i) / (sigmaPx * sigmaPx));
    sum += i === 0 ? half[i] : 2 * half[i];
  }
  return Float32Array.from(half, (weight) => weight / sum);
}

/**
 * Blurs with a Gaussian of `sigmaPx` pixels, edges mirrored (c b a | a b c), which keeps the mean.
 * A sigma of 0 or less returns a copy.
 */
export function gaussianBlur(planes: Planes, sigmaPx: number): Planes {
  if (!(sigmaPx > 0)) return { ...planes, data: planes.data.slice() };
  return convolveSymmetric(planes, gaussianKernel(sigmaPx));
}

/** Convolves rows and columns with a symmetric kernel given by its half, [centre, 1 px, 2 px, ...]; edges mirrored. */
export function convolveSymmetric(planes: Planes, half: Float32Array): Planes {
  return convolveColumns(convolveRows(planes, half), half);
}

function convolveRows(planes: Planes, half: Float32Array): Planes {
  const { width, height, channels, data } = planes;
  const radius = half.length - 1;
  const out = createPlanes(width, height, channels);
  const weights = Float64Array.from(half);
  const padded = new Float64Array(width + 2 * radius);
  const source = new Int32Array(padded.length);
  for (let i = 0; i < padded.length; i++) source[i] = borderIndex(i - radius, width, 'reflect');
  for (let row = 0; row < height * channels; row++) {
    const start = row * width;
    for (let i = 0; i < padded.length; i++) padded[i] = data[start + source[i]];
    convolveLine(padded, weights, out.data, start, width);
  }
  return out;
}

function convolveColumns({ width, height, channels, data }: Planes, half: Float32Array): Planes {
  const radius = half.length - 1;
  const out = createPlanes(width, height, channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const rowAt = (v: number) => (channel * height + borderIndex(v, height, 'reflect')) * width;
      const to = (channel * height + y) * width;
      // Two taps at a time: a row of sums is read and written half as often. The centre is met from both sides.
      for (let k = 0; k <= radius; k += 2) {
        const one = { above: rowAt(y - k), below: rowAt(y + k), weight: k === 0 ? half[0] / 2 : half[k] };
        const next = k + 1;
        const other =
          next > radius
            ? { ...one, weight: 0 }
            : { above: rowAt(y - next), below: rowAt(y + next), weight: half[next] };
        addRowPairs(data, one, other, out.data, to, width);
      }
    }
  }
  return out;
}

function convolveLine(
  padded: Float64Array,
  half: Float64Array,
  out: Float32Array,
  start: number,
  length: number,
): void {
  const radius = half.length - 1;
  let x = 0;
  // Four neighbours at a time: every weight is read once for them.
  for (; x + 4 <= length; x += 4) {
    const centre = x + radius;
    let a = half[0] * padded[centre];
    let b = half[0] * padded[centre + 1];
    let c = half[0] * padded[centre + 2];
    let d = half[0] * padded[centre + 3];
    for (let k = 1; k <= radius; k++) {
      const weight = half[k];
      const left = centre - k;
      const right = centre + k;
      a += weight * (padded[left] + padded[right]);
      b += weight * (padded[left + 1] + padded[right + 1]);
      c += weight * (padded[left + 2] + padded[right + 2]);
      d += weight * (padded[left + 3] + padded[right + 3]);
    }
    out[start + x] = a;
    out[start + x + 1] = b;
    out[start + x + 2] = c;
    out[start + x + 3] = d;
  }
  for (; x < length; x++) {
    const centre = x + radius;
    let sum = half[0] * padded[centre];
    for (let k = 1; k <= radius; k++) sum += half[k] * (padded[centre - k] + padded[centre + k]);
    out[start + x] = sum;
  }
}

/** Two rows at equal distances from the one that they add to, by where they start. */
interface RowPair {
  readonly above: number;
  readonly below: number;
  readonly weight: number;
}

/** out row += weight * (row above + row below), for two pairs. */
function addRowPairs(
  data: Float32Array,
  one: RowPair,
  other: RowPair,
  out: Float32Array,
  to: number,
  width: number,
): void {
  const { above, below, weight } = one;
  const { above: otherAbove, below: otherBelow, weight: otherWeight } = other;
  for (let x = 0; x < width; x++) {
    out[to + x] +=
      weight * (data[above + x] + data[below + x]) +
      otherWeight * (data[otherAbove + x] + data[otherBelow + x]);
  }
}
