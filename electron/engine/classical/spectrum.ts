import { pad } from '../pixels/crop.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { cosineTransform, powerOfTwo, transformLength } from './cosine.ts';

/**
 * A picture's 2-D cosine spectrum (orthonormal), sides padded by mirroring to what there is a transform for.
 * Coefficient (u, v) of channel c, u along x, is `data[(c * across + u) * down + v]`: columns first.
 */
export interface Spectrum {
  readonly across: number;
  readonly down: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Side of the squares in which a plane is transposed: both their rows and their columns stay in the cache. */
const transposedSidePx = 16;

/** Writes the transpose of a row-major width x height plane into `to`. */
function transposeInto(to: Float32Array, from: Float32Array, width: number, height: number): void {
  for (let top = 0; top < height; top += transposedSidePx) {
    const bottom = Math.min(height, top + transposedSidePx);
    for (let left = 0; left < width; left += transposedSidePx) {
      const right = Math.min(width, left + transposedSidePx);
      for (let x = left; x < right; x++) {
        for (let y = top; y < bottom; y++) to[x * height + y] = from[y * width + x];
      }
    }
  }
}

export function forwardSpectrum(planes: Planes): Spectrum {
  const across = transformLength(planes.width);
  const down = transformLength(planes.height);
  const sides = { left: 0, top: 0, right: across - planes.width, bottom: down - planes.height };
  const padded = pad(planes, sides, 'reflect');
  cosineTransform(across).forward(padded.data, 0, down * planes.channels);
  const data = new Float32Array(padded.data.length);
  const size = across * down;
  for (let c = 0; c < planes.channels; c++) {
    const plane = padded.data.subarray(c * size, (c + 1) * size);
    transposeInto(data.subarray(c * size, (c + 1) * size), plane, across, down);
  }
  cosineTransform(down).forward(data, 0, across * planes.channels);
  return { across, down, channels: planes.channels, data };
}

/** The picture of a spectrum, cut back to its size. Spoils the spectrum. */
export function inverseSpectrum(spectrum: Spectrum, width: number, height: number): Planes {
  const { across, down, channels, data } = spectrum;
  const size = across * down;
  cosineTransform(down).inverse(data, 0, across * channels);
  const plane = new Float32Array(size);
  const out = createPlanes(width, height, channels);
  for (let c = 0; c < channels; c++) {
    transposeInto(plane, data.subarray(c * size, (c + 1) * size), down, across);
    cosineTransform(across).inverse(plane, 0, height);
    for (let y = 0; y < height; y++) {
      out.data.set(plane.subarray(y * across, y * across + width), (c * height + y) * width);
    }
  }
  return out;
}

/**
 * The spectrum of a grey picture whose deviation from its mean fades to zero at all four edges, as
 * sin^power, so that edges do not leak into the high frequencies. Padded with zeros to powers of two.
 */
export function taperedSpectrum(grey: Planes, power: number): Spectrum {
  const { width, height, data } = grey;
  let mean = 0;
  for (let i = 0; i < data.length; i++) mean += data[i];
  mean /= data.length;
  const across = new Float64Array(width);
  for (let x = 0; x < width; x++) across[x] = Math.sin((Math.PI * (x + 0.5)) / width) ** power;
  const out = createPlanes(powerOfTwo(width), powerOfTwo(height), 1);
  for (let y = 0; y < height; y++) {
    const down = Math.sin((Math.PI * (y + 0.5)) / height) ** power;
    for (let x = 0; x < width; x++) {
      out.data[y * out.width + x] = (data[y * width + x] - mean) * across[x] * down;
    }
  }
  return forwardSpectrum(out);
}
