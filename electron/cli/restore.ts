import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../engine/errors.ts';
import { readMask } from '../engine/photo/mask-file.ts';
import { openPhoto } from '../engine/photo/open.ts';
import type { Photo } from '../engine/photo/photo.ts';
import { savePhoto } from '../engine/photo/save.ts';
import type { Rect } from '../engine/pixels/planes.ts';
import { applyPatch, type Patch } from '../engine/region/patch.ts';
import type { DamageChoice, Region } from '../engine/region/region.ts';
import { type RestoreProgress, restore } from '../engine/restore.ts';
import { restoreWhole } from '../engine/whole/restore-whole.ts';
import { describeDamage } from './damage-words.ts';
import { exitCodes, failureRecord } from './failure.ts';
import { type DonePhoto, PhotoProgress } from './photo-progress.ts';
import { openTools, type ToolFlags, withToolOptions } from './tools.ts';
import {
  checkWholeFlags,
  type WholeFlags,
  wholeRegions,
  wholeSummary,
  withWholeOptions,
} from './whole-options.ts';

interface RestoreFlags extends ToolFlags, WholeFlags {
  readonly rect: readonly Rect[];
  readonly mask?: string;
  readonly damage: DamageChoice & string;
  readonly strength: number;
  readonly out?: string;
  readonly tolerant: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
}

function parseRect(text: string, before: readonly Rect[]): Rect[] {
  const numbers = text.split(',').map(Number);
  const [x, y, width, height] = numbers;
  if (numbers.length !== 4 || !numbers.every(Number.isSafeInteger) || width < 1 || height < 1) {
    throw new InvalidArgumentError(
      'It must be X,Y,WIDTH,HEIGHT in whole pixels, for example 120,80,200,150.',
    );
  }
  return [...before, { x, y, width, height }];
}

function parseStrength(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}

/** `photomend restore PHOTO...` */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('Restore damaged parts of photos. The original files are never changed.')
    .argument('<photos...>', 'photo files')
    .addOption(
      new Option('--rect <x,y,w,h>', 'a damaged rectangle; may be given several times')
        .argParser(parseRect)
        .default([] as Rect[], 'none'),
    )
    .option('--mask <file>', 'a picture of the same size as the photo; what is bright in it is damaged')
    .addOption(
      new Option('--damage <kind>', 'what is wrong there')
        .choices(['auto', 'blur', 'mosaic', 'stain', 'scratch', 'fill', 'colour'])
        .default('auto'),
    )
    .option('--strength <s>', 'how much of the result shows, 0 to 1', parseStrength, 1)
    .option('--out <path>', 'file or folder for the result (default: beside the photo, "-restored" added)')
    .option('--overwrite', 'replace an existing result', false)
    .option('--tolerant', 'also open photos that are cut off or damaged, as far as they can be read', false)
    .addHelpText(
      'after',
      `
Coordinates count pixels from the upper left corner of the upright photo.

Examples:
  photomend restore party.jpg --rect 820,310,160,200
  photomend restore scan1.tif scan2.tif --mask stains.png --damage stain --out repaired/
  photomend restore grandmother.jpg --whole --no-fading

Exit codes: 0 all photos done, 1 failed, 2 wrong usage, 3 some photos failed.`,
    );
  return withToolOptions(withWholeOptions(command)).action(runRestore);
}

async function runRestore(photos: readonly string[], flags: RestoreFlags): Promise<void> {
  checkWholeFlags(flags);
  if (flags.rect.length === 0 && flags.mask === undefined && !flags.whole) {
    throw new AppError('usage/no-region', 'Say what to restore: --rect X,Y,W,H, --mask FILE, or --whole.');
  }
  const toFolder = flags.out !== undefined && (await isFolder(flags.out, photos.length > 1));
  const tools = await openTools(flags);
  const progress = new PhotoProgress(flags.json);
  let failed = 0;
  for (const path of photos) {
    try {
      await restoreOne(path, flags, toFolder, tools, progress);
    } catch (error) {
      failed++;
      progress.failed(path, failureRecord(error));
    }
  }
  await tools.close();
  if (failed > 0) process.exitCode = failed === photos.length ? exitCodes.failed : exitCodes.partly;
}

async function isFolder(path: string, several: boolean): Promise<boolean> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isFile() && several) {
    throw new AppError('usage/out-is-a-file', 'Several photos need a folder as --out.');
  }
  return existing?.isDirectory() ?? (several || /[\\/]$/.test(path));
}

async function restoreOne(
  path: string,
  flags: RestoreFlags,
  toFolder: boolean,
  tools: Awaited<ReturnType<typeof openTools>>,
  progress: PhotoProgress,
): Promise<void> {
  const startedAt = performance.now();
  progress.start(path);
  const photo = await openPhoto(resolve(path), { tolerant: flags.tolerant });
  const { patches, ...done } = await repair(photo, path, flags, tools, progress);
  for (const patch of patches) applyPatch(photo.raster, patch, flags.strength);
  const to = await targetPath(path, flags, toFolder);
  const saved = await savePhoto({
    source: photo,
    raster: photo.raster,
    to,
    allowOverwrite: flags.overwrite,
    markAsReconstructed: patches.length > 0,
  });
  progress.done({
    photo: path,
    out: saved.path,
    provider: tools.provider,
    flags: photo.flags,
    notices: tools.takeNotices(),
    ...done,
    milliseconds: Math.round(performance.now() - startedAt),
  });
}

/** The repairs of one photo, and what is to be said of them. */
async function repair(
  photo: Photo,
  path: string,
  flags: RestoreFlags,
  tools: Awaited<ReturnType<typeof openTools>>,
  progress: PhotoProgress,
): Promise<{ patches: readonly Patch[] } & Pick<DonePhoto, 'regions' | 'whole'>> {
  const options = {
    ...tools.repair,
    onProgress: (state: RestoreProgress) => progress.tiles(path, state),
  };
  if (flags.whole) {
    const { patches, report } = await restoreWhole(photo.raster, { ...options, steps: flags });
    return { patches, regions: wholeRegions(report), whole: wholeSummary(report) };
  }
  const regions: Region[] = flags.rect.map((rect) => ({ rect, damage: flags.damage }));
  if (flags.mask !== undefined)
    regions.push({ ...(await readMask(resolve(flags.mask), photo)), damage: flags.damage });
  const { patches, regions: judged } = await restore(photo.raster, regions, options);
  return {
    patches,
    regions: judged.map(({ region, damage, report }) => ({
      rect: region.rect,
      damage: damage ?? null,
      words: describeDamage(damage),
      confidence: report?.confidence ?? 1,
    })),
  };
}

/** Where a result goes; never onto the photo itself. */
async function targetPath(path: string, flags: RestoreFlags, toFolder: boolean): Promise<string> {
  const extension = extname(path);
  const stem = basename(path, extension);
  // GIF holds 256 colours at most, which a restoration does not fit into.
  const name = `${stem}-restored${/^\.gif$/i.test(extension) ? '.png' : extension}`;
  if (flags.out !== undefined && !toFolder) return resolve(flags.out);
  const folder = flags.out === undefined ? dirname(resolve(path)) : resolve(flags.out);
  await mkdir(folder, { recursive: true });
  if (flags.overwrite) return join(folder, name);
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? name : name.replace(/(\.[^.]*)?$/, `-${number}$1`);
    const free = await stat(join(folder, numbered)).then(
      () => false,
      () => true,
    );
    if (free) return join(folder, numbered);
  }
}
