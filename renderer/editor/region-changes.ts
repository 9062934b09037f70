import type { DamageMeasure, MaskedRegion } from '../../electron/ipc/document.ts';
import type { Rect } from './geometry.ts';

/** What of a region can be changed; `null` takes the mask away. */
export interface RegionChange {
  readonly rect?: Rect;
  readonly damage?: MaskedRegion['damage'];
  readonly model?: string;
  readonly mask?: string | null;
}

/** The region with changes; a mosaic's grid that the person has measured stays where it is on the photo. */
export function changedRegion(region: MaskedRegion, change: RegionChange): MaskedRegion {
  const { mask: oldMask, found, ...rest } = region;
  const isAsFound = change.rect === undefined && change.damage === undefined && change.mask === undefined;
  const rect = change.rect ?? region.rect;
  const mask = change.mask === undefined ? oldMask : (change.mask ?? undefined);
  return {
    ...rest,
    rect,
    damage: change.damage ?? anchoredDamage(region.damage, rect.x - region.rect.x, rect.y - region.rect.y),
    model: change.model ?? region.model,
    ...(mask !== undefined && { mask }),
    ...(found !== undefined && isAsFound && { found }),
  };
}

/** Offsets count from the region's corner: when the corner moves, they change. */
function anchoredDamage(damage: MaskedRegion['damage'], dx: number, dy: number): MaskedRegion['damage'] {
  if (typeof damage === 'string' || damage.kind !== 'mosaic' || (dx === 0 && dy === 0)) return damage;
  const { pitchX, pitchY, offsetX, offsetY } = damage.grid;
  const grid = {
    pitchX,
    pitchY,
    offsetX: modulo(offsetX - dx, pitchX),
    offsetY: modulo(offsetY - dy, pitchY),
  };
  return { kind: 'mosaic', grid } satisfies DamageMeasure;
}

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}
