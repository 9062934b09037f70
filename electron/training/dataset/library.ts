import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';
import { sniffBytes, sniffFormat } from '../../engine/photo/format.ts';
import { probePhoto } from '../../engine/photo/open.ts';
import { readPhotoFile } from '../../engine/photo/photo-file.ts';
import { filesBelow } from './files-below.ts';
import { type IndexEntry, PhotoIndex } from './photo-index.ts';

/** Shorter sides than this show too little; photos larger than `scanSidePx` are measured when reduced to it. */
const minSidePx = 32;
const scanSidePx = 256;

/** A photo to train on. */
export interface LibraryPhoto {
  readonly path: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly hash: string;
}

export interface SkippedFile {
  /** Relative to its library folder. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A folder of the library, or one inside it, that holds files. */
export interface LibraryFolder {
  readonly path: string;
  readonly photos: number;
  readonly isExcluded: boolean;
}

export interface LibraryScan {
  /** In the order of their hashes, so that names and folders do not matter. */
  readonly photos: readonly LibraryPhoto[];
  /** The first of them. */
  readonly skipped: readonly SkippedFile[];
  readonly unreadable: number;
  readonly tooSmall: number;
  /** How many files were left out for having the content of another. */
  readonly duplicates: number;
  /** Photos and folders that the person left out. */
  readonly excludedPhotos: number;
  /** Pixels of all photos. */
  readonly pixels: number;
  readonly folders: readonly LibraryFolder[];
  /** Names the set of photos, whatever their names. */
  readonly hash: string;
}

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Where what is found is kept for the next scan. */
  readonly indexFolder?: string | undefined;
  /** Folders and photos to leave out, by their paths. */
  readonly excluded?: readonly string[] | undefined;
}

/** More would help nobody. */
const mostSkippedListed = 1000;
const mostFoldersListed = 2000;

/**
 * Finds the photos of folders and their sub-folders, whatever their names end in. Files that look like photos and
 * cannot be read are listed with the reason; other files are passed over.
 * @throws AppError `train/no-library` where none of the folders can be read; an abort's reason
 */
export async function scanLibrary(
  folders: string | readonly string[],
  options: ScanOptions = {},
): Promise<LibraryScan> {
  const list = typeof folders === 'string' ? [folders] : folders;
  const scan = new Scan(options);
  let failure: unknown;
  let read = 0;
  for (const folder of list) {
    try {
      await scan.add(folder);
      read++;
    } catch (cause) {
      options.signal?.throwIfAborted();
      failure = cause;
    }
  }
  if (read === 0) {
    throw new AppError('train/no-library', `The folder ${list.join(', ')} cannot be read.`, {
      cause: failure,
    });
  }
  return scan.result();
}

class Scan {
  readonly #options: ScanOptions;
  readonly #excluded: ReadonlySet<string>;
  readonly #byHash = new Map<string, { readonly path: string; readonly pixels: number }>();
  /** Contents that the person left out; their copies are left out as well. */
  readonly #excludedHashes = new Set<string>();
  readonly #folders = new Map<string, number>();
  readonly #excludedFolders = new Set<string>();
  readonly #skipped: SkippedFile[] = [];
  #unreadable = 0;
  #tooSmall = 0;
  #duplicates = 0;
  #excludedPhotos = 0;
  #done = 0;
  #total = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#excluded = new Set(options.excluded ?? []);
  }

  async add(folder: string): Promise<void> {
    const { indexFolder, signal } = this.#options;
    const files = await filesBelow(folder, {
      signal,
      onUnreadable: (path, error) =>
        this.#skip(relative(folder, path), 'train/unreadable-folder', `The folder cannot be read: ${error}`),
      isExcluded: (path) => {
        const isOut = this.#excluded.has(path);
        if (isOut) this.#excludedFolders.add(path);
        return isOut;
      },
    });
    this.#total += files.length;
    const index = indexFolder === undefined ? undefined : await PhotoIndex.open(indexFolder, folder);
    try {
      await this.#examineAll(folder, files, index);
    } finally {
      await index?.flush();
    }
    if (index !== undefined && this.#excluded.size === 0) {
      const names = new Set(files.map((path) => relative(folder, path)));
      await index.keepOnly((name) => names.has(name));
    }
    this.#options.onProgress?.(this.#done, this.#total);
  }

  /** Several files at a time, taken in by their order, so that the result does not depend on which was faster. */
  async #examineAll(folder: string, files: readonly string[], index: PhotoIndex | undefined): Promise<void> {
    const { signal, onProgress } = this.#options;
    const width = 2 * availableParallelism();
    for (let start = 0; start < files.length; start += width) {
      signal?.throwIfAborted();
      const group = files.slice(start, start + width);
      const entries = await Promise.all(group.map((path) => examine(folder, path, index)));
      for (const [i, path] of group.entries()) {
        signal?.throwIfAborted();
        onProgress?.(this.#done++, this.#total);
        this.#take(folder, path, entries[i]);
      }
    }
  }

  #take(folder: string, path: string, entry: IndexEntry): void {
    if (entry.kind === 'other') return;
    if (entry.kind === 'skipped') {
      this.#skip(relative(folder, path), entry.code, entry.message);
      return;
    }
    const home = dirname(path);
    this.#folders.set(home, (this.#folders.get(home) ?? 0) + 1);
    if (this.#excluded.has(path)) {
      this.#excludedPhotos++;
      this.#excludedHashes.add(entry.hash);
    } else if (this.#byHash.has(entry.hash)) this.#duplicates++;
    else this.#byHash.set(entry.hash, { path, pixels: entry.width * entry.height });
  }

  #skip(path: string, code: string, message: string): void {
    if (code === 'photo/too-small') this.#tooSmall++;
    else this.#unreadable++;
    if (this.#skipped.length < mostSkippedListed) this.#skipped.push({ path, code, message });
  }

  result(): LibraryScan {
    for (const hash of this.#excludedHashes) this.#byHash.delete(hash);
    const hashes = [...this.#byHash.keys()].sort();
    let pixels = 0;
    for (const photo of this.#byHash.values()) pixels += photo.pixels;
    const excluded = [...this.#excludedFolders].map((path) => ({ path, photos: 0, isExcluded: true }));
    const folders = [...this.#folders]
      .map(([path, photos]) => ({ path, photos, isExcluded: false }))
      .concat(excluded)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      photos: hashes.map((hash) => ({ hash, path: this.#byHash.get(hash)?.path ?? '' })),
      skipped: this.#skipped,
      unreadable: this.#unreadable,
      tooSmall: this.#tooSmall,
      duplicates: this.#duplicates,
      excludedPhotos: this.#excludedPhotos,
      pixels,
      folders: folders.slice(0, mostFoldersListed),
      hash: libraryHash(hashes),
    };
  }
}

/** Names a set of photos by the hashes of their contents, in their order. */
export function libraryHash(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join()).digest('hex');
}

async function examine(folder: string, path: string, index: PhotoIndex | undefined): Promise<IndexEntry> {
  const name = relative(folder, path);
  const info = await stat(path).catch(() => undefined);
  const stamp = { sizeBytes: info?.size ?? 0, modifiedMs: info?.mtimeMs ?? 0 };
  const known = index?.get(name, stamp.sizeBytes, stamp.modifiedMs);
  if (known !== undefined) return known;
  const entry: IndexEntry = { ...stamp, ...(await look(path)) };
  await index?.set(name, entry);
  return entry;
}

type Found =
  | { readonly kind: 'photo'; readonly hash: string; readonly width: number; readonly height: number }
  | { readonly kind: 'skipped'; readonly code: string; readonly message: string }
  | { readonly kind: 'other' };

async function look(path: string): Promise<Found> {
  try {
    if (!(await looksLikePhoto(path))) return { kind: 'other' };
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const reduced = await decodeRgb8(path, { maxSidePx: scanSidePx });
    if (Math.min(reduced.width, reduced.height) < minSidePx) {
      throw new AppError('photo/too-small', 'The photo is too small or too narrow to train on.');
    }
    const { width, height } = await probePhoto(path);
    return { kind: 'photo', hash, width, height };
  } catch (error) {
    const { code, message } =
      error instanceof AppError ? error : { code: 'photo/unreadable', message: String(error) };
    return { kind: 'skipped', code, message };
  }
}

/** Whether a file starts as a photo does, or its name promises one, so that its failure is worth telling. */
async function looksLikePhoto(path: string): Promise<boolean> {
  if (/\.(jpe?g|png|webp|tiff?|avif|gif|hei[cf])$/i.test(path)) return true;
  const head = await readPhotoFile(path, { headBytes: sniffBytes }).catch(() => undefined);
  return head !== undefined && sniffFormat(head.bytes) !== undefined;
}
