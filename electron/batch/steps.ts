import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DamageKind } from '../engine/damage/kinds.ts';
import { AppError } from '../engine/errors.ts';
import { probePhoto } from '../engine/photo/open.ts';
import type { Photo, PhotoProbe } from '../engine/photo/photo.ts';
import { writeSafely } from '../engine/photo/safe-write.ts';
import { encodePhoto } from '../engine/photo/save.ts';
import { applyPatch } from '../engine/region/patch.ts';
import { restore } from '../engine/restore.ts';
import { type ActedSteps, actedSteps } from '../engine/whole/acted.ts';
import type { BatchSettings } from '../ipc/batch.ts';
import type { ReportedRegion } from './records.ts';
import type { BatchTools } from './tools.ts';
import type { Masks } from './where/masks.ts';
import { regionsFor } from './where/regions.ts';
import { repairWholePhoto } from './where/whole.ts';

/* The steps of one photo. Each may run for another photo at the same time. */

/** What the header tells. @throws AppError as `probePhoto`; a photo that is gone has vanished */
export async function look(path: string): Promise<PhotoProbe> {
  try {
    return await probePhoto(path);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'photo/not-found')) throw error;
    throw new AppError('photo/vanished', 'The photo has been moved or deleted in the meantime.', {
      cause: error,
    });
  }
}

export interface Repaired {
  /** Whether any pixel was changed. */
  readonly isChanged: boolean;
  readonly regions: readonly ReportedRegion[];
  /** What the steps of the whole photo did, where it was repaired as a whole. */
  readonly whole?: ActedSteps;
  readonly models: readonly { readonly id: string; readonly sha256: string }[];
  readonly warnings: readonly string[];
}

/**
 * Finds what is wrong with a photo and repairs it in place.
 * @param path within the folder of photos, with `/`
 * @throws AppError of regions, masks, sidecars, models and execution providers; `restore/cancelled`
 */
export async function repair(
  photo: Photo,
  path: string,
  { where, how }: BatchSettings,
  tools: BatchTools,
  masks: Masks | undefined,
  signal: AbortSignal,
): Promise<Repaired> {
  tools.takeNotices();
  const { raster } = photo;
  if (where.kind === 'whole' && where.damage === 'auto') {
    const options = { strength: how.strength, signal };
    const { isChanged, report } = await repairWholePhoto(raster, await tools.repair(how), options);
    const { found } = report;
    return {
      isChanged,
      whole: actedSteps(report),
      regions: found.map(({ rect, damage, confidence }) => ({ rect, damage, confidence })),
      models: await tools.models(
        [...new Set(['stain', ...found.map(({ damage }) => damage.kind)] as const)],
        how,
      ),
      warnings: [...photo.flags, ...tools.takeNotices()],
    };
  }
  const find = (picture: typeof raster, least: number) => tools.find(picture, how, least, signal);
  const wanted = await regionsFor(where, photo, path, { find, masks });
  const { patches, regions } = await restore(raster, wanted.regions, {
    ...(await tools.repair(how)),
    signal,
  });
  for (const patch of patches) applyPatch(raster, patch, how.strength);
  const kinds = new Set(regions.flatMap(({ damage }): DamageKind[] => (damage ? [damage.kind] : [])));
  if (where.kind === 'found') kinds.add('stain');
  return {
    isChanged: patches.length > 0,
    regions: regions.map(({ region, damage, report }, i) => ({
      rect: region.rect,
      damage: damage ?? null,
      confidence: report?.confidence ?? wanted.regions[i].confidence,
    })),
    models: await tools.models([...kinds], how),
    warnings: [...photo.flags, ...wanted.warnings, ...tools.takeNotices()],
  };
}

/** A file that is about to be written. */
export interface Result {
  readonly pieces: readonly Uint8Array[];
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly warnings: readonly string[];
}

/** The repaired photo as a file. @throws AppError as `encodePhoto` */
export async function encode(
  photo: Photo,
  out: string,
  { how }: BatchSettings,
  signal: AbortSignal,
): Promise<Result> {
  const { pieces, lost } = await encodePhoto({
    source: photo,
    raster: photo.raster,
    to: out,
    keepMetadata: how.keepMetadata,
    markAsReconstructed: how.markAsReconstructed,
    signal,
    ...(how.format !== 'same' && { format: how.format }),
    ...(how.quality > 0 && { quality: how.quality }),
  });
  return resultOf(
    pieces,
    lost.map((what) => `lost-${what}`),
  );
}

/** A photo's file as it is. @throws AppError `photo/vanished`, `photo/changed` */
export async function copyOf(photo: Pick<PhotoProbe, 'path' | 'file'>): Promise<Result> {
  const bytes = await readFile(photo.path).catch((cause) => {
    throw new AppError('photo/vanished', 'The photo has been moved or deleted in the meantime.', { cause });
  });
  if (bytes.length !== photo.file.sizeBytes) {
    throw new AppError('photo/changed', 'The file was changed by another program since it was opened.');
  }
  return resultOf([bytes], []);
}

function resultOf(pieces: readonly Uint8Array[], warnings: readonly string[]): Result {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { pieces, sha256: hash.digest('hex'), sizeBytes, warnings };
}

/**
 * Puts a result under its name, whole or not at all.
 * @param folder for the results; it must be there
 * @param name within that folder, with `/`
 * @param own hash of an earlier result of ours, which may be replaced
 * @throws AppError as `writeSafely`; `save/exists` where another file has the name
 */
export async function write(
  folder: string,
  name: string,
  { pieces }: Result,
  own: string | undefined,
): Promise<void> {
  const path = join(folder, name);
  await makeFolders(folder, dirname(name));
  const replace = own !== undefined && (await hashOf(path)) === own;
  await writeSafely(path, pieces, { replace, mode: undefined, signal: undefined });
}

/** Sub-folders of a folder; one that went away is not made anew, since it may come back. */
async function makeFolders(folder: string, within: string): Promise<void> {
  let path = folder;
  for (const part of within === '.' ? [] : within.split('/')) {
    path = join(path, part);
    await mkdir(path).catch(async (error: unknown) => {
      if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error;
    });
  }
}

/** SHA-256 of a file; undefined where there is none. */
export async function hashOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
