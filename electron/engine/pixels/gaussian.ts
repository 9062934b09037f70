import { borderIndex, crop } from './crop.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';

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
 * @param part what is wanted of the result, if not all
 */
export function gaussianBlur(planes: Planes, sigmaPx: number, part?: Rect): Planes {
  if (sigmaPx > 0) return convolveSymmetric(planes, gaussianKernel(sigmaPx), part);
  return part === undefined ? { ...planes, data: planes.data.slice() } : crop(planes, part);
}

/**
 * Convolves rows and columns with a symmetric kernel given by its half, [centre, 1 px, 2 px, ...]; edges mirrored.
 * @param part what is wanted of the result, if not all: the very same values, for less work
 */
export function convolveSymmetric(planes: Planes, half: Float32Array, part?: Rect): Planes {
  const { width, height } = planes;
  const { x, y, ...size } = part ?? { x: 0, y: 0, width, height };
  // The rows that the part's columns take from; mirrored ones lie among them.
  const radius = half.length - 1;
  const first = Math.max(0, y - radius);
  const rows = { first, count: Math.min(height, y + size.height + radius) - first };
  const across = convolveRows(planes, half, { first: x, count: size.width }, rows);
  const rowOf = (v: number) => borderIndex(v, height, 'reflect') - first;
  return convolveColumns(across, half, size.height, (v) => rowOf(y + v));
}

/** Pixels or rows of a picture that lie beside each other. */
interface Span {
  readonly first: number;
  readonly count: number;
}

function convolveRows(planes: Planes, half: Float32Array, columns: Span, rows: Span): Planes {
  const { width, height, channels, data } = planes;
  const radius = half.length - 1;
  const out = createPlanes(columns.count, rows.count, channels);
  const weights = Float64Array.from(half);
  const padded = new Float64Array(columns.count + 2 * radius);
  const source = new Int32Array(padded.length);
  for (let i = 0; i < padded.length; i++)
    source[i] = borderIndex(columns.first + i - radius, width, 'reflect');
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < rows.count; y++) {
      const start = (channel * height + rows.first + y) * width;
      for (let i = 0; i < padded.length; i++) padded[i] = data[start + source[i]];
      convolveLine(padded, weights, out.data, (channel * rows.count + y) * columns.count, columns.count);
    }
  }
  return out;
}

/** @param rowOf the row of `planes` that stands for row `v` of the result, or beyond it */
function convolveColumns(
  { width, height, channels, data }: Planes,
  half: Float32Array,
  count: number,
  rowOf: (v: number) => number,
): Planes {
  const radius = half.length - 1;
  const out = createPlanes(width, count, channels);
  // Four taps at a time: a row of sums is read and written a quarter as often. Taps beyond the kernel weigh nothing.
  const taps = Float64Array.from({ length: 4 * Math.ceil((radius + 1) / 4) }, (_, k) => half[k] ?? 0);
  // The centre is met from both sides.
  taps[0] /= 2;
  const rows = Int32Array.from({ length: count + 2 * radius }, (_, i) => rowOf(i - radius) * width);
  for (let channel = 0; channel < channels; channel++) {
    const from = data.subarray(channel * height * width, (channel + 1) * height * width);
    for (let y = 0; y < count; y++) {
      const to = (channel * count + y) * width;
      for (let k = 0; k < taps.length; k += 4)
        addRowPairs(from, rows, y + radius, k, taps, out.data, to, width);
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

/** out row += the sum of four pairs of rows, `first` and more rows away from row `centre`, times their weights. */
function addRowPairs(
  data: Float32Array,
  rows: Int32Array,
  centre: number,
  first: number,
  taps: Float64Array,
  out: Float32Array,
  to: number,
  width: number,
): void {
  const above = (k: number) => rows[Math.max(0, centre - first - k)];
  const below = (k: number) => rows[Math.min(rows.length - 1, centre + first + k)];
  const w0 = taps[first];
  const w1 = taps[first + 1];
  const w2 = taps[first + 2];
  const w3 = taps[first + 3];
  const [a0, a1, a2, a3] = [above(0), above(1), above(2), above(3)];
  const [b0, b1, b2, b3] = [below(0), below(1), below(2), below(3)];
  for (let x = 0; x < width; x++) {
    out[to + x] +=
      w0 * (data[a0 + x] + data[b0 + x]) +
      w1 * (data[a1 + x] + data[b1 + x]) +
      w2 * (data[a2 + x] + data[b2 + x]) +
      w3 * (data[a3 + x] + data[b3 + x]);
  }
}
