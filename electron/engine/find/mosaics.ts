import type { MosaicGrid } from '../damage/kinds.ts';
import { type GridMatch, matchGrid } from '../damage/mosaic-grid.ts';
import { stepProfile } from '../damage/profile.ts';
import { luma } from '../pixels/luma.ts';
import { createPlanes, type Rect } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { rectsOverlap } from '../pixels/rects.ts';
import type { TileSteps } from './damage-map.ts';
import type { FoundRegion } from './found.ts';
import { leastBlocks, leastBlocksAcross, mosaicRect, toRegion } from './mosaic-rect.ts';

/** Windows that are searched for grids, in pixels: small ones for small squares, wide ones for large ones. */
const windowSides = [48, 64, 96, 192] as const;
/** A window may show a grid only where the mean step from pixel to pixel is this much above the usual one. */
const leastPeakiness = 1.35;
/** Correlation less slope of a grid worth following; below, photos of fences, tiles and windows come in. */
const leastQuality = 0.45;
/** Windows that lie partly beside the mosaic show it less clearly. */
const leastSeedQuality = 0.2;
/** Squares of the size and at the places of JPEG's own blocks must be plainer: strong compression draws them too. */
const leastQualityOnJpegGrid = 0.75;
/** Squares may be so much wider than high: a photo that was resized unevenly. */
const mostOblong = 0.15;
const greatestGrownPx = 640;

interface Seed {
  readonly window: Rect;
  readonly match: GridMatch;
}

/** Mosaics that may lie anywhere in a picture. */
export interface MosaicSearch {
  readonly steps: TileSteps;
  /** What was found, once all steps are done. */
  result(): FoundRegion[];
}

/** Searches a picture for mosaics: windows that show a grid, then how far each grid reaches. */
export function planMosaicSearch(picture: Raster): MosaicSearch {
  const rows = windowSides.flatMap((side) =>
    starts(picture.height, side).map((y) => ({ side: Math.min(side, picture.width, picture.height), y })),
  );
  const seeds: Seed[] = [];
  return {
    steps: {
      tiles: rows.length,
      run: async (index) => {
        const { side, y } = rows[index];
        for (const x of starts(picture.width, side)) {
          const window = { x, y, width: side, height: side };
          const match = look(picture, window);
          if (match !== undefined) seeds.push({ window, match });
        }
      },
    },
    result: () => settle(picture, seeds),
  };
}

/** Starts of windows that overlap by half. */
function starts(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((2 * (length - side)) / side) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}

function look(picture: Raster, window: Rect): GridMatch | undefined {
  const grey = luma(rgbPlanes(picture, window));
  const everywhere = createPlanes(window.width, window.height, 1);
  everywhere.data.fill(1);
  for (const axis of ['across', 'down'] as const) {
    if (peakiness(stepProfile(grey, everywhere, axis).steps) < leastPeakiness) return undefined;
  }
  const match = matchGrid(grey, everywhere);
  return match !== undefined && quality(match) >= leastSeedQuality ? match : undefined;
}

/** `grid` counts from the picture's corner. */
function isPlain(match: GridMatch, { pitchX, pitchY, offsetX, offsetY }: MosaicGrid): boolean {
  // A window's bars, steps of stairs, rows of houses: what repeats in photos has two pitches; mosaics hardly ever do.
  if (Math.abs(pitchX / pitchY - 1) > mostOblong) return false;
  const isJpegGrid = pitchX === 8 && pitchY === 8 && offsetX % 8 === 0 && offsetY % 8 === 0;
  return quality(match) >= (isJpegGrid ? leastQualityOnJpegGrid : leastQuality);
}

/** Mean over median of the steps: 1.0 to 1.3 in photos, more where steps come at intervals. */
function peakiness(steps: Float64Array): number {
  const sorted = steps.slice(1).sort();
  const mean = sorted.reduce((sum, step) => sum + step, 0) / sorted.length;
  return mean < 1e-4 ? 0 : mean / Math.max(1e-6, sorted[sorted.length >> 1]);
}

function settle(picture: Raster, seeds: readonly Seed[]): FoundRegion[] {
  const found: FoundRegion[] = [];
  const best = [...seeds].sort((a, b) => quality(b.match) - quality(a.match));
  for (const seed of best) {
    if (found.some(({ rect }) => covers(rect, seed.window))) continue;
    const region = follow(picture, seed);
    if (region !== undefined && !found.some(({ rect }) => rectsOverlap(rect, region.rect)))
      found.push(region);
  }
  return found;
}

function quality(match: GridMatch): number {
  return match.score - match.slope;
}

function covers(rect: Rect, window: Rect): boolean {
  const x = window.x + window.width / 2;
  const y = window.y + window.height / 2;
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

/** Grows a seed's window to the whole of its mosaic, measuring the grid again on the way. */
function follow(picture: Raster, { window, match }: Seed): FoundRegion | undefined {
  let grid = fromPicture(match.grid, window);
  let score = quality(match);
  let rect = mosaicRect(picture, window, grid, match.edges === 'soft');
  for (let round = 0; round < 2; round++) {
    if (rect === undefined) return undefined;
    const part = middle(rect, greatestGrownPx);
    const grey = luma(rgbPlanes(picture, part));
    const everywhere = createPlanes(part.width, part.height, 1);
    everywhere.data.fill(1);
    const again = matchGrid(grey, everywhere);
    if (again === undefined || !isPlain(again, fromPicture(again.grid, part))) return undefined;
    grid = fromPicture(again.grid, part);
    score = quality(again);
    rect = mosaicRect(picture, part, grid, again.edges === 'soft');
  }
  if (rect === undefined) return undefined;
  const across = rect.width / grid.pitchX;
  const down = rect.height / grid.pitchY;
  if (Math.min(across, down) < leastBlocksAcross || across * down < leastBlocks) return undefined;
  return {
    kind: 'mosaic',
    rect,
    damage: { kind: 'mosaic', grid: toRegion(grid, rect) },
    confidence: 1 / (1 + Math.exp((-2 * (score - leastQuality + 0.1)) / 0.15)),
  };
}

/** A window's grid with offsets from the picture's corner. */
function fromPicture(grid: MosaicGrid, window: Rect): MosaicGrid {
  return { ...grid, offsetX: grid.offsetX + window.x, offsetY: grid.offsetY + window.y };
}

function middle(rect: Rect, most: number): Rect {
  const width = Math.min(rect.width, most);
  const height = Math.min(rect.height, most);
  return {
    x: rect.x + ((rect.width - width) >> 1),
    y: rect.y + ((rect.height - height) >> 1),
    width,
    height,
  };
}
