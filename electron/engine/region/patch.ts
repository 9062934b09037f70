import type { Planes, Rect } from '../pixels/planes.ts';
import { colourChannels, createSamples, maxSample, type Raster } from '../pixels/raster.ts';
import { clipRect } from './region.ts';

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
  const part = bounds(weights);
  if (part === undefined) return undefined;
  const max = maxSample(depth);
  const size = result.width * result.height;
  const data = createSamples(depth, 4 * part.width * part.height);
  let to = 0;
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let x = part.x; x < part.x + part.width; x++, to += 4) {
      const from = y * result.width + x;
      data[to] = toSample(max * result.data[from], max);
      data[to + 1] = toSample(max * result.data[size + from], max);
      data[to + 2] = toSample(max * result.data[2 * size + from], max);
      data[to + 3] = toSample(max * weights.data[from], max);
    }
  }
  return { rect: { ...part, x: part.x + at.x, y: part.y + at.y }, depth, data };
}

/** Rounded and limited; the typed array cuts off the fraction. */
function toSample(value: number, max: number): number {
  if (value <= 0) return 0;
  return value >= max ? max : value + 0.5;
}

function bounds({ width, height, data }: Planes): Rect | undefined {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] <= 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top < 0) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
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
  const colours = colourChannels(raster);
  for (let y = part.y; y < part.y + part.height; y++) {
    let from = 4 * ((y - patch.rect.y) * patch.rect.width + part.x - patch.rect.x);
    let to = (y * raster.width + part.x) * raster.channels;
    for (let x = 0; x < part.width; x++, from += 4, to += raster.channels) {
      const alpha = patch.data[from + 3] * scale;
      if (alpha === 0) continue;
      const [r, g, b] = [patch.data[from], patch.data[from + 1], patch.data[from + 2]];
      if (colours === 1) {
        raster.data[to] = mix(raster.data[to], (0.299 * r + 0.587 * g + 0.114 * b) * toDepth, alpha);
      } else {
        raster.data[to] = mix(raster.data[to], r * toDepth, alpha);
        raster.data[to + 1] = mix(raster.data[to + 1], g * toDepth, alpha);
        raster.data[to + 2] = mix(raster.data[to + 2], b * toDepth, alpha);
      }
    }
  }
}

function mix(original: number, result: number, alpha: number): number {
  return Math.round(original + alpha * (result - original));
}
