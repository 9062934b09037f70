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
  return blurColumns(blurRows(planes, half), half);
}

function blurRows(planes: Planes, half: Float32Array): Planes {
  const { width, height, channels, data } = planes;
  const radius = half.length - 1;
  const out = createPlanes(width, height, channels);
  const padded = new Float32Array(width + 2 * radius);
  const source = new Int32Array(padded.length);
  for (let i = 0; i < padded.length; i++) source[i] = borderIndex(i - radius, width, 'reflect');
  for (let row = 0; row < height * channels; row++) {
    const start = row * width;
    for (let i = 0; i < padded.length; i++) padded[i] = data[start + source[i]];
    convolveLine(padded, half, out.data, start, width);
  }
  return out;
}

function convolveLine(
  padded: Float32Array,
  half: Float32Array,
  out: Float32Array,
  start: number,
  length: number,
): void {
  const radius = half.length - 1;
  for (let x = 0; x < length; x++) {
    const centre = x + radius;
    let sum = half[0] * padded[centre];
    for (let k = 1; k <= radius; k++) sum += half[k] * (padded[centre - k] + padded[centre + k]);
    out[start + x] = sum;
  }
}

function blurColumns(planes: Planes, half: Float32Array): Planes {
  const { width, height, channels, data } = planes;
  const radius = half.length - 1;
  const out = createPlanes(width, height, channels);
  for (let channel = 0; channel < channels; channel++) {
    const base = channel * height;
    for (let y = 0; y < height; y++) {
      const to = (base + y) * width;
      addRows(data, to, to, half[0] / 2, out.data, to, width);
      for (let k = 1; k <= radius; k++) {
        const above = (base + borderIndex(y - k, height, 'reflect')) * width;
        const below = (base + borderIndex(y + k, height, 'reflect')) * width;
        addRows(data, above, below, half[k], out.data, to, width);
      }
    }
  }
  return out;
}

/** out row += weight * (one row + another row). */
function addRows(
  data: Float32Array,
  one: number,
  other: number,
  weight: number,
  out: Float32Array,
  to: number,
  width: number,
): void {
  for (let x = 0; x < width; x++) out[to + x] += weight * (data[one + x] + data[other + x]);
}
