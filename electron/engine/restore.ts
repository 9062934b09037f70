import { analyse, type DamageReport } from './damage/analyse.ts';
import type { Damage, MosaicGrid } from './damage/kinds.ts';
import { mosaicExtent } from './damage/mosaic-extent.ts';
import { AppError } from './errors.ts';
import { maskBounds } from './pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from './pixels/planes.ts';
import { type Raster, rgbPlanes } from './pixels/raster.ts';
import { type Cluster, clusterRegions, type DamagedRegion, marginPx } from './region/cluster.ts';
import { makePatch, type Patch } from './region/patch.ts';
import { clipRegion, coverage, growRect, type Region } from './region/region.ts';
import { planRepair, type Repair, type RepairTools } from './region/repair.ts';

/** How far a restoration has come. */
export interface RestoreProgress {
  readonly tilesDone: number;
  readonly tiles: number;
  /** Seconds left, from the tiles' own times; undefined until the first tile is done. */
  readonly secondsLeft: number | undefined;
}

export interface RestoreOptions extends RepairTools {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

/** What was done to a region. */
export interface RestoredRegion {
  readonly region: Region;
  /** The damage that was assumed; undefined where the region was found to be sound and left alone. */
  readonly damage: Damage | undefined;
  readonly report: DamageReport | undefined;
}

export interface Restoration {
  readonly patches: readonly Patch[];
  readonly regions: readonly RestoredRegion[];
}

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
  const clipped = regions.map((region) => clipRegion(region, picture.width, picture.height));
  const judged = clipped.map((region) => judge(picture, region));
  const damaged = judged.flatMap(({ region, damage, report }): DamagedRegion[] => {
    if (damage === undefined) return [];
    // Where analysis saw scratches there may be blots as well: only a person's word limits the repair to thin lines.
    const guessed = report !== undefined && damage.kind === 'scratch';
    return [{ ...region, damage: guessed ? { kind: 'stain' } : damage }];
  });
  const clusters = clusterRegions(damaged, picture.width, picture.height);
  const repairs: { cluster: Cluster; mask: Planes; repair: Repair }[] = [];
  for (const cluster of clusters) {
    stopIfCancelled(options.signal);
    const damage = inWindow(cluster);
    const drawn = coverage(cluster.regions, cluster.window);
    const mask =
      damage.kind === 'mosaic' ? mosaicExtent(rgbPlanes(picture, cluster.window), drawn, damage.grid) : drawn;
    repairs.push({ cluster, mask, repair: await planRepair(damage, mask, options) });
  }
  const progress = new Progress(
    repairs.reduce((sum, { repair }) => sum + repair.tiles, 0),
    options,
  );
  const patches: Patch[] = [];
  for (const { cluster, mask, repair } of repairs) {
    stopIfCancelled(options.signal);
    const window = rgbPlanes(picture, cluster.window);
    const { result, weights } = await repair.run(window, mask, () => progress.tileDone());
    const patch = makePatch(result, weights, cluster.window, picture.depth);
    if (patch !== undefined) patches.push(patch);
  }
  return { patches, regions: judged };
}

function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('restore/cancelled', 'The restoration was cancelled.');
}

/** Counts tiles, lets pending events (such as a cancel) be heard between them, and estimates the time left. */
class Progress {
  readonly #tiles: number;
  readonly #options: RestoreOptions;
  readonly #startedAt = performance.now();
  #done = 0;

  constructor(tiles: number, options: RestoreOptions) {
    this.#tiles = tiles;
    this.#options = options;
    options.onProgress?.({ tilesDone: 0, tiles, secondsLeft: undefined });
  }

  async tileDone(): Promise<void> {
    this.#done++;
    const perTile = (performance.now() - this.#startedAt) / this.#done / 1000;
    const secondsLeft = perTile * Math.max(0, this.#tiles - this.#done);
    this.#options.onProgress?.({
      tilesDone: this.#done,
      tiles: Math.max(this.#tiles, this.#done),
      secondsLeft,
    });
    await new Promise(setImmediate);
    stopIfCancelled(this.#options.signal);
  }
}

/** What is wrong with a region: what the person says, or what analysis finds. */
function judge(picture: Raster, region: Region): RestoredRegion {
  const { damage: choice } = region;
  if (typeof choice !== 'string') return { region, damage: choice, report: undefined };
  if (choice === 'stain' || choice === 'scratch' || choice === 'fill') {
    return { region, damage: { kind: choice }, report: undefined };
  }
  const window = growRect(region.rect, marginPx(region.rect), picture.width, picture.height);
  const report = look(rgbPlanes(picture, window), coverage([region], window), region.rect);
  const found = choice === 'auto' ? report.damage : measured(report, choice);
  if (found.kind === 'none') return { region, damage: undefined, report };
  return {
    region,
    damage: found.kind === 'mosaic' ? fromWindow(found.grid, window, region.rect) : found,
    report,
  };
}

/** A region's middle is judged by itself only where it is large enough to show a grid. */
const leastMiddlePx = 32;

/**
 * Analyses a region and, where no mosaic is found, its middle: around a mosaic people draw rectangles so generous that
 * the sound surroundings outweigh it.
 */
function look(window: Planes, inside: Planes, rect: Rect): DamageReport {
  const report = analyse(window, inside);
  if (report.damage.kind === 'mosaic' || Math.min(rect.width, rect.height) < 2 * leastMiddlePx) return report;
  const bounds = maskBounds(inside);
  if (bounds === undefined) return report;
  const middle = createPlanes(inside.width, inside.height, 1);
  for (let y = bounds.y + (bounds.height >> 2); y < bounds.y + bounds.height - (bounds.height >> 2); y++) {
    for (let x = bounds.x + (bounds.width >> 2); x < bounds.x + bounds.width - (bounds.width >> 2); x++) {
      middle.data[y * inside.width + x] = inside.data[y * inside.width + x];
    }
  }
  const closer = analyse(window, middle);
  return closer.damage.kind === 'mosaic' ? closer : report;
}

/** The measure of a damage whose kind the person named, however unsure analysis is of it. */
function measured(report: DamageReport, kind: 'blur' | 'mosaic'): Damage {
  const candidate = report.candidates.find(({ damage }) => damage.kind === kind);
  if (candidate !== undefined) return candidate.damage;
  throw new AppError('damage/not-measurable', `The region is too small or too even to measure a ${kind}.`, {
    hint: 'Draw a larger rectangle.',
    data: { kind },
  });
}

/** A grid's offsets moved from one origin to another, in [0, pitch). */
function moveGrid(grid: MosaicGrid, dx: number, dy: number): Damage {
  const wrap = (value: number, pitch: number) => ((value % pitch) + pitch) % pitch;
  return {
    kind: 'mosaic',
    grid: {
      ...grid,
      offsetX: wrap(grid.offsetX + dx, grid.pitchX),
      offsetY: wrap(grid.offsetY + dy, grid.pitchY),
    },
  };
}

function fromWindow(grid: MosaicGrid, window: Rect, rect: Rect): Damage {
  return moveGrid(grid, window.x - rect.x, window.y - rect.y);
}

function inWindow({ regions, damage, window }: Cluster): Damage {
  if (damage.kind !== 'mosaic') return damage;
  const { rect } = regions[0];
  return moveGrid(damage.grid, rect.x - window.x, rect.y - window.y);
}
