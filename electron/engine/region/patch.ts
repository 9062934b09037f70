import { maskBounds } from '../pixels/mask.ts';
import type { Planes, Rect } from '../pixels/planes.ts';
import { colourChannels, createSamples, maxSample, type Raster } from '../pixels/raster.ts';
import { clipRect } from '../pixels/rects.ts';

/**
 * A restored part of a photo, laid over the untouched original: RGBA in the photo's own depth, where alpha is how
 * much of the result shows. Alpha 0 leaves the original's pixel as it is, bit for bit.
 */
export interface Patch {
  readonly rect: Rect;
  readonly depth: Raster['depth'];
  /** `data[4 * (y * rect.width + x) + c]` */
  readonly data: Uint8Array | Uint16Array;
}

/** A patch from a result and its weights (one channel, 0..1), cut to where the weights are not 0. */
export function makePatch(
  result: Planes,
  weights: Planes,
  at: Rect,
  depth: Raster['depth'],
): Patch | undefined {
  const part = maskBounds(weights, 0);
  if (part === undefined) return undefined;
  const max = maxSample(depth);
  const size = result.width * result.height;
  const data = createSamples(depth, 4 * part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    const row = data.subarray(4 * y * part.width, 4 * (y + 1) * part.width);
    makeRow(row, result.data, size, weights.data, (part.y + y) * result.width + part.x, max);
  }
  return { rect: { ...part, x: part.x + at.x, y: part.y + at.y }, depth, data };
}

/** One row of a patch, from pixel `first` on. Called often, it is compiled sooner than a long loop. */
function makeRow(
  row: Uint8Array | Uint16Array,
  colours: Float32Array,
  size: number,
  alphas: Float32Array,
  first: number,
  max: number,
): void {
  for (let to = 0, from = first; to < row.length; to += 4, from++) {
    row[to] = toSample(max * colours[from], max);
    row[to + 1] = toSample(max * colours[size + from], max);
    row[to + 2] = toSample(max * colours[2 * size + from], max);
    row[to + 3] = toSample(max * alphas[from], max);
  }
}

/** Rounded and limited; the typed array cuts off the fraction. */
function toSample(value: number, max: number): number {
  if (value <= 0) return 0;
  return value >= max ? max : value + 0.5;
}

/**
 * Lays a patch over a raster, in place. `strength` 0..1 scales the patch's alpha. Grey photos take the patch's luma;
 * the photo's own alpha stays.
 */
export function applyPatch(raster: Raster, patch: Patch, strength: number): void {
  const part = clipRect(patch.rect, raster.width, raster.height);
  if (part === undefined || strength <= 0) return;
  const scale = strength / maxSample(patch.depth);
  const toDepth = maxSample(raster.depth) / maxSample(patch.depth);
  const isGrey = colourChannels(raster) === 1;
  const { data: source } = patch;
  const { data, channels } = raster;
  for (let y = part.y; y < part.y + part.height; y++) {
    let from = 4 * ((y - patch.rect.y) * patch.rect.width + part.x - patch.rect.x);
    let to = (y * raster.width + part.x) * channels;
    for (let x = 0; x < part.width; x++, from += 4, to += channels) {
      const alpha = source[from + 3] * scale;
      if (alpha === 0) continue;
      const red = source[from];
      const green = source[from + 1];
      const blue = source[from + 2];
      if (isGrey) {
        data[to] = mix(data[to], (0.299 * red + 0.587 * green + 0.114 * blue) * toDepth, alpha);
      } else {
        data[to] = mix(data[to], red * toDepth, alpha);
        data[to + 1] = mix(data[to + 1], green * toDepth, alpha);
        data[to + 2] = mix(data[to + 2], blue * toDepth, alpha);
      }
    }
  }
}

/** Rounded: the typed array cuts off the fraction. */
function mix(original: number, result: number, alpha: number): number {
  return original + alpha * (result - original) + 0.5;
}
