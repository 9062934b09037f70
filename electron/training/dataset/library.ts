import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { examine, lookUp } from './examine.ts';
import { filesBelow } from './files-below.ts';
import { type IndexEntry, PhotoIndex } from './photo-index.ts';

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
const lookedUpTogether = 256;
const decodedTogether = 2 * availableParallelism();

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

  /**
   * Files are taken in by their order, so that the result does not depend on which was faster. Many are looked up at a
   * time, since most are known after the first scan; only a few are decoded at a time.
   */
  async #examineAll(folder: string, files: readonly string[], index: PhotoIndex | undefined): Promise<void> {
    for (let start = 0; start < files.length; start += lookedUpTogether) {
      const group = files.slice(start, start + lookedUpTogether);
      const known = await Promise.all(group.map((path) => lookUp(folder, path, index)));
      for (let i = 0; i < group.length; ) {
        const next = known.slice(i, i + (known[i].entry === undefined ? decodedTogether : 1));
        const entries = await Promise.all(next.map((file) => file.entry ?? examine(file, index)));
        for (const entry of entries) this.#takeNext(folder, group[i++], entry);
      }
    }
  }

  #takeNext(folder: string, path: string, entry: IndexEntry): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.(this.#done++, this.#total);
    this.#take(folder, path, entry);
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
