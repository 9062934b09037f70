import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { foreignExtensions, photoExtensions } from '../engine/photo/extensions.ts';

/** A file that may be a photo. */
export interface ListedFile {
  /** Within the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A folder whose content nobody may see. */
export interface ListProblem {
  readonly path: string;
  readonly message: string;
}

export interface ListOptions {
  /** Folders that are left out: those of results and of masks, where they lie inside. Absolute. */
  readonly leaveOut: readonly string[];
  readonly onProblem?: (problem: ListProblem) => void;
}

/** Folders that systems and devices keep for themselves. */
const foreignFolders = /^(?:\$recycle\.bin|system volume information|@eadir|__macosx|lost\+found)$/i;

/**
 * The photos of a folder and its sub-folders, told by their extensions, in the order of their paths. What starts with
 * a dot is no one's photo. Links to files are followed; links to folders are not, since they may lead in circles.
 * Throws what the file system throws for the folder itself.
 */
export async function* listPhotos(folder: string, options: ListOptions): AsyncGenerator<ListedFile> {
  const leaveOut = new Set(
    await Promise.all(options.leaveOut.map((path) => realpath(path).catch(() => path))),
  );
  yield* listFolder(folder, '', await readdir(folder, { withFileTypes: true }), leaveOut, options);
}

async function* listFolder(
  root: string,
  within: string,
  entries: readonly Dirent[],
  leaveOut: ReadonlySet<string>,
  options: ListOptions,
): AsyncGenerator<ListedFile> {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of sorted) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    const path = within + name;
    const whole = join(root, path);
    if (entry.isDirectory()) {
      if (foreignFolders.test(name) || leaveOut.has(await realpath(whole).catch(() => whole))) continue;
      try {
        yield* listFolder(root, `${path}/`, await readdir(whole, { withFileTypes: true }), leaveOut, options);
      } catch (error) {
        options.onProblem?.({ path, message: error instanceof Error ? error.message : String(error) });
      }
      continue;
    }
    const extension = extname(name).toLowerCase();
    if (!photoExtensions.has(extension) && !foreignExtensions.has(extension)) continue;
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const found = await stat(whole).catch(() => undefined);
    // Links that lead nowhere are told when they are opened.
    if (found?.isDirectory()) continue;
    yield { path, sizeBytes: found?.size ?? 0, modifiedMs: Math.trunc(found?.mtimeMs ?? 0) };
  }
}
