import type { RgbPhoto } from '../recipe.ts';

const passes = 3;
/** Pillow counts in 24-bit fixed point; the same sums are exact in a double. */
const one = 2 ** 24;

/**
 * Radius, with its fraction, of the box whose threefold repetition has the variance of a Gaussian: Gwosdek et al.,
 * "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering" (2011), equations 7, 11 and 14.
 */
function boxRadius(sigmaPx: number): number {
  const variance = Math.fround((sigmaPx * sigmaPx) / passes);
  const length = Math.sqrt(12 * variance + 1);
  const whole = Math.floor((length - 1) / 2);
  const fraction =
    ((2 * whole + 1) * (whole * (whole + 1) - 3 * variance)) / (6 * (variance - (whole + 1) ** 2));
  return Math.fround(whole + fraction);
}

/**
 * What `ImageFilter.GaussianBlur(radius=sigmaPx)` of Pillow makes of an RGB picture, byte for byte: three box filters
 * along x, then three along y, each rounded to 8 bit, edge pixels repeated.
 */
export function pillowGaussianBlur(picture: RgbPhoto, sigmaPx: number): RgbPhoto {
  const { width, height } = picture;
  const data = Uint8Array.from(picture.data);
  const radius = boxRadius(sigmaPx);
  const line = new Uint8Array(Math.max(width, height));
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) blurLine(data, 3 * y * width + c, 3, width, radius, line);
    for (let x = 0; x < width; x++) blurLine(data, 3 * x + c, 3 * width, height, radius, line);
  }
  return { width, height, data };
}

/** The box filters of one line of samples, in place. */
function blurLine(
  data: Uint8Array,
  start: number,
  stride: number,
  length: number,
  radius: number,
  line: Uint8Array,
): void {
  const whole = Math.floor(radius);
  const weight = Math.floor(Math.fround(one / Math.fround(2 * radius + 1)));
  const edgeWeight = Math.floor((one - (2 * whole + 1) * weight) / 2);
  const last = length - 1;
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < length; i++) line[i] = data[start + i * stride];
    let sum = 0;
    for (let i = -whole - 1; i < whole; i++) sum += line[Math.min(last, Math.max(0, i))];
    for (let i = 0; i < length; i++) {
      const before = line[Math.max(0, i - whole - 1)];
      const after = line[Math.min(last, i + whole + 1)];
      sum += line[Math.min(last, i + whole)] - before;
      data[start + i * stride] = Math.floor((sum * weight + (before + after) * edgeWeight + one / 2) / one);
    }
  }
}
