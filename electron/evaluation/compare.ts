import { decodeRgb8 } from '../engine/photo/decode-rgb8.ts';
import { crop } from '../engine/pixels/crop.ts';
import { psnr, structuralSimilarity } from '../engine/pixels/measure.ts';
import type { Planes } from '../engine/pixels/planes.ts';
import { combineSeeds, createRandom } from '../engine/pixels/random.ts';
import { rgbPlanes } from '../engine/pixels/raster.ts';
import { growRect } from '../engine/pixels/rects.ts';
import { applyPatch } from '../engine/region/patch.ts';
import type { RepairTools } from '../engine/region/repair.ts';
import { restore } from '../engine/restore.ts';
import { caseName, damagePicture, type EvaluationCase } from './cases.ts';
import { middleSquare, type Score, surroundingsPx, toRaster } from './evaluate.ts';

/** Means over all photos for one kind of damage. */
export interface ComparedCase {
  readonly name: string;
  readonly photos: number;
  readonly damaged: Score;
  readonly old: Score;
  readonly new: Score;
}

/** Whether the new model is better on photos that neither saw. */
export interface Comparison {
  readonly photos: number;
  readonly cases: readonly ComparedCase[];
  /** Mean gain in dB over all cases and photos, and its standard error over the photos. */
  readonly gainDb: number;
  readonly errorDb: number;
  /** `unsure`: too few photos, or too small a difference among them. */
  readonly verdict: 'better' | 'not-better' | 'unsure';
}

/** A repaired region with some surroundings, for a person to judge. */
export interface Pair {
  readonly caseName: string;
  readonly original: Planes;
  readonly damaged: Planes;
  readonly old: Planes;
  readonly new: Planes;
}

export interface CompareOptions {
  readonly photos: readonly { readonly path: string }[];
  readonly cases: readonly EvaluationCase[];
  readonly old: RepairTools;
  readonly new: RepairTools;
  readonly signal?: AbortSignal | undefined;
  /** Waits until the next repair may begin. */
  readonly turn?: (() => Promise<void>) | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onPair?: ((pair: Pair) => Promise<void>) | undefined;
}

const regionPx = 128;
/** Larger photos are reduced: damage is measured in pixels, and most photos are looked at on a screen. */
const sidePx = 1024;
/** A smaller gain is seen by nobody. */
const leastGainDb = 0.05;
/** So many standard errors make chance unlikely (about one in forty). */
const standardErrors = 2;
const fewestPhotos = 4;

/**
 * Damages held-back photos in known ways, repairs them with two sets of tools and compares both with the originals.
 * Photos that can no longer be read are passed over.
 */
export async function compareModels(options: CompareOptions): Promise<Comparison> {
  const { photos, cases, signal, onProgress, onPair } = options;
  const sums = cases.map(() => ({ damaged: zero(), old: zero(), new: zero(), photos: 0 }));
  const gains: number[] = [];
  for (const [photoIndex, { path }] of photos.entries()) {
    signal?.throwIfAborted();
    onProgress?.(photoIndex, photos.length);
    const photo = await decodeRgb8(path, { maxSidePx: sidePx }).catch(() => undefined);
    if (photo === undefined) continue;
    const planes = rgbPlanes(
      { ...photo, channels: 3, depth: 8 },
      { x: 0, y: 0, width: photo.width, height: photo.height },
    );
    let gain = 0;
    for (const [i, testCase] of cases.entries()) {
      const made = await compareOne(planes, testCase, photoIndex, options);
      for (const key of ['damaged', 'old', 'new'] as const) {
        sums[i][key].psnr += made[key].psnr;
        sums[i][key].ssim += made[key].ssim;
      }
      sums[i].photos++;
      gain += (made.new.psnr - made.old.psnr) / cases.length;
      // Each photo shows another kind of damage.
      if (i === photoIndex % cases.length) await onPair?.(made.pair);
    }
    gains.push(gain);
  }
  onProgress?.(photos.length, photos.length);
  const compared = cases.map((testCase, i): ComparedCase => {
    const mean = ({ psnr: p, ssim }: Score): Score => ({
      psnr: p / Math.max(1, sums[i].photos),
      ssim: ssim / Math.max(1, sums[i].photos),
    });
    return {
      name: caseName(testCase),
      photos: sums[i].photos,
      damaged: mean(sums[i].damaged),
      old: mean(sums[i].old),
      new: mean(sums[i].new),
    };
  });
  return { photos: gains.length, cases: compared, ...judge(gains) };
}

/** The verdict from the gain in dB of every photo. */
export function judge(gains: readonly number[]): Pick<Comparison, 'gainDb' | 'errorDb' | 'verdict'> {
  const count = gains.length;
  const gainDb = gains.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  const variance = gains.reduce((sum, value) => sum + (value - gainDb) ** 2, 0) / Math.max(1, count - 1);
  const errorDb = Math.sqrt(variance / Math.max(1, count));
  if (gainDb < leastGainDb) return { gainDb, errorDb, verdict: 'not-better' };
  const isSure = count >= fewestPhotos && gainDb > standardErrors * errorDb;
  return { gainDb, errorDb, verdict: isSure ? 'better' : 'unsure' };
}

async function compareOne(
  planes: Planes,
  testCase: EvaluationCase,
  photoIndex: number,
  options: CompareOptions,
) {
  const square = middleSquare(planes, regionPx);
  const part = growRect(square, surroundingsPx, planes.width, planes.height);
  const original = crop(planes, part);
  const rect = { ...square, x: square.x - part.x, y: square.y - part.y };
  const seed = [...caseName(testCase)].map((letter) => letter.charCodeAt(0));
  const random = createRandom(combineSeeds(1, ...seed, photoIndex));
  const { damaged, told } = damagePicture(original, rect, testCase, random);
  const repaired = async (tools: RepairTools): Promise<Planes> => {
    await options.turn?.();
    options.signal?.throwIfAborted();
    const raster = toRaster(damaged);
    const { patches } = await restore(raster, [{ rect, damage: told }], tools);
    for (const patch of patches) applyPatch(raster, patch, 1);
    return rgbPlanes(raster, { x: 0, y: 0, width: raster.width, height: raster.height });
  };
  const score = (picture: Planes): Score => ({
    psnr: Math.min(60, psnr(picture, original, rect)),
    ssim: structuralSimilarity(picture, original, rect),
  });
  const [before, after] = [await repaired(options.old), await repaired(options.new)];
  const shown = (picture: Planes) =>
    crop(picture, growRect(rect, rect.width >> 2, original.width, original.height));
  return {
    damaged: score(damaged),
    old: score(before),
    new: score(after),
    pair: {
      caseName: caseName(testCase),
      original: shown(original),
      damaged: shown(damaged),
      old: shown(before),
      new: shown(after),
    },
  };
}

function zero() {
  return { psnr: 0, ssim: 0 };
}
