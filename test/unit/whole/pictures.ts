import type { Planes, Rect } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { maxSample, type Raster } from '../../../electron/engine/pixels/raster.ts';

export function toRaster(planes: Planes, depth: 8 | 16 = 8): Raster {
  const size = planes.width * planes.height;
  const data = depth === 8 ? new Uint8Array(3 * size) : new Uint16Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      const value = Math.min(1, Math.max(0, planes.data[c * size + i]));
      data[3 * i + c] = Math.round(maxSample(depth) * value);
    }
  }
  return { width: planes.width, height: planes.height, channels: 3, depth, data };
}

export function wholeOf({ width, height }: { width: number; height: number }): Rect {
  return { x: 0, y: 0, width, height };
}

/** Gaussian noise of `sigma` levels of 255 on every channel. */
export function noisy(planes: Planes, sigma: number, seed: number): Planes {
  const random = createRandom(seed);
  const data = planes.data.map((value) => Math.min(1, Math.max(0, value + (sigma / 255) * random.normal())));
  return { ...planes, data };
}

/** Lifted blacks, dull whites, a yellow cast. */
export function faded(planes: Planes): Planes {
  const size = planes.width * planes.height;
  const ranges = [
    [0.28, 0.78],
    [0.25, 0.72],
    [0.17, 0.58],
  ] as const;
  const data = planes.data.map((value, i) => {
    const [low, high] = ranges[Math.floor(i / size)];
    return low + (high - low) * value;
  });
  return { ...planes, data };
}

/** The photographs at hand are nearly without colours: red grows to the right, blue to the left. */
export function coloured(planes: Planes): Planes {
  const size = planes.width * planes.height;
  const data = planes.data.map((value, i) => {
    const along = (i % planes.width) / planes.width - 0.5;
    const lean = [0.8, 0, -0.8][Math.floor(i / size)];
    return Math.min(1, Math.max(0, value * (1 + lean * along)));
  });
  return { ...planes, data };
}
