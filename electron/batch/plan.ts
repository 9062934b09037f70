import { readdir } from 'node:fs/promises';
import { dirname, extname, posix } from 'node:path';
import type { How, Naming } from '../ipc/batch.ts';
import type { ListedFile } from './list.ts';
import { clashKey, extensionFor, Names, nameFrom, stemOf } from './names.ts';
import { isInShard, type Shard } from './shard.ts';

/** A photo of a run, and where its result goes. */
export interface PlannedPhoto {
  /** Its number in the run, from 0. */
  readonly n: number;
  /** Within the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Within the output folder, with `/`: where it goes when it was repaired... */
  readonly out: string;
  /** ...and when it is copied. */
  readonly copyOut: string;
  /** A file of that name is there and stays. */
  readonly exists: boolean;
}

export interface PlanOptions {
  readonly out: string;
  readonly naming: Naming;
  readonly format: How['format'];
  readonly shard: Shard;
  /** Of the run, `2026-01-31`. */
  readonly date: string;
  /** Results of earlier batches, by their path within the output folder, that may be replaced. */
  readonly isOwn: (out: string) => Promise<boolean>;
}

/**
 * Gives every photo its number and the name of its result. Names are given to the whole folder before a shard is
 * taken, so that shards do not get into each other's way.
 * @throws AppError `batch/bad-pattern`
 */
export async function planPhotos(
  files: readonly ListedFile[],
  options: PlanOptions,
): Promise<readonly PlannedPhoto[]> {
  const { naming, format, shard, date } = options;
  const names = new Names();
  const wanted = files.map((file, index) => {
    const endings = endingsOf(file.path, format);
    const base = baseOf(file.path, naming.pattern, { index, count: files.length, date });
    return { file, endings, base: names.take(base, endings) };
  });
  const there = new Existing(options.out);
  const photos: PlannedPhoto[] = [];
  for (const { file, endings, base } of wanted) {
    if (!isInShard(file.path, shard)) continue;
    const taken = await there.whichOf(base, endings);
    const isFree =
      taken.length === 0 || (naming.exists === 'replace-own' && (await allOwn(taken, options.isOwn)));
    const isKept = !isFree && naming.exists === 'skip';
    if (!isFree && !isKept) await there.look(base);
    const final = isFree || isKept ? base : names.take(base, endings, (path) => !there.has(path));
    photos.push({
      n: photos.length,
      path: file.path,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
      ...outsOf(final, endings),
      exists: isKept,
    });
  }
  return photos;
}

/**
 * The path of a result without its ending, as the pattern says it.
 * @throws AppError `batch/bad-pattern`
 */
export function baseOf(
  path: string,
  pattern: string,
  { index, count, date }: { readonly index: number; readonly count: number; readonly date: string },
): string {
  const folder = dirname(path) === '.' ? '' : `${dirname(path)}/`;
  const digits = Math.max(4, String(count).length);
  const number = String(index + 1).padStart(digits, '0');
  return folder + nameFrom(pattern, { name: stemOf(path), folder: posix.basename(folder), number, date });
}

/** Where a photo goes when it was repaired, and when it is copied. */
export function outsOf(base: string, endings: readonly string[]): Pick<PlannedPhoto, 'out' | 'copyOut'> {
  return { out: base + endings[0], copyOut: base + (endings[1] ?? endings[0]) };
}

/** Endings of the repaired photo and, where it differs, of its copy. */
export function endingsOf(path: string, format: How['format']): readonly string[] {
  const repaired = extensionFor(path, format);
  const own = extname(path);
  return repaired === own ? [own] : [repaired, own];
}

async function allOwn(paths: readonly string[], isOwn: PlanOptions['isOwn']): Promise<boolean> {
  for (const path of paths) if (!(await isOwn(path))) return false;
  return true;
}

/** What is in the output folder, looked at once per sub-folder. */
class Existing {
  readonly #out: string;
  readonly #folders = new Map<string, ReadonlySet<string>>();

  constructor(out: string) {
    this.#out = out;
  }

  async whichOf(base: string, endings: readonly string[]): Promise<string[]> {
    await this.look(base);
    return endings.map((ending) => base + ending).filter((path) => this.has(path));
  }

  async look(path: string): Promise<void> {
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    const names = await readdir(posix.join(this.#out, folder)).catch(() => []);
    this.#folders.set(folder, new Set(names.map(clashKey)));
  }

  has(path: string): boolean {
    return this.#folders.get(dirname(path))?.has(clashKey(posix.basename(path))) ?? false;
  }
}
