import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';
import { sniffBytes, sniffFormat } from '../../engine/photo/format.ts';
import { probePhoto } from '../../engine/photo/open.ts';
import { readPhotoFile } from '../../engine/photo/photo-file.ts';
import type { IndexEntry, PhotoIndex } from './photo-index.ts';

/** Shorter sides than this show too little; photos larger than `scanSidePx` are measured when reduced to it. */
const minSidePx = 32;
const scanSidePx = 256;

/** A file and what the index knows of it in its present state. */
export interface LookedUp {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly entry: IndexEntry | undefined;
}

/** What is known of a file without reading it. */
export async function lookUp(folder: string, path: string, index: PhotoIndex | undefined): Promise<LookedUp> {
  const name = relative(folder, path);
  const info = await stat(path).catch(() => undefined);
  const { size: sizeBytes, mtimeMs: modifiedMs } = info ?? { size: 0, mtimeMs: 0 };
  return { name, path, sizeBytes, modifiedMs, entry: index?.get(name, sizeBytes, modifiedMs) };
}

/** Reads a file, and notes what was found. */
export async function examine(file: LookedUp, index: PhotoIndex | undefined): Promise<IndexEntry> {
  const { name, path, sizeBytes, modifiedMs } = file;
  const entry: IndexEntry = { sizeBytes, modifiedMs, ...(await look(path)) };
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
