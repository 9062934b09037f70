import type { Photo } from '../../engine/photo/photo.ts';
import type { Rect } from '../../engine/pixels/planes.ts';
import type { Where } from '../../ipc/batch.ts';
import { confidenceSteps } from '../../ipc/batch-defaults.ts';
import { regionsFor, type WhereTools } from './regions.ts';

/** Where a photo would be repaired if damage had to be at least so sure. */
export interface PreviewLevel {
  /** 0..1 */
  readonly from: number;
  readonly regions: readonly { readonly rect: Rect; readonly confidence: number }[];
}

export interface PreviewTools extends WhereTools {
  /** Looks for damage once and tells it for any least confidence. */
  readonly findAll: (
    picture: Photo['raster'],
  ) => Promise<(least: number) => readonly { readonly rect: Rect; readonly confidence: number }[]>;
}

/**
 * Where a photo would be repaired: for damage that is found, at every confidence that a person can choose, so that the
 * slider needs no second look; else one level.
 * @param path within the folder of photos, with `/`
 * @throws AppError as `regionsFor`
 */
export async function previewRegions(
  where: Where,
  photo: Photo,
  path: string,
  tools: PreviewTools,
): Promise<PreviewLevel[]> {
  if (where.kind !== 'found') {
    const { regions } = await regionsFor(where, photo, path, tools);
    return [{ from: 0, regions: plain(regions) }];
  }
  const regionsAt = await tools.findAll(photo.raster);
  const levels: PreviewLevel[] = [];
  let last = '';
  for (let step = 0; step <= confidenceSteps; step++) {
    const from = step / confidenceSteps;
    const regions = plain(regionsAt(from));
    const key = JSON.stringify(regions);
    if (key !== last) levels.push({ from, regions });
    last = key;
  }
  return levels;
}

function plain(regions: PreviewLevel['regions']): PreviewLevel['regions'] {
  return regions.map(({ rect, confidence }) => ({ rect, confidence }));
}
