import type { Damage } from '../damage/kinds.ts';
import type { Rect } from '../pixels/planes.ts';
import { growRect, rectsOverlap, unionRect } from '../pixels/rects.ts';
import type { Region } from './region.ts';

/** A region whose damage is known; a mosaic's offsets count from the region's own upper left corner. */
export interface DamagedRegion extends Region {
  readonly damage: Damage;
}

/** Regions that are restored in one window: near each other and damaged alike. */
export interface Cluster {
  readonly regions: readonly DamagedRegion[];
  readonly damage: Damage;
  /** Around all regions. */
  readonly box: Rect;
  /** The box and the surroundings that the network sees. */
  readonly window: Rect;
}

/** Surroundings of a box that tell what is wrong in it. */
export function marginPx(box: Rect): number {
  return Math.max(128, Math.ceil(0.25 * Math.max(box.width, box.height)));
}

/** Surroundings that a repair takes into account; of a mosaic, whose blocks hold all there is, fewer. */
function repairMarginPx(box: Rect, damage: Damage): number {
  if (damage.kind !== 'mosaic') return marginPx(box);
  // Four blocks, or the network's own margin where blocks are small.
  return Math.max(48, Math.ceil(4 * Math.max(damage.grid.pitchX, damage.grid.pitchY)));
}

/** One window may be this much larger than its regions need it to be on their own. */
const maxWaste = 1.3;

/** Whether two regions hold the same damage; of mosaics, whether their blocks lie on one grid. */
function alike(first: DamagedRegion, second: DamagedRegion): boolean {
  const { damage: a } = first;
  const { damage: b } = second;
  if (a.kind === 'blur' && b.kind === 'blur') return Math.abs(a.sigmaPx / b.sigmaPx - 1) < 0.05;
  if (a.kind === 'scratch' && b.kind === 'scratch') return a.guessed === b.guessed;
  if (a.kind !== 'mosaic' || b.kind !== 'mosaic') return a.kind === b.kind;
  const sameAxis = (pitchA: number, pitchB: number, offsetA: number, offsetB: number) => {
    const apart = (((offsetB - offsetA) % pitchA) + pitchA) % pitchA;
    return Math.abs(pitchA - pitchB) < 0.01 && Math.min(apart, pitchA - apart) < 0.3;
  };
  const dx = second.rect.x - first.rect.x;
  const dy = second.rect.y - first.rect.y;
  return (
    sameAxis(a.grid.pitchX, b.grid.pitchX, a.grid.offsetX, b.grid.offsetX + dx) &&
    sameAxis(a.grid.pitchY, b.grid.pitchY, a.grid.offsetY, b.grid.offsetY + dy)
  );
}

/**
 * Groups regions that share a window. The order of the input is kept: later clusters are restored on top of earlier
 * ones. A cluster's damage is its first region's.
 */
export function clusterRegions(regions: readonly DamagedRegion[], width: number, height: number): Cluster[] {
  const clusters: Cluster[] = [];
  const make = (members: readonly DamagedRegion[], box: Rect): Cluster => ({
    regions: members,
    damage: members[0].damage,
    box,
    window: growRect(box, repairMarginPx(box, members[0].damage), width, height),
  });
  const area = (rect: Rect) => rect.width * rect.height;
  for (const region of regions) {
    const own = make([region], region.rect);
    const at = clusters.findIndex(({ regions, box, window }) => {
      if (!alike(regions[0], region) || !rectsOverlap(window, own.window)) return false;
      const joined = unionRect(box, region.rect);
      const joinedWindow = growRect(joined, repairMarginPx(joined, region.damage), width, height);
      return area(joinedWindow) <= maxWaste * (area(window) + area(own.window));
    });
    if (at < 0) clusters.push(own);
    else clusters[at] = make([...clusters[at].regions, region], unionRect(clusters[at].box, region.rect));
  }
  return clusters;
}
