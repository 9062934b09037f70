import { applyMosaic } from '../engine/classical/mosaic.ts';
import type { Damage } from '../engine/damage/kinds.ts';
import { AppError } from '../engine/errors.ts';
import { crop, pasteInto } from '../engine/pixels/crop.ts';
import { gaussianBlur } from '../engine/pixels/gaussian.ts';
import { createPlanes, type Planes, type Rect } from '../engine/pixels/planes.ts';
import type { Random } from '../engine/pixels/random.ts';
import { softInkDisc, softScratchLine } from './soft-paint.ts';

/** Kinds of damage without a strength. The edges of `soft` ones are antialiased, as drawing programs leave them. */
const plainKinds = ['ink', 'scratch', 'soft-ink', 'soft-scratch', 'fill', 'clean'] as const;

/**
 * A kind of damage with its strength, written `blur:3`, `mosaic:8` or `ink`; `clean` is none at all, and the restoration
 * is told that there is a stain.
 */
export type EvaluationCase =
  | { readonly kind: 'blur'; readonly sigmaPx: number }
  | { readonly kind: 'mosaic'; readonly pitchPx: number }
  | { readonly kind: (typeof plainKinds)[number] };

/** The cases of `all`; blur 15 is the article's. */
export const allCases = `blur:1.5,blur:3,blur:6,blur:15,mosaic:4,mosaic:8,mosaic:16,${plainKinds.join(',')}`;

export function caseName(testCase: EvaluationCase): string {
  switch (testCase.kind) {
    case 'blur':
      return `blur:${testCase.sigmaPx}`;
    case 'mosaic':
      return `mosaic:${testCase.pitchPx}`;
    default:
      return testCase.kind;
  }
}

/** @throws AppError `usage/bad-case` where the text names no case. */
export function parseCases(text: string): EvaluationCase[] {
  const list = text === 'all' ? allCases : text;
  return list.split(',').map((item): EvaluationCase => {
    const [kind, strength] = item.trim().split(':');
    const value = Number(strength);
    if (kind === 'blur' && value > 0 && value <= 50) return { kind, sigmaPx: value };
    if (kind === 'mosaic' && Number.isInteger(value) && value >= 2 && value <= 64)
      return { kind, pitchPx: value };
    const plain = plainKinds.find((each) => each === kind);
    if (plain !== undefined && strength === undefined) return { kind: plain };
    throw new AppError('usage/bad-case', `"${item}" is not a case; use for example ${allCases}.`);
  });
}

/** A damaged picture, rounded to 8 bit, what a restoration may be told, and the pixels that were really touched. */
export interface DamagedPicture {
  readonly damaged: Planes;
  readonly told: Damage;
  /** One channel; 1 where the damage is. */
  readonly touched: Planes;
}

/** Damages the rectangle of a good picture. */
export function damagePicture(
  original: Planes,
  rect: Rect,
  testCase: EvaluationCase,
  random: Random,
): DamagedPicture {
  const damaged: Planes = { ...original, data: original.data.slice() };
  const touched = createPlanes(original.width, original.height, 1);
  const inside = crop(original, rect);
  let told: Damage;
  switch (testCase.kind) {
    case 'blur':
      // Blurred within the whole picture, as a person's blur brush would: the rectangle's edge sees its surroundings.
      pasteInto(damaged, crop(gaussianBlur(original, testCase.sigmaPx), rect), rect.x, rect.y);
      fillRect(touched, rect);
      told = { kind: 'blur', sigmaPx: testCase.sigmaPx };
      break;
    case 'mosaic': {
      const grid = { pitchX: testCase.pitchPx, pitchY: testCase.pitchPx, offsetX: 0, offsetY: 0 };
      pasteInto(damaged, applyMosaic(inside, grid), rect.x, rect.y);
      fillRect(touched, rect);
      told = { kind: 'mosaic', grid };
      break;
    }
    case 'ink':
      for (let i = 0; i < 5; i++) inkDisc(damaged, touched, rect, random);
      told = { kind: 'stain' };
      break;
    case 'scratch':
      for (let i = 0; i < 5; i++) scratchLine(damaged, touched, rect, random);
      told = { kind: 'scratch' };
      break;
    case 'soft-ink':
      for (let i = 0; i < 5; i++) softInkDisc(damaged, touched, rect, random);
      told = { kind: 'stain' };
      break;
    case 'soft-scratch':
      for (let i = 0; i < 5; i++) softScratchLine(damaged, touched, rect, random);
      told = { kind: 'scratch' };
      break;
    case 'fill':
      pasteInto(damaged, createPlanes(rect.width, rect.height, 3), rect.x, rect.y);
      fillRect(touched, rect);
      told = { kind: 'fill' };
      break;
    case 'clean':
      told = { kind: 'stain' };
      break;
  }
  for (let i = 0; i < damaged.data.length; i++) {
    damaged.data[i] = Math.round(255 * Math.min(1, Math.max(0, damaged.data[i]))) / 255;
  }
  return { damaged, told, touched };
}

function fillRect(mask: Planes, rect: Rect): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    mask.data.fill(1, y * mask.width + rect.x, y * mask.width + rect.x + rect.width);
  }
}

function paint(planes: Planes, touched: Planes, x: number, y: number, colour: readonly number[]): void {
  const at = y * planes.width + x;
  for (let c = 0; c < 3; c++) planes.data[c * touched.data.length + at] = colour[c];
  touched.data[at] = 1;
}

/** A blot of dark ink, 4 to 12 % of the rectangle's shorter side in radius. */
function inkDisc(planes: Planes, touched: Planes, rect: Rect, random: Random): void {
  const radius = Math.min(rect.width, rect.height) * random.uniform(0.04, 0.12);
  const cx = rect.x + random.uniform(radius, rect.width - radius);
  const cy = rect.y + random.uniform(radius, rect.height - radius);
  const colour = [random.uniform(0, 0.15), random.uniform(0, 0.15), random.uniform(0.05, 0.35)];
  for (let y = Math.ceil(cy - radius); y <= cy + radius; y++) {
    for (let x = Math.ceil(cx - radius); x <= cx + radius; x++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 <= radius * radius) paint(planes, touched, x, y, colour);
    }
  }
}

/** A light or dark straight scratch, 1 to 3 pixels wide, across the rectangle. */
function scratchLine(planes: Planes, touched: Planes, rect: Rect, random: Random): void {
  const width = random.integer(1, 4);
  const grey = random.next() < 0.7 ? random.uniform(0.85, 1) : random.uniform(0, 0.15);
  const fromX = rect.x + random.uniform(0, rect.width - 1);
  const toX = rect.x + random.uniform(0, rect.width - 1);
  const upright = random.next() < 0.5;
  const length = upright ? rect.height : rect.width;
  for (let i = 0; i < length; i++) {
    const along = upright ? fromX + ((toX - fromX) * i) / length : rect.x + i;
    const acrossStart = rect.y + ((fromX - rect.x) / rect.width) * rect.height;
    const acrossEnd = rect.y + ((toX - rect.x) / rect.width) * rect.height;
    const across = upright ? rect.y + i : acrossStart + ((acrossEnd - acrossStart) * i) / length;
    for (let k = 0; k < width; k++) {
      const x = Math.floor(upright ? along + k : along);
      const y = Math.floor(upright ? across : across + k);
      const inside = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
      if (inside) paint(planes, touched, x, y, [grey, grey, grey]);
    }
  }
}
