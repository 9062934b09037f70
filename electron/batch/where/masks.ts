import { readdir, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { readMask } from '../../engine/photo/mask-file.ts';
import type { Region } from '../../engine/region/region.ts';
import type { DamageSetting } from '../../ipc/document.ts';
import type { Size } from '../../ipc/placed-rects.ts';
import { clashKey, stemOf } from '../names.ts';

/** Masks beside photos: a folder with the photos' sub-folders and stems, or one file for all. */
export class Masks {
  readonly #path: string;
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, string>>>();

  /** @param path of the folder or the file */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The region that a photo's mask marks; undefined where there is no mask for it.
   * @param photo its path within the folder of photos, with `/`
   * @throws AppError `region/bad-mask` where the mask has not the photo's size, `batch/no-masks`, and those of opening
   */
  async regionOf(photo: string, size: Size, damage: DamageSetting): Promise<Region | undefined> {
    const path = await this.#find(photo);
    return path === undefined ? undefined : { ...(await readMask(path, size)), damage };
  }

  async #find(photo: string): Promise<string | undefined> {
    const found = await stat(this.#path).catch((cause) => {
      throw new AppError('batch/no-masks', 'The masks are not there.', { cause });
    });
    if (found.isFile()) return this.#path;
    const folder = join(this.#path, dirname(photo));
    const names = this.#folders.get(folder) ?? stemsIn(folder);
    this.#folders.set(folder, names);
    const name = (await names).get(clashKey(stemOf(photo)));
    return name === undefined ? undefined : join(folder, name);
  }
}

/** Names of pictures by their stems; PNG before others, since it keeps a mask as it is. */
async function stemsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const found = new Map<string, string>();
  const ranked = ['.jpg', '.jpeg', '.gif', '.avif', '.webp', '.tif', '.tiff', '.png'];
  const rank = (name: string) => ranked.indexOf(extname(name).toLowerCase());
  const pictures = names.filter((name) => rank(name) >= 0).sort((a, b) => rank(a) - rank(b));
  for (const name of pictures) found.set(clashKey(stemOf(name)), name);
  return found;
}
