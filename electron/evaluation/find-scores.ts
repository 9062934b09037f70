import { dilate } from '../engine/damage/components.ts';
import { findDamage } from '../engine/find/find-damage.ts';
import type { FoundRegion } from '../engine/find/found.ts';
import type { Planes } from '../engine/pixels/planes.ts';
import { combineSeeds, createRandom } from '../engine/pixels/random.ts';
import type { RepairTools } from '../engine/region/repair.ts';
import { type TestPicture, toRaster } from './evaluate.ts';
import { type FindCase, findCaseName, spoil } from './find-cases.ts';

/** How well damage of one kind is found in whole photos. */
export interface FindScore {
  readonly name: string;
  readonly photos: number;
  /** Photos in which anything was found; of clean ones each is a false alarm. */
  readonly withRegions: number;
  /** Part of the visibly changed pixels that lie in a found region or one pixel beside it; NaN for clean photos. */
  readonly recall: number;
  /** Part of the found pixels that are visibly changed or beside one; NaN where nothing was found. */
  readonly precision: number;
}

export interface FindEvaluation {
  readonly cases: readonly FindCase[];
  readonly seed: number;
  readonly tools: RepairTools;
  readonly onPicture?: (done: number, total: number) => void;
}

/** Damages whole photos in known ways and measures how well the damage is found. Seeded. */
export async function evaluateFinding(
  pictures: readonly TestPicture[],
  { cases, seed, tools, onPicture }: FindEvaluation,
): Promise<FindScore[]> {
  const scores: FindScore[] = [];
  let done = 0;
  for (const findCase of cases) {
    const name = findCaseName(findCase);
    const sums = { found: 0, right: 0, truth: 0, hit: 0, withRegions: 0 };
    for (const [index, { planes }] of pictures.entries()) {
      const spoiled = spoil(planes, findCase, caseRandom(seed, name, index));
      const { regions } = await findDamage(toRaster(spoiled.planes), tools);
      if (regions.length > 0) sums.withRegions++;
      const truth = Uint8Array.from(spoiled.truth.data);
      const found = maskOf(regions, planes);
      const beside = (mask: Uint8Array) => dilate(mask, planes.width, 1);
      sums.found += countIn(found, undefined);
      sums.right += countIn(found, beside(truth));
      sums.truth += countIn(truth, undefined);
      sums.hit += countIn(truth, beside(found));
      onPicture?.(++done, cases.length * pictures.length);
    }
    scores.push({
      name,
      photos: pictures.length,
      withRegions: sums.withRegions,
      recall: sums.hit / sums.truth,
      precision: sums.right / sums.found,
    });
  }
  return scores;
}

/** By the case's name, so that a case is the same in every list of cases. */
export function caseRandom(seed: number, name: string, index: number) {
  return createRandom(combineSeeds(seed, ...[...name].map((letter) => letter.charCodeAt(0)), index));
}

function maskOf(regions: readonly FoundRegion[], { width, height }: Planes): Uint8Array {
  const out = new Uint8Array(width * height);
  for (const { rect, mask } of regions) {
    for (let y = 0; y < rect.height; y++) {
      for (let x = 0; x < rect.width; x++) {
        if (mask === undefined || mask[y * rect.width + x] > 0) out[(rect.y + y) * width + rect.x + x] = 1;
      }
    }
  }
  return out;
}

function countIn(mask: Uint8Array, within: Uint8Array | undefined): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] > 0 && (within === undefined || within[i] > 0)) count++;
  }
  return count;
}

/** A Markdown table. */
export function findTable(scores: readonly FindScore[]): string {
  const percent = (part: number) => (Number.isNaN(part) ? '' : `${(100 * part).toFixed(1)} %`);
  const lines = scores.map(
    ({ name, photos, withRegions, recall, precision }) =>
      `| ${name} | ${photos} | ${withRegions} | ${percent(recall)} | ${name === 'clean' ? '' : percent(precision)} |`,
  );
  return [
    '| damage | photos | with regions | recall | precision |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
