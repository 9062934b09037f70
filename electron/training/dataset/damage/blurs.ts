import { gaussianKernel } from '../../../engine/pixels/gaussian.ts';
import type { Random } from '../../../engine/pixels/random.ts';

/**
 * Half of a blur kernel as programs make them, of about `sigmaPx`: a true Gaussian, one cut off early (libvips and
 * phones), or two to three boxes one after another (Pillow, browsers, most editors).
 */
export function randomBlurKernel(sigmaPx: number, random: Random): Float32Array {
  const kind = random.next();
  if (kind < 0.55) return gaussianKernel(sigmaPx);
  if (kind < 0.75) return cutKernel(gaussianKernel(sigmaPx), Math.ceil(sigmaPx * random.uniform(1.7, 2.6)));
  return boxKernel(sigmaPx, random.next() < 0.75 ? 3 : 2);
}

/** Standard deviation of a kernel in pixels: the Gaussian that analysis finds for it. */
export function kernelSigmaPx(half: Float32Array): number {
  return Math.sqrt(half.reduce((sum, weight, i) => sum + 2 * weight * i * i, 0));
}

function cutKernel(half: Float32Array, radius: number): Float32Array {
  return normalised(half.subarray(0, Math.max(2, radius + 1)));
}

/** `passes` equal boxes, their ends weighted so that any variance can be had, convolved with each other. */
function boxKernel(sigmaPx: number, passes: number): Float32Array {
  const box = boxOf((sigmaPx * sigmaPx) / passes);
  let whole = box;
  for (let pass = 1; pass < passes; pass++) whole = convolved(whole, box);
  return normalised(Float32Array.from(whole.subarray((whole.length - 1) / 2)));
}

/** A box of odd length with partly counted ends, of the given variance. */
function boxOf(variance: number): Float64Array {
  const radius = Math.max(1, Math.ceil((Math.sqrt(12 * variance + 1) - 1) / 2));
  // Solves sum(w i^2) = variance * sum(w) for the weight of the two ends.
  let inner = 0;
  for (let i = 1; i < radius; i++) inner += 2 * i * i;
  const count = 2 * radius - 1;
  const end = (variance * count - inner) / (2 * radius * radius - 2 * variance);
  const box = new Float64Array(2 * radius + 1).fill(1);
  box[0] = Math.min(1, Math.max(0, end));
  box[box.length - 1] = box[0];
  return box;
}

function convolved(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) out[i + j] += a[i] * b[j];
  return out;
}

function normalised(half: Float32Array): Float32Array {
  const sum = half.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}
