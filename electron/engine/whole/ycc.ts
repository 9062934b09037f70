import type { Planes } from '../pixels/planes.ts';

/** Brightness and the two colour differences of a picture, each 0..255 or around 0 (JFIF's YCbCr without offset). */
export interface Ycc {
  readonly width: number;
  readonly height: number;
  readonly y: Float32Array;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
}

/** From RGB planes, 0..1. */
export function toYcc({ width, height, data }: Planes): Ycc {
  const size = width * height;
  const [y, cb, cr] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i++) {
    const r = 255 * data[i];
    const g = 255 * data[size + i];
    const b = 255 * data[2 * size + i];
    y[i] = 0.299 * r + 0.587 * g + 0.114 * b;
    cb[i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
    cr[i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
  }
  return { width, height, y, cb, cr };
}

/** To RGB planes; values may leave 0..1 a little. */
export function fromYcc({ width, height, y, cb, cr }: Ycc): Planes {
  const size = width * height;
  const data = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    data[i] = (y[i] + 1.402 * cr[i]) / 255;
    data[size + i] = (y[i] - 0.344136 * cb[i] - 0.714136 * cr[i]) / 255;
    data[2 * size + i] = (y[i] + 1.772 * cb[i]) / 255;
  }
  return { width, height, channels: 3, data };
}
