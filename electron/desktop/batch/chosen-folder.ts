import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { runFolderName } from '../../batch/run-folder.ts';
import { AppError } from '../../engine/errors.ts';
import type { BatchFolder, BatchPhoto } from '../../ipc/batch-requests.ts';

/** What a person chose to repair: a folder, or some of its photos, and where the results go. */
export class ChosenFolder {
  /** Not to be guessed; another one whenever its photos get other numbers. */
  id: string = randomUUID();
  readonly folder: string;
  /** Only these, where files were chosen instead of a folder. */
  readonly #only: ReadonlySet<string> | undefined;
  out: string;
  masks: string | undefined;
  photos: BatchPhoto[] = [];
  isUnfinished = false;
  /** Of the run that began last. */
  run: string | undefined;

  private constructor(folder: string, only: readonly string[] | undefined) {
    this.folder = folder;
    this.#only = only && new Set(only);
    this.out = freeOut(folder);
  }

  /** @param paths one folder, or files: then their common folder */
  static async of(paths: readonly string[]): Promise<ChosenFolder> {
    const [first] = paths;
    const isFolder = (await stat(first).catch(() => undefined))?.isDirectory() ?? false;
    if (isFolder && paths.length === 1) return new ChosenFolder(first, undefined);
    const folder = commonFolder(paths);
    return new ChosenFolder(
      folder,
      paths.map((path) => relative(folder, path).split(sep).join('/')),
    );
  }

  get only(): readonly string[] | undefined {
    return this.#only && [...this.#only];
  }

  /** Takes what was found in the folder. */
  list(found: readonly { readonly path: string; readonly sizeBytes: number }[], isUnfinished: boolean): void {
    this.photos = found
      .filter(({ path }) => this.#only?.has(path) ?? true)
      .map(({ path, sizeBytes }, n) => ({ n, path, sizeBytes, state: 'waiting' }));
    this.isUnfinished = isUnfinished;
  }

  /** A run has numbered the photos anew. */
  planned(run: string, photos: readonly BatchPhoto[]): void {
    this.id = randomUUID();
    this.run = run;
    this.isUnfinished = false;
    this.photos = photos.map((photo) => ({ ...photo }));
  }

  /** There are no results of a run to look at any more. */
  forgetRun(): void {
    this.id = randomUUID();
    this.run = undefined;
  }

  /** @throws AppError `photo/closed` */
  photo(n: number): BatchPhoto {
    const photo = this.photos.find((one) => one.n === n);
    if (photo === undefined) throw new AppError('photo/closed', 'This photo is no longer open.');
    return photo;
  }

  /** The file of a photo. @throws AppError `photo/closed` */
  pathOf(n: number): string {
    return join(this.folder, this.photo(n).path);
  }

  /** The file of a small picture that the last run made. */
  thumbnailOf(n: number, which: string): string | undefined {
    return this.run && join(this.out, runFolderName, 'thumbnails', this.run, `${n}-${which}.jpg`);
  }

  /** What the window may know of it: no paths. */
  described(): BatchFolder {
    const { id, folder, out, photos, isUnfinished, masks } = this;
    return {
      id,
      name: basename(folder),
      out: basename(out),
      photos: [...photos],
      isUnfinished,
      masks: masks === undefined ? null : basename(masks),
    };
  }
}

/** A new folder beside the photos; one that an interrupted batch wrote into is gone on with. */
function freeOut(folder: string): string {
  const base = `${folder}-restored`;
  for (let number = 1; ; number++) {
    const path = number === 1 ? base : `${base}-${number}`;
    if (!existsSync(path) || existsSync(join(path, runFolderName))) return path;
  }
}

function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => dirname(path).split(sep));
  let length = first.length;
  for (const parts of rest) {
    let same = 0;
    while (same < length && parts[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length).join(sep) || sep;
}
