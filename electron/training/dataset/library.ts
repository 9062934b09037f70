import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';
import { sniffBytes, sniffFormat } from '../../engine/photo/format.ts';

/** Shorter sides than this show too little; photos larger than `scanSidePx` are measured when reduced to it. */
const minSidePx = 32;
const scanSidePx = 256;

/** A photo to train on. */
export interface LibraryPhoto {
  readonly path: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly hash: string;
}

export interface LibraryScan {
  /** In the order of their hashes, so that names and folders do not matter. */
  readonly photos: readonly LibraryPhoto[];
  readonly skipped: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  /** How many files were left out for having the content of another. */
  readonly duplicates: number;
  /** Names the set of photos, whatever their names. */
  readonly hash: string;
}

export interface ScanOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Finds the photos of a folder and its sub-folders, whatever their names end in. Files that look like photos and
 * cannot be read are listed with the reason; other files are passed over.
 * @throws AppError `train/no-library` where the folder cannot be read
 */
export async function scanLibrary(folder: string, options: ScanOptions = {}): Promise<LibraryScan> {
  const files: string[] = [];
  const skipped: { path: string; code: string; message: string }[] = [];
  try {
    await collectFiles(folder, new Set(), files, (path, error) => {
      if (path === folder) throw error;
      const message = `The folder cannot be read: ${error}`;
      skipped.push({ path: relative(folder, path), code: 'train/unreadable-folder', message });
    });
  } catch (cause) {
    throw new AppError('train/no-library', `The folder ${folder} cannot be read.`, { cause });
  }
  const byHash = new Map<string, string>();
  let duplicates = 0;
  for (const [index, path] of files.sort().entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.(index, files.length);
    try {
      if (!(await looksLikePhoto(path))) continue;
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      if (byHash.has(hash)) {
        duplicates++;
        continue;
      }
      const { width, height } = await decodeRgb8(path, { maxSidePx: scanSidePx });
      if (Math.min(width, height) < minSidePx) {
        throw new AppError('photo/too-small', 'The photo is too small or too narrow to train on.');
      }
      byHash.set(hash, path);
    } catch (error) {
      const { code, message } =
        error instanceof AppError ? error : { code: 'photo/unreadable', message: String(error) };
      skipped.push({ path: relative(folder, path), code, message });
    }
  }
  options.onProgress?.(files.length, files.length);
  const hashes = [...byHash.keys()].sort();
  return {
    photos: hashes.map((hash) => ({ hash, path: byHash.get(hash) ?? '' })),
    skipped,
    duplicates,
    hash: createHash('sha256').update(hashes.join()).digest('hex'),
  };
}

async function collectFiles(
  folder: string,
  seen: Set<string>,
  files: string[],
  onUnreadable: (folder: string, error: unknown) => void,
): Promise<void> {
  let entries: Dirent[];
  try {
    // A folder that links lead to more than once is visited once, so links in circles end.
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    onUnreadable(folder, error);
    return;
  }
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (kind?.isDirectory()) await collectFiles(path, seen, files, onUnreadable);
    else if (kind?.isFile()) files.push(path);
  }
}

/** Whether a file starts as a photo does, or its name promises one, so that its failure is worth telling. */
async function looksLikePhoto(path: string): Promise<boolean> {
  if (/\.(jpe?g|png|webp|tiff?|avif|gif|hei[cf])$/i.test(path)) return true;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    return sniffFormat(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await handle.close();
  }
}
