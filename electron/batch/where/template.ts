import { decodeMask, decodeMaskAt } from '../../engine/photo/screen.ts';
import type { Rect } from '../../engine/pixels/planes.ts';
import { clipRect } from '../../engine/pixels/rects.ts';
import type { Region } from '../../engine/region/region.ts';
import type { PlacedRect } from '../../ipc/batch.ts';
import { placeRect, type Size } from '../../ipc/placed-rects.ts';

/**
 * The regions that the same rectangles make on a photo of some size. Those that lie outside are left out.
 * @throws AppError `region/bad-mask`
 */
export async function placeRects(rects: readonly PlacedRect[], photo: Size): Promise<Region[]> {
  const regions: Region[] = [];
  for (const placed of rects) {
    const rect = placeRect(placed, photo);
    if (clipRect(rect, photo.width, photo.height) === undefined) continue;
    const { damage, mask } = placed;
    if (mask === undefined) regions.push({ rect, damage });
    else regions.push({ rect, damage, mask: await maskOf(mask, placed, rect) });
  }
  return regions;
}

/** A mask as it is where its rectangle keeps its size, else stretched with it. */
function maskOf(mask: string, placed: PlacedRect, rect: Rect): Promise<Uint8Array> {
  const png = Buffer.from(mask, 'base64');
  return placed.unit === 'px' ? decodeMask(png, rect) : decodeMaskAt(png, rect);
}
