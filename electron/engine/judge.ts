import { analyse, type DamageReport, isClearlyLikelier } from './damage/analyse.ts';
import type { Damage, MosaicGrid } from './damage/kinds.ts';
import { AppError } from './errors.ts';
import { maskBounds } from './pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from './pixels/planes.ts';
import { type Raster, rgbPlanes } from './pixels/raster.ts';
import { growRect } from './pixels/rects.ts';
import { marginPx } from './region/cluster.ts';
import { coverage, type Region } from './region/region.ts';

/** What is wrong with a region. */
export interface JudgedRegion {
  readonly region: Region;
  /** The damage that was assumed; undefined where the region was found to be sound and left alone. */
  readonly damage: Damage | undefined;
  readonly report: DamageReport | undefined;
}

/** What is wrong with a region: what the person says, or what analysis finds. */
export function judge(picture: Raster, region: Region): JudgedRegion {
  const { damage: choice } = region;
  if (typeof choice !== 'string') return { region, damage: choice, report: undefined };
  if (choice === 'stain' || choice === 'scratch' || choice === 'fill' || choice === 'colour') {
    return { region, damage: { kind: choice }, report: undefined };
  }
  const window = growRect(region.rect, marginPx(region.rect), picture.width, picture.height);
  const seen = look(rgbPlanes(picture, window), coverage([region], window), region.rect);
  const report = fromWindow(seen, window, region.rect);
  const found = choice === 'auto' ? report.damage : measured(report, choice);
  return { region, damage: found.kind === 'none' ? undefined : found, report };
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
  if (closer.damage.kind !== 'mosaic') return report;
  const isPainted = report.damage.kind === 'stain' || report.damage.kind === 'scratch';
  return isPainted && isClearlyLikelier(report, closer) ? report : closer;
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
export function moveGrid(grid: MosaicGrid, dx: number, dy: number): Damage {
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

/** A report whose grids count from the region's corner instead of the window's. */
function fromWindow(report: DamageReport, window: Rect, rect: Rect): DamageReport {
  const moved = <Found extends DamageReport['damage']>(damage: Found): Found | Damage =>
    damage.kind === 'mosaic' ? moveGrid(damage.grid, window.x - rect.x, window.y - rect.y) : damage;
  return {
    ...report,
    damage: moved(report.damage),
    candidates: report.candidates.map((candidate) => ({ ...candidate, damage: moved(candidate.damage) })),
  };
}
