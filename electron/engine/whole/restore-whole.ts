import { findDamage } from '../find/find-damage.ts';
import type { FoundKind, FoundRegion } from '../find/found.ts';
import type { Rect } from '../pixels/planes.ts';
import { colourChannels, createSamples, maxSample, type Raster } from '../pixels/raster.ts';
import { type ProgressOptions, stopIfCancelled } from '../progress.ts';
import { applyPatch, type Patch } from '../region/patch.ts';
import type { RepairTools } from '../region/repair.ts';
import { restore } from '../restore.ts';
import { type Cleaning, cleanPart, planCleaning } from './cleaning.ts';
import { curveLength, type FadingCorrection, measureFading, toneShare } from './fading.ts';
import { fillPiece, piecesWithMarks } from './fill-marks.ts';
import { type JpegTraces, measureJpeg } from './jpeg-traces.ts';
import { measureNoise, type Noise } from './noise.ts';
import type { WholeSteps } from './steps.ts';
import { WholeProgress } from './whole-progress.ts';

export interface WholeOptions extends RepairTools, ProgressOptions {
  readonly steps: WholeSteps;
}

/** What was found out about a photo and done to it. */
export interface WholeReport {
  readonly found: readonly FoundRegion[];
  /** Measured noise; undefined where nobody asked. */
  readonly noise: Noise | undefined;
  readonly jpeg: JpegTraces | undefined;
  /** 0..1; 0 where the tones were left as they are. */
  readonly fading: number;
  /** Whether noise or JPEG's traces were strong enough to be cleaned away. */
  readonly cleaned: boolean;
}

export interface WholeRestoration {
  /** Side by side, without overlap; together the repair of the whole photo. None for a photo in good order. */
  readonly patches: readonly Patch[];
  readonly report: WholeReport;
}

/** Patches and working parts are at most this wide and high. */
const partPx = 1024;

/** As {@link restoreWholeInParts}, with all patches at once. */
export async function restoreWhole(picture: Raster, options: WholeOptions): Promise<WholeRestoration> {
  const patches: Patch[] = [];
  const report = await restoreWholeInParts(picture, options, (patch) => {
    patches.push(patch);
  });
  return { patches, report };
}

/**
 * Repairs a whole upright photo: finds damage and repairs it, cleans away JPEG's traces and noise, undoes fading; each
 * step where it is wanted and the photo needs it. Of any size, in parts without seams. The picture is not changed.
 * @param take gets the patches one by one, side by side and without overlap; the next one waits for it
 * @throws AppError `restore/cancelled`, and the errors of models and execution providers
 */
export async function restoreWholeInParts(
  picture: Raster,
  options: WholeOptions,
  take: (patch: Patch) => void | Promise<void>,
): Promise<WholeReport> {
  const { steps, signal } = options;
  const progress = new WholeProgress(options);
  const kinds: FoundKind[] = [
    ...(steps.scratches ? (['scratch', 'dust'] as const) : []),
    ...(steps.stains ? (['stain'] as const) : []),
    ...(steps.mosaics ? (['mosaic'] as const) : []),
    ...(steps.blurs ? (['blur'] as const) : []),
  ];
  const found =
    kinds.length === 0
      ? []
      : (await findDamage(picture, options, { kinds, signal, onProgress: progress.phase('find') })).regions;
  const base = await repaired(picture, found, options, progress);
  stopIfCancelled(signal);
  const noise = steps.denoise ? measureNoise(base) : undefined;
  const jpeg = steps.dejpeg ? measureJpeg(picture) : undefined;
  const cleaning = planCleaning(noise, jpeg);
  const fading = steps.fading ? measureFading(base) : undefined;
  const parts = partsOf(picture.width, picture.height);
  const progressed = progress.phase('finish');
  for (const [index, part] of parts.entries()) {
    const patch = finishPart(picture, base, part, cleaning, fading);
    if (patch !== undefined) await take(patch);
    progressed({ tilesDone: index + 1, tiles: parts.length, secondsLeft: undefined });
    await new Promise(setImmediate);
    stopIfCancelled(signal);
  }
  return { found, noise, jpeg, fading: fading?.amount ?? 0, cleaned: cleaning !== undefined };
}

/** The picture with what was found repaired; itself where that is nothing. */
async function repaired(
  picture: Raster,
  found: readonly FoundRegion[],
  options: WholeOptions,
  progress: WholeProgress,
): Promise<Raster> {
  if (found.length === 0) return picture;
  const base: Raster = { ...picture, data: picture.data.slice() };
  const thin = found.filter(({ kind }) => kind === 'scratch' || kind === 'dust');
  const others = found.filter((region) => !thin.includes(region));
  if (others.length > 0) {
    const { signal, ...tools } = options;
    const { patches } = await restore(picture, others, {
      ...tools,
      ...(signal !== undefined && { signal }),
      onProgress: progress.phase('repair'),
    });
    for (const patch of patches) applyPatch(base, patch, 1);
  }
  for (const piece of piecesWithMarks(thin, picture.width, picture.height)) {
    fillPiece(base, base, piece, thin, []);
    await new Promise(setImmediate);
    stopIfCancelled(options.signal);
  }
  return base;
}

function partsOf(width: number, height: number): Rect[] {
  const parts: Rect[] = [];
  for (let y = 0; y < height; y += partPx) {
    for (let x = 0; x < width; x += partPx) {
      parts.push({ x, y, width: Math.min(partPx, width - x), height: Math.min(partPx, height - y) });
    }
  }
  return parts;
}

/** A part of the result where it differs from the picture; undefined where it does not. */
function finishPart(
  picture: Raster,
  base: Raster,
  part: Rect,
  cleaning: Cleaning | undefined,
  fading: FadingCorrection | undefined,
): Patch | undefined {
  if (cleaning === undefined && fading === undefined && base === picture) return undefined;
  const max = maxSample(picture.depth);
  const cleaned = cleaning === undefined ? undefined : cleanPart(base, part, cleaning);
  const size = part.width * part.height;
  const data = createSamples(picture.depth, 4 * size);
  const colours = colourChannels(picture);
  const pixel = new Float64Array(3);
  let changed = 0;
  for (let i = 0; i < size; i++) {
    const row = part.y + Math.floor(i / part.width);
    const at = (row * picture.width + part.x + (i % part.width)) * picture.channels;
    for (let c = 0; c < 3; c++) {
      const from = colours === 1 ? at : at + c;
      pixel[c] = cleaned === undefined ? base.data[from] / max : cleaned.data[c * size + i];
    }
    if (fading !== undefined) tone(pixel, fading);
    let differs = false;
    for (let c = 0; c < 3; c++) {
      const sample = Math.round(max * Math.min(1, Math.max(0, pixel[c])));
      data[4 * i + c] = sample;
      if (sample !== picture.data[colours === 1 ? at : at + c]) differs = true;
    }
    if (!differs) continue;
    data[4 * i + 3] = max;
    changed++;
  }
  return changed === 0 ? undefined : { rect: part, depth: picture.depth, data };
}

/** Puts a pixel's tones right, in place. */
function tone(pixel: Float64Array, { amount, curves }: FadingCorrection): void {
  const [first, second, third] = curves;
  if (second === undefined || third === undefined) {
    const bright = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    const toned = toneOf(first, bright);
    const keep = 1 + amount * (toneShare - 1);
    for (let c = 0; c < 3; c++) pixel[c] = toned + keep * (pixel[c] - bright);
    return;
  }
  pixel[0] = toneOf(first, pixel[0]);
  pixel[1] = toneOf(second, pixel[1]);
  pixel[2] = toneOf(third, pixel[2]);
}

/** A curve's value between its points; 0..1 in. */
function toneOf(curve: Float32Array, value: number): number {
  const at = (curveLength - 1) * Math.min(1, Math.max(0, value));
  const below = Math.min(curveLength - 2, Math.floor(at));
  return curve[below] + (at - below) * (curve[below + 1] - curve[below]);
}
