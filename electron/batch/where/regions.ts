import type { FoundRegion } from '../../engine/find/found.ts';
import type { Photo } from '../../engine/photo/photo.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import type { Region } from '../../engine/region/region.ts';
import type { Where } from '../../ipc/batch.ts';
import type { Masks } from './masks.ts';
import { readSidecar } from './sidecar.ts';
import { placeRects } from './template.ts';

/** A part of a photo that is to be repaired, and how sure it is that it is damaged. */
export interface WantedRegion extends Region {
  readonly confidence: number;
}

export interface WhereTools {
  /** Looks for damage in a whole picture. */
  readonly find: (picture: Raster, minConfidence: number) => Promise<readonly FoundRegion[]>;
  readonly masks: Masks | undefined;
}

export interface WantedRegions {
  readonly regions: readonly WantedRegion[];
  readonly warnings: readonly string[];
}

/**
 * Where a photo is to be repaired.
 * @param path within the folder of photos, with `/`
 * @throws AppError what the masks, the sidecar and the finder say
 */
export async function regionsFor(
  where: Where,
  photo: Photo,
  path: string,
  { find, masks }: WhereTools,
): Promise<WantedRegions> {
  switch (where.kind) {
    case 'found': {
      return plain(await find(photo.raster, where.minConfidence));
    }
    case 'rects': {
      const placed = await placeRects(where.rects, photo);
      const isOutside = placed.length < where.rects.length;
      return { regions: placed.map(certain), warnings: isOutside ? ['region-outside'] : [] };
    }
    case 'masks': {
      const region = await masks?.regionOf(path, photo, where.damage);
      return region === undefined ? { regions: [], warnings: ['no-mask'] } : plain([certain(region)]);
    }
    case 'whole': {
      const rect = { x: 0, y: 0, width: photo.width, height: photo.height };
      return plain([certain({ rect, damage: where.damage })]);
    }
    case 'sidecar': {
      const regions = await readSidecar(photo.path, photo);
      return regions === undefined ? { regions: [], warnings: ['no-sidecar'] } : plain(regions.map(certain));
    }
  }
}

const plain = (regions: readonly WantedRegion[]): WantedRegions => ({ regions, warnings: [] });
const certain = (region: Region): WantedRegion => ({ ...region, confidence: 1 });
