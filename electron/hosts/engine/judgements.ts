import { type JudgedRegion, judge } from '../../engine/judge.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import type { Region } from '../../engine/region/region.ts';
import type { Layers } from '../../ipc/contract.ts';

/** What a person looks at changes often; what was judged long ago is judged again. */
const mostRemembered = 64;

/**
 * Remembers what was found in regions: the window asks for it while a region is drawn, and the restoration that follows
 * needs it again.
 */
export class Judgements {
  readonly #found = new Map<string, JudgedRegion>();

  /** A judge for one photo with layers on it. */
  for(photo: string, layers: Layers): (picture: Raster, region: Region) => JudgedRegion {
    return (picture, region) => {
      if (typeof region.damage !== 'string') return judge(picture, region);
      const { rect, mask, damage } = region;
      const marks = mask === undefined ? '' : Buffer.from(mask).toString('latin1');
      const key = JSON.stringify([photo, layers, rect, damage, marks]);
      const known = this.#found.get(key);
      if (known !== undefined) return { ...known, region };
      const found = judge(picture, region);
      this.#found.set(key, found);
      for (const oldest of this.#found.keys()) {
        if (this.#found.size <= mostRemembered) break;
        this.#found.delete(oldest);
      }
      return found;
    };
  }
}
