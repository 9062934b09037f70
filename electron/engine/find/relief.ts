import { maxSample, type Raster } from '../pixels/raster.ts';

/** How a mark stands out from the photo around it. */
export interface Relief {
  /** Mean difference from both sides, the smaller one; near 0 at an edge between two things. 0..1. */
  readonly ridge: number;
  /** 1 where all of it is lighter, or all of it darker, than both sides; 0 where that is mixed. */
  readonly consistency: number;
  /** Standard deviation of its own brightness: paint, ink and bare paper are of one shade. 0..1. */
  readonly unevenness: number;
}

/** Distances of the sides that a pixel is compared with, and directions. */
const sidesPx = [3, 6] as const;
const directions = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

/** Measures the relief of some pixels, indices `y * width + x`. */
export function measureRelief(picture: Raster, pixels: Int32Array): Relief {
  const { width, height } = picture;
  let [sum, squares, ridges, signed] = [0, 0, 0, 0];
  for (const at of pixels) {
    const y = Math.floor(at / width);
    const x = at - y * width;
    const value = brightness(picture, at);
    sum += value;
    squares += value * value;
    let best = 0;
    for (const [dx, dy] of directions) {
      for (const side of sidesPx) {
        const [ax, ay, bx, by] = [x + side * dx, y + side * dy, x - side * dx, y - side * dy];
        if (Math.min(ax, bx, ay, by) < 0 || Math.max(ax, bx) >= width || Math.max(ay, by) >= height) continue;
        const one = value - brightness(picture, ay * width + ax);
        const other = value - brightness(picture, by * width + bx);
        if (one * other <= 0) continue;
        const smaller = Math.abs(one) < Math.abs(other) ? one : other;
        if (Math.abs(smaller) > Math.abs(best)) best = smaller;
      }
    }
    ridges += Math.abs(best);
    signed += best;
  }
  const count = Math.max(1, pixels.length);
  const mean = sum / count;
  return {
    ridge: ridges / count,
    consistency: ridges > 0 ? Math.abs(signed) / ridges : 0,
    unevenness: Math.sqrt(Math.max(0, squares / count - mean * mean)),
  };
}

function brightness({ data, channels, depth }: Raster, at: number): number {
  const from = at * channels;
  const value =
    channels < 3 ? data[from] : 0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2];
  return value / maxSample(depth);
}
