import { AppError } from '../errors.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';

/**
 * A picture as a file holds it: interleaved samples, `data[(y * width + x) * channels + c]`, whole range of the
 * depth. Channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.
 */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
  readonly data: Uint8Array | Uint16Array;
}

/** The largest sample value of a depth. */
export function maxSample(depth: Raster['depth']): number {
  return depth === 8 ? 255 : 65535;
}

/** Number of colour channels, without alpha. */
export function colourChannels(raster: Pick<Raster, 'channels'>): 1 | 3 {
  return raster.channels >= 3 ? 3 : 1;
}

/** A part of a raster as RGB planes, 0..1; grey is repeated, alpha left out. */
export function rgbPlanes(raster: Raster, rect: Rect): Planes {
  const planes = createPlanes(rect.width, rect.height, 3);
  const { data } = planes;
  const { data: samples, channels: step } = raster;
  const size = rect.width * rect.height;
  const scale = 1 / maxSample(raster.depth);
  const [green, blue] = step >= 3 ? [1, 2] : [0, 0];
  for (let y = 0; y < rect.height; y++) {
    let from = ((rect.y + y) * raster.width + rect.x) * step;
    let to = y * rect.width;
    for (let x = 0; x < rect.width; x++, from += step, to++) {
      data[to] = samples[from] * scale;
      data[size + to] = samples[from + green] * scale;
      data[2 * size + to] = samples[from + blue] * scale;
    }
  }
  return planes;
}

/** An array of samples of a depth. */
export function createSamples(depth: Raster['depth'], length: number): Uint8Array | Uint16Array {
  return depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
}

/**
 * A part of a raster as a raster of its own.
 * @throws AppError `pixels/rect-outside`
 */
export function cropRaster(raster: Raster, { x, y, width, height }: Rect): Raster {
  const { channels } = raster;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > raster.width || y + height > raster.height) {
    throw new AppError('pixels/rect-outside', 'The rectangle reaches beyond the picture.');
  }
  const data = createSamples(raster.depth, width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * raster.width + x) * channels;
    data.set(raster.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { ...raster, width, height, data };
}
