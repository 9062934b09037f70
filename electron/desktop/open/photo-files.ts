import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { byName, photoExtensions } from '../../engine/photo/extensions.ts';

/** Extensions for the system's dialog, without dots. */
export const dialogExtensions = [...photoExtensions].map((extension) => extension.slice(1));

/** A person who drops a whole disk does not want to look at each of its pictures. */
const mostFiles = 5000;

/**
 * Paths of files, with folders replaced by the photos in them (told by their extensions), in the order of their names.
 * Files that were named one by one stay, whatever they are: opening them says what is wrong.
 */
export async function expandFolders(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) files.push(...(await photosIn(path)));
    else files.push(path);
  }
  return [...new Set(files)].slice(0, mostFiles);
}

async function photosIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && photoExtensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(byName.compare);
}
