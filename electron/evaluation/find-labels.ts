import { dilate } from '../engine/damage/components.ts';
import { lineSupport } from '../engine/damage/line-support.ts';
import { type DamageMap, logitOf } from '../engine/find/damage-map.ts';
import type { MarkKind } from '../engine/find/mark-kinds.ts';
import { findMarks } from '../engine/find/marks.ts';
import type { FindThresholds } from '../engine/find/thresholds.ts';
import { forNear } from '../engine/pixels/near.ts';
import type { Planes } from '../engine/pixels/planes.ts';
import type { Raster } from '../engine/pixels/raster.ts';
import type { FindCase } from './find-cases.ts';

/** A mark of which it is known how much of it is damage. */
export interface LabelledMark {
  readonly kind: MarkKind;
  readonly features: readonly number[];
  /** Its pixels, */
  readonly area: number;
  /** those of them that are damaged or beside a damaged pixel, */
  readonly right: number;
  /** and the damaged pixels that it holds or lies beside. */
  readonly found: number;
}

/** All marks on a photo that was damaged in a known way. */
export interface LabelledPhoto {
  readonly kind: FindCase['kind'];
  /** Its damaged pixels. */
  readonly truth: number;
  readonly marks: readonly LabelledMark[];
}

/**
 * The marks that each of some thresholds gives, with what of them is damage.
 * @param truth [1, H, W], 0 or 1
 */
export function labelPhoto(
  kind: FindCase['kind'],
  map: DamageMap,
  picture: Raster,
  truth: Planes,
  list: readonly FindThresholds[],
): LabelledPhoto[] {
  const lines = lineSupport(map.width, map.height, (at) => logitOf(map.data[at]));
  const near = dilate(Uint8Array.from(truth.data), truth.width, 1);
  const damaged = truth.data.reduce((sum, value) => sum + value, 0);
  return list.map((thresholds) => ({
    kind,
    truth: damaged,
    marks: findMarks(map, lines, picture, thresholds).map((mark) => ({
      kind: mark.kind,
      features: mark.features,
      area: mark.pixels.length,
      right: mark.pixels.reduce((sum, at) => sum + near[at], 0),
      found: foundBy(mark.pixels, truth),
    })),
  }));
}

/** Damaged pixels among and around a mark's pixels, each counted once. */
function foundBy(pixels: Int32Array, { width, height, data }: Planes): number {
  const found = new Set<number>();
  for (const at of pixels) {
    forNear(at, width, height, 1, (near) => {
      if (data[near] > 0) found.add(near);
    });
  }
  return found.size;
}
