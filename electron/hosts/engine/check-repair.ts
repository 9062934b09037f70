import { moveGrid } from '../../engine/judge.ts';
import type { Photo } from '../../engine/photo/photo.ts';
import { createPlanes, type Rect } from '../../engine/pixels/planes.ts';
import { cropRaster, maxSample, type Raster, rgbPlanes } from '../../engine/pixels/raster.ts';
import { growRect, unionRect } from '../../engine/pixels/rects.ts';
import { type Confidence, confidenceIn } from '../../engine/region/confidence.ts';
import { applyPatch, type Patch } from '../../engine/region/patch.ts';
import type { DamageMeasure } from '../../ipc/document.ts';

interface LaidPatch {
  readonly patch: Patch;
  readonly strength: number;
}

interface Repair {
  /** What lies below it. */
  readonly beneath: readonly LaidPatch[];
  readonly patches: readonly Patch[];
  /** The rectangle that was repaired; a mosaic's grid counts from its corner. */
  readonly rect: Rect;
  readonly damage: DamageMeasure;
}

/** Looks at a repair at full strength, in a window of the photo; undefined where it has no pixels. */
export function checkRepair(photo: Photo, repair: Repair): Confidence | undefined {
  const { beneath, patches, rect, damage } = repair;
  if (patches.length === 0) return undefined;
  const box = patches.map((patch) => patch.rect).reduce(unionRect);
  const window = growRect(box, marginPx(damage), photo.width, photo.height);
  const raster = cropRaster(photo.raster, window);
  for (const { patch, strength } of beneath) applyPatch(raster, moved(patch, window), strength);
  const whole = { x: 0, y: 0, width: window.width, height: window.height };
  const before = rgbPlanes(raster, whole);
  for (const patch of patches) applyPatch(raster, moved(patch, window), 1);
  const seen =
    damage.kind === 'mosaic' ? moveGrid(damage.grid, rect.x - window.x, rect.y - window.y) : damage;
  return confidenceIn(before, rgbPlanes(raster, whole), weightsOf(raster, patches, window), seen);
}

/** What damage reaches across. */
function marginPx(damage: DamageMeasure): number {
  if (damage.kind === 'blur') return Math.ceil(3.5 * damage.sigmaPx);
  return damage.kind === 'mosaic' ? Math.ceil(Math.max(damage.grid.pitchX, damage.grid.pitchY)) : 1;
}

function moved(patch: Patch, window: Rect): Patch {
  return { ...patch, rect: { ...patch.rect, x: patch.rect.x - window.x, y: patch.rect.y - window.y } };
}

function weightsOf({ width, height }: Raster, patches: readonly Patch[], window: Rect) {
  const weights = createPlanes(width, height, 1);
  for (const { rect, depth, data } of patches) {
    const scale = 1 / maxSample(depth);
    for (let y = 0; y < rect.height; y++) {
      for (let x = 0; x < rect.width; x++) {
        const at = (y + rect.y - window.y) * width + x + rect.x - window.x;
        weights.data[at] = Math.max(weights.data[at], data[4 * (y * rect.width + x) + 3] * scale);
      }
    }
  }
  return weights;
}
