import type { Damage } from './damage/kinds.ts';
import { mosaicExtent } from './damage/mosaic-extent.ts';
import { type JudgedRegion, judge, moveGrid } from './judge.ts';
import type { Planes } from './pixels/planes.ts';
import { type Raster, rgbPlanes } from './pixels/raster.ts';
import { Progress, type RestoreProgress, stopIfCancelled } from './progress.ts';
import { type Cluster, clusterRegions, type DamagedRegion } from './region/cluster.ts';
import { makePatch, type Patch } from './region/patch.ts';
import type { Repair } from './region/planned-repair.ts';
import { clipRegion, coverage, type Region } from './region/region.ts';
import { planRepair, type RepairTools } from './region/repair.ts';

export type { RestoreProgress } from './progress.ts';

export interface RestoreOptions extends RepairTools {
  /** Judges a region; another one may remember what it found before. */
  readonly judge?: typeof judge;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface Restoration {
  readonly patches: readonly Patch[];
  readonly regions: readonly JudgedRegion[];
}

/** The repair of one window, ready to run; `window` where its pixels were needed already. */
interface PlannedRepair {
  readonly cluster: Cluster;
  readonly mask: Planes;
  readonly repair: Repair;
  readonly window: Planes | undefined;
}

/** What a restoration is going to do. It can be run as long as the picture is the same, more than once. */
export interface RestorationPlan {
  readonly regions: readonly JudgedRegion[];
  readonly repairs: readonly PlannedRepair[];
}

/** Windows that planning had to look at are kept for the repair up to this size, 96 MB; others are made again. */
const mostKeptPixels = 8_000_000;

/**
 * Restores regions of an upright picture: analyse, plan, run, make consistent, blend. The picture itself is not
 * changed; the result is patches. Pixels outside the regions have alpha 0 in every patch.
 * Deterministic where the network is.
 * @throws AppError `restore/cancelled` where the signal ended it (between tiles), and the errors of regions,
 *   models and execution providers.
 */
export async function restore(
  picture: Raster,
  regions: readonly Region[],
  options: RestoreOptions,
): Promise<Restoration> {
  return runPlan(picture, await planRestoration(picture, regions, options), options);
}

/** The first half of `restore`: what is wrong, and what is to be done about it. */
export async function planRestoration(
  picture: Raster,
  regions: readonly Region[],
  options: RestoreOptions,
): Promise<RestorationPlan> {
  const clipped = regions.map((region) => clipRegion(region, picture.width, picture.height));
  const judged = clipped.map((region) => (options.judge ?? judge)(picture, region));
  const damaged = judged.flatMap(({ region, damage, report }): DamagedRegion[] => {
    if (damage === undefined) return [];
    const guessed = report !== undefined && damage.kind === 'scratch';
    return [{ ...region, damage: guessed ? { kind: 'scratch', guessed } : damage }];
  });
  const repairs: PlannedRepair[] = [];
  let keptPixels = 0;
  for (const cluster of clusterRegions(damaged, picture.width, picture.height)) {
    stopIfCancelled(options.signal);
    const damage = inWindow(cluster);
    const drawn = coverage(cluster.regions, cluster.window);
    const window = damage.kind === 'mosaic' ? rgbPlanes(picture, cluster.window) : undefined;
    const mask =
      damage.kind === 'mosaic' && window !== undefined ? mosaicExtent(window, drawn, damage.grid) : drawn;
    keptPixels += window === undefined ? 0 : mask.data.length;
    const repair = await planRepair(damage, mask, options);
    repairs.push({ cluster, mask, repair, window: keptPixels > mostKeptPixels ? undefined : window });
  }
  return { regions: judged, repairs };
}

/** Does what can be done of a plan before anybody waits for it. */
export function preparedPlan(picture: Raster, plan: RestorationPlan): RestorationPlan {
  const repairs = plan.repairs.map(({ cluster, mask, repair, window: kept }) => {
    const window = kept ?? rgbPlanes(picture, cluster.window);
    return { cluster, mask, repair: repair.prepared?.(window, mask) ?? repair, window };
  });
  return { ...plan, repairs };
}

/** The second half of `restore`. */
export async function runPlan(
  picture: Raster,
  { regions, repairs }: RestorationPlan,
  options: Pick<RestoreOptions, 'signal' | 'onProgress'>,
): Promise<Restoration> {
  const progress = new Progress(
    repairs.reduce((sum, { repair }) => sum + repair.tiles, 0),
    options,
  );
  const patches: Patch[] = [];
  for (const { cluster, mask, repair, window } of repairs) {
    stopIfCancelled(options.signal);
    const pixels = window ?? rgbPlanes(picture, cluster.window);
    const { result, weights } = await repair.run(pixels, mask, (count) => progress.tileDone(count));
    const patch = makePatch(result, weights, cluster.window, picture.depth);
    if (patch !== undefined) patches.push(patch);
  }
  return { patches, regions };
}

function inWindow({ regions, damage, window }: Cluster): Damage {
  if (damage.kind !== 'mosaic') return damage;
  const { rect } = regions[0];
  return moveGrid(damage.grid, rect.x - window.x, rect.y - window.y);
}
