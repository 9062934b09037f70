import type { Damage, DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';
import { clipRect } from '../pixels/rects.ts';

/** What a person says about a region's damage: nothing, its kind, or its exact measure. */
export type DamageChoice = 'auto' | DamageKind | Damage;

/** A part of a photo that is to be restored, in pixels of the upright photo. */
export interface Region {
  readonly rect: Rect;
  /** 8-bit coverage of the rectangle, `mask[y * rect.width + x]`; without it the whole rectangle counts. */
  readonly mask?: Uint8Array;
  readonly damage: DamageChoice;
}

/**
 * A region cut to the picture.
 * @throws AppError `region/outside` where it does not touch the picture, `region/bad-rect` and `region/bad-mask`
 *   where its numbers make no sense.
 */
export function clipRegion(region: Region, width: number, height: number): Region {
  const { rect, mask } = region;
  const numbers = [rect.x, rect.y, rect.width, rect.height];
  if (!numbers.every(Number.isSafeInteger) || rect.width < 1 || rect.height < 1) {
    throw new AppError('region/bad-rect', 'A rectangle needs whole numbers and at least one pixel.');
  }
  if (mask !== undefined && mask.length !== rect.width * rect.height) {
    throw new AppError('region/bad-mask', 'The mask does not have the size of its rectangle.');
  }
  const clipped = clipRect(rect, width, height);
  if (clipped === undefined) {
    throw new AppError(
      'region/outside',
      `The rectangle lies outside the photo (${width} x ${height} pixels).`,
      {
        hint: 'Coordinates count from the upper left corner of the upright photo.',
        data: { width, height },
      },
    );
  }
  if (mask === undefined) return { ...region, rect: clipped };
  const part = new Uint8Array(clipped.width * clipped.height);
  for (let y = 0; y < clipped.height; y++) {
    const from = (clipped.y - rect.y + y) * rect.width + clipped.x - rect.x;
    part.set(mask.subarray(from, from + clipped.width), y * clipped.width);
  }
  return { ...region, rect: clipped, mask: part };
}

/** The coverage of regions in a window, one channel, 0..1; the largest counts where they overlap. */
export function coverage(regions: readonly Region[], window: Rect): Planes {
  const planes = createPlanes(window.width, window.height, 1);
  for (const { rect, mask } of regions) {
    const part = clipRect(
      { ...rect, x: rect.x - window.x, y: rect.y - window.y },
      window.width,
      window.height,
    );
    if (part === undefined) continue;
    for (let y = part.y; y < part.y + part.height; y++) {
      const row = y * window.width;
      if (mask === undefined) {
        planes.data.fill(1, row + part.x, row + part.x + part.width);
        continue;
      }
      const inRect = (y + window.y - rect.y) * rect.width + window.x - rect.x;
      for (let x = part.x; x < part.x + part.width; x++) {
        const value = mask[inRect + x] / 255;
        if (value > planes.data[row + x]) planes.data[row + x] = value;
      }
    }
  }
  return planes;
}
