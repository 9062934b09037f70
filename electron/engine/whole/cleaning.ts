import { jpegTable } from '../classical/jpeg-tables.ts';
import { shrinkPlane } from '../classical/shrinkage.ts';
import { borderIndex } from '../pixels/crop.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import type { JpegTraces } from './jpeg-traces.ts';
import type { Noise } from './noise.ts';
import { fromYcc, toYcc } from './ycc.ts';

/** Thresholds of the 64 coefficients of a block, in levels of 255. */
export interface Cleaning {
  readonly luma: Float32Array;
  /** Of the colour differences at half the size. */
  readonly chroma: Float32Array;
}

/** Noise below this is grain that nobody minds, or no noise at all. */
const leastLumaNoise = 3;
const leastChromaNoise = 3.5;
/** Threshold over the noise's deviation: 2.7 is usual; a little less keeps some grain and all texture. */
const lumaFactor = 2.5;
const chromaFactor = 3;
/** Better JPEG than this is left as it is. */
const bestQualityTouched = 80;
/** A coefficient below so much of the quantisation step may as well be rounding. */
const stepShare = 0.6;
const highestThreshold = 60;

/** What to clean away; undefined where the photo is clean enough. */
export function planCleaning(noise: Noise | undefined, jpeg: JpegTraces | undefined): Cleaning | undefined {
  const luma = new Float32Array(64);
  const chroma = new Float32Array(64);
  if (noise !== undefined && noise.luma >= leastLumaNoise) luma.fill(lumaFactor * noise.luma);
  // A mean of four pixels holds half the noise.
  if (noise !== undefined && noise.chroma >= leastChromaNoise) chroma.fill((chromaFactor * noise.chroma) / 2);
  if (jpeg !== undefined && jpeg.quality <= bestQualityTouched) {
    raise(luma, jpegTable('luma', jpeg.quality));
    raise(chroma, jpegTable('chroma', jpeg.quality));
  }
  return luma.some((value) => value > 0) || chroma.some((value) => value > 0) ? { luma, chroma } : undefined;
}

function raise(thresholds: Float32Array, steps: Float64Array): void {
  for (let k = 1; k < 64; k++) {
    thresholds[k] = Math.max(thresholds[k], Math.min(highestThreshold, stepShare * steps[k]));
  }
}

const lumaStride = 2;
const chromaStride = 2;
/** Reach of the blocks at half size, and of enlarging them again. */
const reachPx = 24;

/**
 * Cleans the part of a picture inside `core`. Blocks lie at the same places of the picture whatever the core, so that
 * the results of neighbouring cores fit together without a seam.
 */
export function cleanPart(picture: Raster, core: Rect, { luma, chroma }: Cleaning): Planes {
  // Even on the half size, and at multiples of the strides.
  const left = Math.floor((core.x - reachPx) / 8) * 8;
  const top = Math.floor((core.y - reachPx) / 8) * 8;
  const width = Math.ceil((core.x + core.width + reachPx - left) / 8) * 8;
  const height = Math.ceil((core.y + core.height + reachPx - top) / 8) * 8;
  const ycc = toYcc(mirrored(picture, { x: left, y: top, width, height }));
  const hasLuma = luma.some((value) => value > 0);
  const hasChroma = chroma.some((value) => value > 0);
  const cleaned = {
    ...ycc,
    y: hasLuma ? shrinkPlane(ycc.y, width, height, luma, lumaStride) : ycc.y,
    cb: hasChroma ? shrinkHalved(ycc.cb, width, height, chroma) : ycc.cb,
    cr: hasChroma ? shrinkHalved(ycc.cr, width, height, chroma) : ycc.cr,
  };
  return cut(fromYcc(cleaned), { ...core, x: core.x - left, y: core.y - top });
}

/** A part of a picture that may reach beyond it: there the picture is mirrored. */
function mirrored(picture: Raster, rect: Rect): Planes {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  const inner = {
    x,
    y,
    width: Math.min(picture.width, rect.x + rect.width) - x,
    height: Math.min(picture.height, rect.y + rect.height) - y,
  };
  const planes = rgbPlanes(picture, inner);
  if (inner.width === rect.width && inner.height === rect.height) return planes;
  const out = createPlanes(rect.width, rect.height, 3);
  const index = (at: number, length: number, start: number, count: number) =>
    // Mirrored in the picture, then kept inside what was read of it.
    Math.min(count - 1, Math.max(0, borderIndex(at, length, 'reflect') - start));
  const columns = Int32Array.from({ length: rect.width }, (_, u) =>
    index(rect.x + u, picture.width, inner.x, inner.width),
  );
  for (let c = 0; c < 3; c++) {
    for (let v = 0; v < rect.height; v++) {
      const row = (c * inner.height + index(rect.y + v, picture.height, inner.y, inner.height)) * inner.width;
      const to = (c * rect.height + v) * rect.width;
      for (let u = 0; u < rect.width; u++) out.data[to + u] = planes.data[row + columns[u]];
    }
  }
  return out;
}

/** Shrinks a colour difference at half its size and enlarges it again: finer colour is noise, or JPEG's. */
function shrinkHalved(
  plane: Float32Array,
  width: number,
  height: number,
  thresholds: Float32Array,
): Float32Array {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = 0.25 * (plane[at] + plane[at + 1] + plane[at + width] + plane[at + width + 1]);
    }
  }
  const small = shrinkPlane(half, w, h, thresholds, chromaStride);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const y0 = y >> 1;
    const y1 = Math.min(h - 1, Math.max(0, y0 + (y & 1 ? 1 : -1)));
    for (let x = 0; x < width; x++) {
      const x0 = x >> 1;
      const x1 = Math.min(w - 1, Math.max(0, x0 + (x & 1 ? 1 : -1)));
      const near = 0.75 * small[y0 * w + x0] + 0.25 * small[y0 * w + x1];
      const far = 0.75 * small[y1 * w + x0] + 0.25 * small[y1 * w + x1];
      out[y * width + x] = 0.75 * near + 0.25 * far;
    }
  }
  return out;
}

function cut(planes: Planes, rect: Rect): Planes {
  const out = createPlanes(rect.width, rect.height, 3);
  for (let row = 0; row < 3 * rect.height; row++) {
    const c = Math.floor(row / rect.height);
    const from = (c * planes.height + rect.y + (row % rect.height)) * planes.width + rect.x;
    out.data.set(planes.data.subarray(from, from + rect.width), row * rect.width);
  }
  return out;
}
