import { crop } from '../pixels/crop.ts';
import { luma } from '../pixels/luma.ts';
import { maskBounds, requireMask, solidRect } from '../pixels/mask.ts';
import type { Planes, Rect } from '../pixels/planes.ts';
import { matchBlur } from './blur-strength.ts';
import { findFlatBlots } from './flat-blots.ts';
import { holeConfidence } from './hole.ts';
import type { Damage } from './kinds.ts';
import { matchGrid } from './mosaic-grid.ts';
import { findScratches } from './scratches.ts';
import { findStains } from './stains.ts';

/** A kind of damage that the region may have, with its measure. */
export interface DamageCandidate {
  readonly damage: Damage;
  /** 0..1; about the chance that a region looking like this is damaged in this way. */
  readonly confidence: number;
}

/** What seems to be wrong in a region. */
export interface DamageReport {
  readonly damage: Damage | { readonly kind: 'none' };
  readonly confidence: number;
  /** All kinds that were considered, the likeliest first. */
  readonly candidates: readonly DamageCandidate[];
}

/** Surroundings that the tests for stains and holes look at. */
const marginPx = 16;
/** Larger regions are judged by their middle: their damage is the same all over, and time is bounded. */
const greatestSidePx = 640;
const leastConfidence = 0.5;
/** Confidences that differ by less say nothing about which of two it is. */
const clearlyMore = 0.1;
/** So many blocks in a row show a grid. */
const leastBlocks = 2;

/**
 * Says what is wrong inside a region and how strong it is.
 * @param window [C, H, W] around the region, the wider the better
 * @param inside [1, H, W]: above 0.5 in the region
 */
export function analyse(window: Planes, inside: Planes): DamageReport {
  requireMask(window, inside);
  const bounds = maskBounds(inside);
  if (bounds === undefined) return { damage: { kind: 'none' }, confidence: 1, candidates: [] };
  const part = judgedPart(window, bounds);
  const picture = crop(window, part);
  const mask = crop(inside, part);
  const flat = findFlatBlots(picture, mask);
  const candidates = [
    ...mosaicCandidate(picture, mask, part),
    ...blurCandidate(picture, mask),
    { damage: { kind: 'fill' } as const, confidence: holeConfidence(picture, mask) },
    {
      damage: { kind: 'stain' } as const,
      confidence: Math.max(flat.stain, findStains(picture, mask).confidence),
    },
    {
      damage: { kind: 'scratch' } as const,
      confidence: Math.max(flat.scratch, findScratches(picture, mask).confidence),
    },
  ].sort((a, b) => b.confidence - a.confidence);
  // A mosaic has flat patches, hard edges and lines as well; a painted-over region is one large blot.
  const likeliest = candidates[0];
  for (const kind of ['mosaic', 'fill'] as const) {
    const found = candidates.find((candidate) => candidate.damage.kind === kind);
    if (found === undefined || found.confidence < leastConfidence) continue;
    // But paint on an even ground has edges that look a little like a grid.
    if (!isClearlyLikelier(likeliest, found)) return { ...found, candidates };
  }
  if (likeliest.confidence >= leastConfidence) return { ...likeliest, candidates };
  return { damage: { kind: 'none' }, confidence: 1 - likeliest.confidence, candidates };
}

/** Whether one finding is so much surer than another that there is no doubt about which it is. */
export function isClearlyLikelier(
  one: Pick<DamageCandidate, 'confidence'>,
  other: Pick<DamageCandidate, 'confidence'>,
): boolean {
  return one.confidence - other.confidence > clearlyMore;
}

function judgedPart(window: Planes, bounds: Rect): Rect {
  const [x, width] = judgedSpan(bounds.x, bounds.width, window.width);
  const [y, height] = judgedSpan(bounds.y, bounds.height, window.height);
  return { x, y, width, height };
}

function judgedSpan(start: number, length: number, available: number): [start: number, length: number] {
  if (length > greatestSidePx) return [start + ((length - greatestSidePx) >> 1), greatestSidePx];
  const from = Math.max(0, start - marginPx);
  return [from, Math.min(available, start + length + marginPx) - from];
}

/** Turns a measure into a confidence: a half at `middle`, 0.88 one `width` above it. */
function logistic(value: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp((-2 * (value - middle)) / width));
}

function mosaicCandidate(picture: Planes, mask: Planes, part: Rect): DamageCandidate[] {
  const match = matchGrid(picture, mask);
  if (match === undefined) return [];
  const { pitchX, pitchY, offsetX, offsetY } = match.grid;
  // The edges of a brush stroke make combs of their own: a grid must be seen where the mask is solid.
  const solid = solidRect(mask);
  if (solid === undefined || solid.width < leastBlocks * pitchX || solid.height < leastBlocks * pitchY)
    return [];
  const grid = {
    pitchX,
    pitchY,
    offsetX: (offsetX + part.x) % pitchX,
    offsetY: (offsetY + part.y) % pitchY,
  };
  return [{ damage: { kind: 'mosaic', grid }, confidence: logistic(match.score - match.slope, 0.05, 0.15) }];
}

function blurCandidate(picture: Planes, mask: Planes): DamageCandidate[] {
  const box = solidRect(mask);
  if (box === undefined) return [];
  const match = matchBlur(luma(crop(picture, box)));
  if (match === undefined || match.sigmaPx === 0) return [];
  const confidence = logistic(Math.log2(1 + match.evidence), Math.log2(31), 1);
  return [{ damage: { kind: 'blur', sigmaPx: match.sigmaPx }, confidence }];
}
