import { isGrainy } from '../pixels/grain.ts';
import type { Planes } from '../pixels/planes.ts';
import { connectedComponents, extentOf } from './components.ts';

/** Fewer pixels of exactly one colour may be chance. */
const leastPixels = 40;
/** More than this of a region in flat patches is a mosaic or a drawing. */
const mostFlat = 0.5;
/** Patches of so many pixels for each pixel of their extent are blots, thinner ones lines. */
const blotWidthPx = 5;
const confidence = 0.9;

/** How sure it is that a region has blots or lines of flat paint, 0..1. */
export interface FlatBlots {
  readonly stain: number;
  readonly scratch: number;
}

/**
 * Looks for paint of exactly one colour inside a region: no part of a photo with grain is flat to the level, unless it is
 * as bright or as dark as can be.
 * @param picture RGB, 0..1
 * @param inside [1, H, W]: above 0.5 in the region
 */
export function findFlatBlots(picture: Planes, inside: Planes): FlatBlots {
  const none = { stain: 0, scratch: 0 };
  if (picture.channels !== 3) return none;
  const { width, height } = picture;
  const size = width * height;
  const levels = Uint8Array.from(picture.data, (value) => Math.round(255 * value));
  const alike = (from: number, to: number) =>
    levels[from] === levels[to] &&
    levels[size + from] === levels[size + to] &&
    levels[2 * size + from] === levels[2 * size + to];
  const region = Uint8Array.from(inside.data, (value) => (value > 0.5 ? 1 : 0));
  const { count, starts, pixels } = connectedComponents(region, width, alike);
  const flat = new Uint8Array(size);
  let [blots, lines] = [0, 0];
  for (let k = 0; k < count; k++) {
    const patch = pixels.subarray(starts[k], starts[k + 1]);
    if (patch.length < leastPixels) continue;
    for (const at of patch) flat[at] = 1;
    const clipped = [0, 1, 2].some(
      (c) => levels[c * size + patch[0]] <= 1 || levels[c * size + patch[0]] >= 254,
    );
    if (clipped) continue;
    if (patch.length >= blotWidthPx * extentOf(patch, width)) blots += patch.length;
    else lines += patch.length;
  }
  const total = region.reduce((sum, value) => sum + value, 0);
  const flatTotal = flat.reduce((sum, value) => sum + value, 0);
  if (blots + lines === 0 || flatTotal > mostFlat * total) return none;
  const isBare = (at: number, next: number) => flat[at] === 0 && flat[next] === 0;
  if (!isGrainy(width, size, isBare, alike)) return none;
  return blots >= lines ? { stain: confidence, scratch: 0 } : { stain: 0, scratch: confidence };
}
