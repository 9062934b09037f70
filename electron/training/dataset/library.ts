import { createHash } from 'node:crypto';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';

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
  try {
    await collectFiles(folder, new Set(), files);
  } catch (cause) {
    throw new AppError('train/no-library', `The folder ${folder} cannot be read.`, { cause });
  }
  const byHash = new Map<string, string>();
  const skipped: { path: string; code: string; message: string }[] = [];
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
      const { width, height } = await decodeRgb8(path, { maxSidePx: 64 });
      if (Math.min(width, height) < 8)
        throw new AppError('photo/too-small', 'The photo is too small or too narrow.');
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

async function collectFiles(folder: string, seen: Set<string>, files: string[]): Promise<void> {
  const real = await realpath(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (kind?.isDirectory()) await collectFiles(path, seen, files);
    else if (kind?.isFile()) files.push(path);
  }
}

/** Whether a file starts as one of the formats that are read. */
async function looksLikePhoto(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    if (bytesRead < 12) return /\.(jpe?g|png|webp|tiff?|avif|gif)$/i.test(path);
    const text = buffer.toString('latin1');
    return (
      text.startsWith('\xff\xd8\xff') ||
      text.startsWith('\x89PNG') ||
      text.startsWith('GIF8') ||
      /^(II\*\0|MM\0\*)/.test(text) ||
      (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') ||
      /^....ftyp(avif|avis|mif1)/s.test(text)
    );
  } finally {
    await handle.close();
  }
}
