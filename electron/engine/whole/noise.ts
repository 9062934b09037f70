import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { sampleWindows } from './samples.ts';
import { toYcc } from './ycc.ts';

/** Standard deviation of the noise in levels of 255. */
export interface Noise {
  readonly luma: number;
  /** Of the colour differences; the larger of the two. */
  readonly chroma: number;
}

const blockPx = 16;
/** The quietest tenth of the blocks shows noise and no texture; their estimates lie this much below the mean. */
const quietShare = 0.1;
const quietBias = 1.08;
/** Where so many pixels are black or white, noise was cut off. */
const mostClipped = 0.02;

/**
 * Measures noise: Immerkaer, "Fast noise variance estimation", 1996, in blocks, of which the quietest count. Texture
 * everywhere is taken for noise only where no quiet block is left; JPEG hides noise, which is then underestimated.
 */
export function measureNoise(picture: Raster): Noise {
  const blocks: { y: number[]; cb: number[]; cr: number[] } = { y: [], cb: [], cr: [] };
  for (const window of sampleWindows(picture.width, picture.height)) {
    const ycc = toYcc(rgbPlanes(picture, window));
    for (let top = 1; top + blockPx < ycc.height; top += blockPx) {
      for (let left = 1; left + blockPx < ycc.width; left += blockPx) {
        if (isClipped(ycc.y, ycc.width, left, top)) continue;
        for (const plane of ['y', 'cb', 'cr'] as const) {
          blocks[plane].push(blockNoise(ycc[plane], ycc.width, left, top));
        }
      }
    }
  }
  return { luma: quiet(blocks.y), chroma: Math.max(quiet(blocks.cb), quiet(blocks.cr)) };
}

function isClipped(luma: Float32Array, width: number, left: number, top: number): boolean {
  let clipped = 0;
  for (let y = top; y < top + blockPx; y++) {
    for (let at = y * width + left; at < y * width + left + blockPx; at++) {
      if (luma[at] <= 2 || luma[at] >= 253) clipped++;
    }
  }
  return clipped > mostClipped * blockPx * blockPx;
}

function blockNoise(data: Float32Array, width: number, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + blockPx; y++) {
    for (let at = y * width + left; at < y * width + left + blockPx; at++) {
      const corners =
        data[at - width - 1] + data[at - width + 1] + data[at + width - 1] + data[at + width + 1];
      const sides = data[at - 1] + data[at + 1] + data[at - width] + data[at + width];
      sum += Math.abs(corners - 2 * sides + 4 * data[at]);
    }
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * blockPx * blockPx);
}

function quiet(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return quietBias * sorted[Math.floor(quietShare * sorted.length)];
}
