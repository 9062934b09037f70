import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Options {
  readonly signal?: AbortSignal | undefined;
  /** A folder inside cannot be read. */
  readonly onUnreadable: (folder: string, error: unknown) => void;
  readonly isExcluded: (folder: string) => boolean;
}

/**
 * All files of a folder and its sub-folders, by their paths in order. Links are followed; a folder that links lead to
 * more than once is visited once, so links in circles end.
 * @throws where the folder itself cannot be read
 */
export async function filesBelow(folder: string, options: Options): Promise<string[]> {
  const files: string[] = [];
  const seen = new Set<string>();

  async function visit(inner: string): Promise<void> {
    options.signal?.throwIfAborted();
    if (options.isExcluded(inner)) return;
    let entries: Dirent[];
    try {
      const real = await realpath(inner);
      if (seen.has(real)) return;
      seen.add(real);
      entries = await readdir(inner, { withFileTypes: true });
    } catch (error) {
      if (inner === folder) throw error;
      options.onUnreadable(inner, error);
      return;
    }
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(inner, entry.name);
      const kind = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
      if (kind?.isDirectory()) await visit(path);
      else if (kind?.isFile()) files.push(path);
    }
  }

  await visit(folder);
  return files.sort();
}
