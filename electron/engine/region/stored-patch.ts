import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import type { Rect } from '../pixels/planes.ts';

const place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
});

/** A patch as it lies in a folder: where it belongs on the photo, and its pixels as a PNG. */
export interface StoredPatch {
  readonly rect: Rect;
  readonly png: Uint8Array;
}

/** Writes a patch so that it survives the program. */
export async function writeStoredPatch(
  folder: string,
  id: string,
  { rect, png }: StoredPatch,
): Promise<void> {
  await writeFileAtomic(join(folder, `${id}.json`), JSON.stringify(rect));
  await writeFileAtomic(join(folder, `${id}.png`), png);
}

/** Throws where it is missing or damaged; the PNG is not looked into. */
export async function readStoredPatch(folder: string, id: string): Promise<StoredPatch> {
  const rect = place.parse(JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8')));
  return { rect, png: await readFile(join(folder, `${id}.png`)) };
}

/** Removes a stored patch; none is no error. */
export async function removeStoredPatch(folder: string, id: string): Promise<void> {
  await Promise.all(['json', 'png'].map((kind) => rm(join(folder, `${id}.${kind}`), { force: true })));
}
