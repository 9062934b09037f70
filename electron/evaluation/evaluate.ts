import { richardsonLucy, unsharp } from '../engine/classical/blur.ts';
import { diffuseFill } from '../engine/classical/fill.ts';
import { bicubicFromMeans, lanczosFromMeans } from '../engine/classical/mosaic.ts';
import { navierStokesFill } from '../engine/classical/navier-stokes.ts';
import { teleaFill } from '../engine/classical/telea.ts';
import type { Damage } from '../engine/damage/kinds.ts';
import { jpegCopy } from '../engine/photo/jpeg-copy.ts';
import { crop, pasteInto } from '../engine/pixels/crop.ts';
import { psnr, structuralSimilarity } from '../engine/pixels/measure.ts';
import { gradientDeviation, multiScaleSimilarity } from '../engine/pixels/perceptual.ts';
import type { Planes, Rect } from '../engine/pixels/planes.ts';
import { combineSeeds, createRandom } from '../engine/pixels/random.ts';
import { type Raster, rgbPlanes } from '../engine/pixels/raster.ts';
import { growRect } from '../engine/pixels/rects.ts';
import { applyPatch } from '../engine/region/patch.ts';
import type { DamageChoice } from '../engine/region/region.ts';
import type { RepairTools } from '../engine/region/repair.ts';
import { restore } from '../engine/restore.ts';
import { caseName, damagePicture, type EvaluationCase } from './cases.ts';

/** How close a method came to the original inside the region. */
export interface Score {
  /** dB, peak 255. */
  readonly psnr: number;
  readonly ssim: number;
}

/** What more can be said of how it looks; see engine/pixels/perceptual.ts. */
export interface FullScore extends Score {
  /** Multi-scale structural similarity; more is better. */
  readonly msSsim: number;
  /** Gradient magnitude similarity deviation; less is better. */
  readonly gmsd: number;
}

/** Mean scores of one case over all pictures, by method. */
export interface CaseResult {
  readonly name: string;
  readonly pictures: number;
  readonly methods: Readonly<Record<string, FullScore>>;
}

/** A picture to damage, with a name for the sheet. */
export interface TestPicture {
  readonly name: string;
  readonly planes: Planes;
}

/** A region's pictures, for people to look at: the region with some surroundings. */
export interface SheetRow {
  readonly caseName: string;
  readonly picture: string;
  readonly damaged: Planes;
  readonly restored: Planes;
  readonly original: Planes;
}

export interface EvaluationOptions {
  readonly cases: readonly EvaluationCase[];
  readonly seed: number;
  /** Side of the damaged square in the picture's middle; smaller pictures take half their shorter side. */
  readonly regionPx: number;
  /** undefined: classical methods only. */
  readonly tools: RepairTools | undefined;
  /** Damaged pictures are saved as JPEG of this quality before they are repaired, 1..100. */
  readonly jpegQuality?: number | undefined;
  readonly onPicture?: (done: number, total: number) => void;
  readonly onSheetRow?: (row: SheetRow) => void;
}

/** Methods in the order of the table's columns. */
export const methodNames = [
  'damaged',
  'bicubic',
  'lanczos',
  'unsharp',
  'richardson-lucy',
  'diffusion',
  'telea',
  'navier-stokes',
  'classical start',
  'model, told',
  'model, auto',
] as const;

/**
 * Damages good pictures in known ways and measures how well each method undoes it. "told" gives the damage's measure,
 * "auto" leaves it to damage analysis. Seeded: the same pictures and seed give the same cases.
 */
export async function evaluate(
  pictures: readonly TestPicture[],
  options: EvaluationOptions,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const total = pictures.length * options.cases.length;
  let done = 0;
  for (const testCase of options.cases) {
    // By its name, so that a case is the same in every list of cases.
    const nameCodes = [...caseName(testCase)].map((letter) => letter.charCodeAt(0));
    const sums = new Map<string, FullScore>();
    for (const [pictureIndex, picture] of pictures.entries()) {
      const random = createRandom(combineSeeds(options.seed, ...nameCodes, pictureIndex));
      const scores = await evaluateOne(picture, testCase, options, random);
      for (const [method, score] of Object.entries(scores)) {
        const sum = sums.get(method);
        sums.set(method, sum === undefined ? score : combined(sum, score, (a, b) => a + b));
      }
      options.onPicture?.(++done, total);
    }
    const methods = Object.fromEntries(
      [...sums].map(([method, sum]) => [method, combined(sum, sum, (a) => a / pictures.length)]),
    );
    results.push({ name: caseName(testCase), pictures: pictures.length, methods });
  }
  return results;
}

function combined(a: FullScore, b: FullScore, join: (a: number, b: number) => number): FullScore {
  return {
    psnr: join(a.psnr, b.psnr),
    ssim: join(a.ssim, b.ssim),
    msSsim: join(a.msSsim, b.msSsim),
    gmsd: join(a.gmsd, b.gmsd),
  };
}

/** The square in a picture's middle that is damaged. */
export function middleSquare({ width, height }: Planes, sidePx: number): Rect {
  const side = Math.min(sidePx, Math.floor(Math.min(width, height) / 2));
  return { x: (width - side) >> 1, y: (height - side) >> 1, width: side, height: side };
}

/** Farther pixels have no part in any method. */
export const surroundingsPx = 160;

async function evaluateOne(
  { name, planes }: TestPicture,
  testCase: EvaluationCase,
  options: EvaluationOptions,
  random: ReturnType<typeof createRandom>,
): Promise<Record<string, FullScore>> {
  const square = middleSquare(planes, options.regionPx);
  const part = growRect(square, surroundingsPx, planes.width, planes.height);
  const original = crop(planes, part);
  const rect = { ...square, x: square.x - part.x, y: square.y - part.y };
  const { damaged: fresh, told, touched } = damagePicture(original, rect, testCase, random);
  const damaged = options.jpegQuality === undefined ? fresh : await asJpeg(fresh, options.jpegQuality);
  const scores: Record<string, FullScore> = {};
  const score = (method: string, result: Planes) => {
    const shown = {
      ...result,
      data: result.data.map((v) => Math.round(255 * Math.min(1, Math.max(0, v))) / 255),
    };
    scores[method] = {
      // A perfect result has no PSNR; 60 dB is beyond what 8 bit shows.
      psnr: Math.min(60, psnr(shown, original, rect)),
      ssim: structuralSimilarity(shown, original, rect),
      msSsim: multiScaleSimilarity(shown, original, rect),
      gmsd: gradientDeviation(shown, original, rect),
    };
  };
  score('damaged', damaged);
  for (const [method, result] of classicalResults(damaged, told, touched, rect)) score(method, result);
  const raster = toRaster(damaged);
  const classicalTools: RepairTools = {
    networkFor: async () => undefined,
    defectNetwork: async () => undefined,
  };
  const run = async (tools: RepairTools, choice: DamageChoice) => {
    const copy = { ...raster, data: raster.data.slice() };
    const { patches } = await restore(copy, [{ rect, damage: choice }], tools);
    for (const patch of patches) applyPatch(copy, patch, 1);
    return rgbPlanes(copy, { x: 0, y: 0, width: copy.width, height: copy.height });
  };
  score('classical start', await run(classicalTools, told));
  if (options.tools !== undefined) {
    const best = await run(options.tools, told);
    score('model, told', best);
    if (testCase.kind !== 'fill') score('model, auto', await run(options.tools, 'auto'));
    if (options.onSheetRow !== undefined) {
      const view = viewAround(rect, original);
      const [a, b, c] = [damaged, best, original].map((planes) => crop(planes, view));
      options.onSheetRow({
        caseName: caseName(testCase),
        picture: name,
        damaged: a,
        restored: b,
        original: c,
      });
    }
  }
  return scores;
}

/** The region and a quarter of its side around it. */
function viewAround(rect: Rect, { width, height }: Planes): Rect {
  const border = Math.min(
    rect.width >> 2,
    rect.x,
    rect.y,
    width - rect.x - rect.width,
    height - rect.y - rect.height,
  );
  return {
    x: rect.x - border,
    y: rect.y - border,
    width: rect.width + 2 * border,
    height: rect.height + 2 * border,
  };
}

async function asJpeg(planes: Planes, quality: number): Promise<Planes> {
  const { width, height } = planes;
  return rgbPlanes(await jpegCopy(toRaster(planes), quality), { x: 0, y: 0, width, height });
}

/** Planes of 0..1 as 8-bit pixels. */
export function toRaster(planes: Planes): Raster {
  const { width, height } = planes;
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(255 * planes.data[c * width * height + i]);
  }
  return { width, height, channels: 3, depth: 8, data };
}

/** What classical methods make of a damage whose measure they are told (fills: the exact pixels). */
function* classicalResults(
  damaged: Planes,
  told: Damage,
  touched: Planes,
  rect: Rect,
): Generator<readonly [string, Planes]> {
  switch (told.kind) {
    case 'blur':
      yield ['unsharp', unsharp(damaged, told.sigmaPx, 1)];
      yield ['richardson-lucy', richardsonLucy(damaged, told.sigmaPx, 20)];
      return;
    case 'mosaic': {
      const inside = crop(damaged, rect);
      for (const [name, method] of [
        ['bicubic', bicubicFromMeans],
        ['lanczos', lanczosFromMeans],
      ] as const) {
        const result = { ...damaged, data: damaged.data.slice() };
        pasteInto(result, method(inside, told.grid), rect.x, rect.y);
        yield [name, result];
      }
      return;
    }
    default:
      if (touched.data.every((value) => value === 0)) return;
      yield ['diffusion', diffuseFill(damaged, touched)];
      yield ['telea', teleaFill(damaged, touched, 5)];
      yield ['navier-stokes', navierStokesFill(damaged, touched, 5)];
  }
}
