import { connectedComponents } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { crop, pasteInto } from '../pixels/crop.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';
import { createRandom, type Random } from '../pixels/random.ts';
import { growRect, rectsOverlap, unionRect } from '../pixels/rects.ts';
import { resizeArea } from '../pixels/resize.ts';
import { type HolePicture, improveField, type PatchField, patchRadiusPx, startField } from './patch-match.ts';

/** Narrower holes show no smear that texture could hide; what is known on both sides says more. */
const leastWidthPx = 7;
/** Texture comes from so far around a hole: what is near is most alike. */
const surroundingsPx = 96;
/** The coarsest picture is the one whose hole is at most this wide: less than a patch. */
const coarsestWidthPx = 4;
const rounds = { coarse: 8, finest: 4 } as const;
const passes = { first: 6, later: 3 } as const;
/** Pixels take the colour that lies nearer to the middle of a patch rather than at its rim. */
const rimCost = 0.2;
const seed = 1;

/**
 * Fills wide holes with texture from elsewhere in the picture, so that every patch that reaches into them is like one
 * that is really there: sharp and natural, but invented (Wexler, Shechtman and Irani, "Space-time completion of video",
 * PAMI 2007, with PatchMatch). Deterministic.
 * @param filled RGB, 0..1, its holes filled smoothly, from which the search begins; it is not changed
 * @param mask [1, H, W]: 1 in the holes; narrow ones stay as they are
 */
export async function textureFill(filled: Planes, mask: Planes, pause: Pause): Promise<Planes> {
  const out: Planes = { ...filled, data: filled.data.slice() };
  const wide = wideHoles(mask);
  const random = createRandom(seed);
  for (const part of partsOf(wide)) {
    const [picture, hole, wanted] = [out, mask, wide].map((planes) => crop(planes, part));
    const textured = await fillPart(picture, hole, random, pause);
    if (textured === undefined) continue;
    const size = part.width * part.height;
    for (let i = 0; i < textured.data.length; i++) {
      if (wanted.data[i % size] === 0) textured.data[i] = picture.data[i];
    }
    pasteInto(out, textured, part.x, part.y);
  }
  return out;
}

/** The holes into which a square of the least width fits. */
function wideHoles(mask: Planes): Planes {
  const { width, height } = mask;
  const marked = Uint8Array.from(mask.data, (value) => (value > 0.5 ? 1 : 0));
  const squares = squaresOf(marked, width);
  const out = createPlanes(width, height, 1);
  const { count, starts, pixels } = connectedComponents(marked, width, () => true);
  for (let k = 0; k < count; k++) {
    const hole = pixels.subarray(starts[k], starts[k + 1]);
    if (hole.some((at) => squares[at] >= leastWidthPx)) for (const at of hole) out.data[at] = 1;
  }
  return out;
}

/** Side of the largest square of marked pixels whose lower right corner is a pixel. */
function squaresOf(marked: Uint8Array, width: number): Int32Array {
  const squares = new Int32Array(marked.length);
  for (let at = 0; at < marked.length; at++) {
    if (marked[at] === 0) continue;
    const isFirst = at < width || at % width === 0;
    squares[at] = isFirst ? 1 : 1 + Math.min(squares[at - 1], squares[at - width], squares[at - width - 1]);
  }
  return squares;
}

/** Rectangles around the holes and their surroundings; those that would share pixels are one. */
function partsOf(mask: Planes): Rect[] {
  const { width, height } = mask;
  const marked = Uint8Array.from(mask.data);
  const { count, starts, pixels } = connectedComponents(marked, width, () => true);
  const parts: Rect[] = [];
  for (let k = 0; k < count; k++) {
    let part = growRect(
      boundsOf(pixels.subarray(starts[k], starts[k + 1]), width),
      surroundingsPx,
      width,
      height,
    );
    for (let i = parts.findIndex((other) => rectsOverlap(other, part)); i >= 0; ) {
      part = unionRect(part, parts[i]);
      parts.splice(i, 1);
      i = parts.findIndex((other) => rectsOverlap(other, part));
    }
    parts.push(part);
  }
  return parts;
}

function boundsOf(pixels: Int32Array, width: number): Rect {
  let [left, right, top, bottom] = [width, 0, Number.POSITIVE_INFINITY, 0];
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** From coarse to fine; undefined where the finest picture has nothing to take texture from. */
async function fillPart(
  picture: Planes,
  mask: Planes,
  random: Random,
  pause: Pause,
): Promise<Planes | undefined> {
  const levels = pyramid(picture, mask);
  let coarser: { field: PatchField; width: number } | undefined;
  for (const [k, level] of [...levels.entries()].reverse()) {
    const field = startField(level, random, guessFrom(coarser, level.width));
    if (field === undefined) {
      if (k === 0) return undefined;
      coarser = undefined;
      continue;
    }
    if (coarser !== undefined) blendPatches(level, field);
    const isFinest = k === 0;
    const count = isFinest ? rounds.finest : rounds.coarse;
    for (let round = 0; round < count; round++) {
      await pause();
      const isFirst = round === 0 && coarser === undefined;
      improveField(level, field, isFirst ? passes.first : passes.later, random);
      if (isFinest && round === count - 1) takeBest(level, field);
      else blendPatches(level, field, typicalDistance(field));
    }
    coarser = { field, width: level.width };
  }
  return planesOf(levels[0]);
}

/** The picture and its halves, down to one whose hole is narrower than a patch. */
function pyramid(picture: Planes, mask: Planes): HolePicture[] {
  const levels: HolePicture[] = [];
  let [planes, hole] = [picture, mask];
  for (;;) {
    const marked = Uint8Array.from(hole.data, (value) => (value > 0 ? 1 : 0));
    const { width, height } = planes;
    levels.push({ width, height, rgb: interleaved(planes), hole: marked });
    const widest = squaresOf(marked, width).reduce((most, side) => Math.max(most, side), 0);
    const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    if (widest <= coarsestWidthPx || Math.min(across, down) < 6 * patchRadiusPx) return levels;
    planes = resizeArea(planes, across, down);
    hole = resizeArea(hole, across, down);
  }
}

/** Sources of the coarser field, at twice its distances. */
function guessFrom(coarser: { field: PatchField; width: number } | undefined, width: number) {
  return (target: number): number | undefined => {
    if (coarser === undefined) return undefined;
    const [x, y] = [target % width, Math.floor(target / width)];
    const source = coarser.field.nearest[(y >> 1) * coarser.width + (x >> 1)];
    if (source < 0) return undefined;
    const sourceX = 2 * (source % coarser.width) + (x & 1);
    return sourceX < width ? (2 * Math.floor(source / coarser.width) + (y & 1)) * width + sourceX : undefined;
  };
}

/** The distance that three of four patches keep below. */
function typicalDistance({ targets, distance }: PatchField): number {
  const sorted = Float32Array.from(targets, (target) => distance[target]).sort();
  return Math.max(1e-6, sorted[Math.floor(0.75 * sorted.length)]);
}

/** Every pixel of the hole becomes the mean of what all patches over it say; near ones count more. */
function blendPatches(picture: HolePicture, field: PatchField, typical = Number.POSITIVE_INFINITY): void {
  const { rgb, hole } = picture;
  const sums = new Float32Array(rgb.length);
  const weights = new Float32Array(hole.length);
  forPatchPixels(picture, field, (at, from, target) => {
    const weight = Math.exp(-field.distance[target] / (2 * typical));
    for (let c = 0; c < 3; c++) sums[3 * at + c] += weight * rgb[3 * from + c];
    weights[at] += weight;
  });
  for (let at = 0; at < hole.length; at++) {
    if (!(weights[at] > 0)) continue;
    for (let c = 0; c < 3; c++) rgb[3 * at + c] = sums[3 * at + c] / weights[at];
  }
}

/** Every pixel of the hole takes the colour of the best patch over it: a mean would be soft. */
function takeBest(picture: HolePicture, field: PatchField): void {
  const { rgb, hole } = picture;
  const least = new Float32Array(hole.length).fill(Number.POSITIVE_INFINITY);
  const best = new Int32Array(hole.length).fill(-1);
  forPatchPixels(picture, field, (at, from, target, fromMiddle) => {
    const cost = field.distance[target] * (1 + rimCost * fromMiddle);
    if (cost >= least[at]) return;
    least[at] = cost;
    best[at] = from;
  });
  for (let at = 0; at < hole.length; at++) {
    if (best[at] >= 0) rgb.copyWithin(3 * at, 3 * best[at], 3 * best[at] + 3);
  }
}

/** All pixels of the hole under each patch, the pixel that its source has there, and the squared way to its middle. */
function forPatchPixels(
  { width, hole }: HolePicture,
  { targets, nearest }: PatchField,
  visit: (at: number, from: number, target: number, fromMiddle: number) => void,
): void {
  for (const target of targets) {
    const shift = nearest[target] - target;
    for (let dy = -patchRadiusPx; dy <= patchRadiusPx; dy++) {
      for (let dx = -patchRadiusPx; dx <= patchRadiusPx; dx++) {
        const at = target + dy * width + dx;
        if (hole[at] === 1) visit(at, at + shift, target, dx * dx + dy * dy);
      }
    }
  }
}

function interleaved({ width, height, data }: Planes): Float32Array {
  const size = width * height;
  const rgb = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[c * size + i];
  return rgb;
}

function planesOf({ width, height, rgb }: HolePicture): Planes {
  const out = createPlanes(width, height, 3);
  const size = width * height;
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) out.data[c * size + i] = rgb[3 * i + c];
  return out;
}
