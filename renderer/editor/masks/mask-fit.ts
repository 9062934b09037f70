import type { MaskedRegion, PhotoDocument } from '../../../electron/ipc/document.ts';
import { type Rect, sameRect } from '../geometry.ts';

/** A mask that no longer has the size of its region's rectangle. */
export interface Misfit {
  readonly id: string;
  readonly rect: Rect;
  readonly mask: string;
  /** The rectangle that the mask was made for. */
  readonly madeFor: Rect;
}

/** Remembers which rectangle each region's mask was made for. */
export class MaskFit {
  readonly #masks = new Map<string, { readonly mask: string; readonly rect: Rect }>();

  /** Takes note of new masks, and of regions that have moved with theirs. */
  note(regions: readonly MaskedRegion[]): void {
    for (const { id, mask, rect } of regions) {
      const noted = this.#masks.get(id);
      if (mask === undefined) this.#masks.delete(id);
      else if (noted?.mask !== mask || sameSize(noted.rect, rect)) this.#masks.set(id, { mask, rect });
    }
  }

  misfits(regions: readonly MaskedRegion[]): Misfit[] {
    return regions.flatMap(({ id, rect, mask }) => {
      const noted = this.#masks.get(id);
      if (mask === undefined || noted === undefined || sameSize(noted.rect, rect)) return [];
      return [{ id, rect, mask, madeFor: noted.rect }];
    });
  }
}

/** The document with a mask that fits, unless the region has changed since. */
export function withFittingMask(
  document: PhotoDocument,
  { id, rect, mask }: Misfit,
  fitting: string,
): PhotoDocument {
  const isMeant = (region: MaskedRegion) =>
    region.id === id && region.mask === mask && sameRect(region.rect, rect);
  if (!document.regions.some(isMeant)) return document;
  return {
    ...document,
    regions: document.regions.map((region) => (isMeant(region) ? { ...region, mask: fitting } : region)),
  };
}

function sameSize(a: Rect, b: Rect): boolean {
  return a.width === b.width && a.height === b.height;
}
