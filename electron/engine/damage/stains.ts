import { luma } from '../pixels/luma.ts';
import type { Planes } from '../pixels/planes.ts';
import { connectedComponents, extentOf } from './components.ts';
import { asMap, type Defects } from './defects.ts';

/** Greatest difference between neighbours in a patch of ink: JPEG's noise at quality 75 stays below. */
const flatStep = 0.04;
/** Difference from the patch's mean colour up to which its border belongs to it. */
const sameColour = 0.1;
/** Mean deviation from its own colour at which a patch no longer looks like ink. */
const unevenness = 0.06;
/** Difference from the surroundings from which a patch counts as foreign, and the part of its border needed. */
const foreignStep = 0.12;
const leastHardness = 0.7;
/** Mean difference from the surroundings that nobody takes for a part of the photo. */
const plainStep = 0.4;
const leastQuality = 0.2;
const leastAreaPx = 9;
const thinLengthPx = 12;
const thinWidthPx = 5;
const trustedAreaPx = 40;
/** Part of the region from which blots are believed in full: photos are full of tiny dark patches. */
const trustedShare = 0.01;

/**
 * Finds blots: patches of one flat colour with a hard border nearly all around, lying wholly in the region.
 * A fallback for opaque ink, correction fluid and tape; see-through stains need a trained segmentation.
 */
export function findStains(window: Planes, inside: Planes): Defects {
  const { width, height } = window;
  const size = width * height;
  const grey = luma(window).data;
  const cores = connectedComponents(flatPixels(grey, inside), width, (a, b) => {
    return Math.abs(grey[a] - grey[b]) < flatStep;
  });
  // Number of the patch that holds a pixel, counted from 1.
  const owner = new Int32Array(size);
  const patches: { pixels: readonly number[]; quality: number }[] = [];
  let best = 0;
  for (let k = 0; k < cores.count; k++) {
    const core = cores.pixels.subarray(cores.starts[k], cores.starts[k + 1]);
    if (core.length < leastAreaPx || owner[core[0]] > 0) continue;
    const patch = grow(window, core, owner, k + 1);
    const quality = patchQuality(window, inside, patch, core, owner);
    patches.push({ pixels: patch.pixels, quality });
    best = Math.max(best, quality);
  }
  const marked = new Uint8Array(size);
  for (const { pixels, quality } of patches) {
    if (quality < leastQuality || quality < 0.5 * best) continue;
    for (const at of pixels) marked[at] = 1;
  }
  const { map, share } = asMap(marked, inside);
  return { map, share, confidence: best * Math.min(1, Math.sqrt(share / trustedShare)) };
}

/** Pixels of the region that hardly differ from their four neighbours. */
function flatPixels(grey: Float32Array, inside: Planes): Uint8Array {
  const { width, height } = inside;
  const flat = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (!(inside.data[at] > 0.5)) continue;
      const value = grey[at];
      const across = Math.max(Math.abs(value - grey[at - 1]), Math.abs(value - grey[at + 1]));
      const down = Math.max(Math.abs(value - grey[at - width]), Math.abs(value - grey[at + width]));
      if (across < flatStep && down < flatStep) flat[at] = 1;
    }
  }
  return flat;
}

interface Patch {
  readonly pixels: number[];
  readonly number: number;
  readonly colour: Float32Array;
}

function distanceTo(planes: Planes, at: number, colour: Float32Array): number {
  const size = planes.width * planes.height;
  let most = 0;
  for (let c = 0; c < colour.length; c++) {
    const distance = Math.abs(planes.data[c * size + at] - colour[c]);
    if (distance > most) most = distance;
  }
  return most;
}

/** Adds all pixels that hang together with the core and have its colour, also beyond the region. */
function grow(planes: Planes, core: Int32Array, owner: Int32Array, number: number): Patch {
  const { width, height, channels, data } = planes;
  const size = width * height;
  const colour = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (const at of core) sum += data[c * size + at];
    colour[c] = sum / core.length;
  }
  const pixels = Array.from(core);
  for (const at of core) owner[at] = number;
  for (let next = 0; next < pixels.length; next++) {
    const at = pixels[next];
    const x = at % width;
    for (let side = 0; side < 4; side++) {
      if ((side === 0 && x === 0) || (side === 1 && x === width - 1)) continue;
      const to = side === 0 ? at - 1 : side === 1 ? at + 1 : side === 2 ? at - width : at + width;
      if (to < 0 || to >= size || owner[to] === number || distanceTo(planes, to, colour) > sameColour)
        continue;
      owner[to] = number;
      pixels.push(to);
    }
  }
  return { pixels, number, colour };
}

/** 0..1: how much a patch looks laid on top: of one colour, hard border, within the region. */
function patchQuality(
  planes: Planes,
  inside: Planes,
  patch: Patch,
  core: Int32Array,
  owner: Int32Array,
): number {
  let outside = 0;
  for (const at of patch.pixels) if (!(inside.data[at] > 0.5)) outside++;
  if (outside > 0.05 * patch.pixels.length || isThin(patch.pixels, planes.width)) return 0;
  let deviation = 0;
  for (const at of core) deviation += distanceTo(planes, at, patch.colour);
  const evenness = 1 - (deviation / core.length / unevenness) ** 2;
  if (evenness <= 0) return 0;
  const { foreign, contrast } = compareSurroundings(planes, patch, owner);
  const hardness = Math.max(0, (foreign - leastHardness) / (1 - leastHardness));
  return (
    evenness * hardness * Math.min(1, contrast / plainStep) * Math.min(1, patch.pixels.length / trustedAreaPx)
  );
}

/** Part of the pixels 3 px outside a patch's border that are foreign to it, and their mean difference. */
function compareSurroundings(
  planes: Planes,
  patch: Patch,
  owner: Int32Array,
): { foreign: number; contrast: number } {
  const { width, height } = planes;
  let ring = 0;
  let foreign = 0;
  let contrast = 0;
  for (const at of patch.pixels) {
    const y = Math.floor(at / width);
    const x = at - y * width;
    for (let side = 0; side < 4; side++) {
      const dx = side === 0 ? -1 : side === 1 ? 1 : 0;
      const dy = side === 2 ? -1 : side === 3 ? 1 : 0;
      if (x + 3 * dx < 0 || x + 3 * dx >= width || y + 3 * dy < 0 || y + 3 * dy >= height) continue;
      const step = dy * width + dx;
      if (owner[at + step] === patch.number || owner[at + 3 * step] === patch.number) continue;
      const distance = distanceTo(planes, at + 3 * step, patch.colour);
      ring++;
      contrast += distance;
      if (distance > foreignStep) foreign++;
    }
  }
  return ring > 0 ? { foreign: foreign / ring, contrast: contrast / ring } : { foreign: 0, contrast: 0 };
}

/** Scratches have a core of one colour too: long patches of less than five pixels in width are left to them. */
function isThin(pixels: readonly number[], width: number): boolean {
  const extent = extentOf(pixels, width);
  return extent > thinLengthPx && pixels.length < thinWidthPx * extent;
}
