import { blockAxis } from '../classical/mosaic.ts';
import { luma } from '../pixels/luma.ts';
import type { Planes } from '../pixels/planes.ts';
import { type Comb, pitchesFor, searchCombs, type ToothWidth } from './comb.ts';
import { fitTeeth, settleTeeth, type TeethFit } from './comb-fit.ts';
import type { MosaicGrid } from './kinds.ts';
import { type StepProfile, stepProfile } from './profile.ts';

/** A grid that might lie over a region, and how well the picture agrees. */
export interface GridMatch {
  readonly grid: MosaicGrid;
  /** Mean correlation of the steps with the grid's lines, -1..1. */
  readonly score: number;
  /** Slope within blocks over change between blocks: 0 for a mosaic, about 1 for a photo, blurred or not. */
  readonly slope: number;
  readonly edges: ToothWidth;
}

/** What two pitches that differ must gain over one square pitch: nearly all mosaics are square. */
const squareBonus = 0.12;
/** Mean change from block to block below which a region is simply flat. */
const leastChange = 0.002;

/** The best grid in the region `inside` [1, H, W]; undefined where it is too small or has no steps at all. */
export function matchGrid(window: Planes, inside: Planes): GridMatch | undefined {
  const grey = luma(window);
  let best: GridMatch | undefined;
  for (const edges of ['sharp', 'soft'] as const) {
    const match = matchWith(grey, inside, edges);
    if (match !== undefined && (best === undefined || quality(match) > quality(best))) best = match;
  }
  return best;
}

function quality(match: GridMatch): number {
  return match.score - match.slope;
}

function matchWith(grey: Planes, inside: Planes, edges: ToothWidth): GridMatch | undefined {
  const columns = stepProfile(grey, inside, 'across');
  const rows = stepProfile(grey, inside, 'down');
  const pitches = pitchesFor(Math.min(columns.to - columns.from, rows.to - rows.from), edges);
  if (pitches.length === 0) return undefined;
  const across = searchCombs(columns, edges, pitches);
  const down = searchCombs(rows, edges, pitches);
  const at = (acrossIndex: number, downIndex: number, shape: Shape) =>
    gridAt(grey, inside, settle(columns, across[acrossIndex], rows, down[downIndex], shape), edges);
  const common = bestOf(pitches.length, (k) => across[k].score + down[k].score);
  const asSquare = at(common, common, 'square');
  const acrossAlone = bestOf(pitches.length, (k) => across[k].score);
  const downAlone = bestOf(pitches.length, (k) => down[k].score);
  const apart = at(acrossAlone, downAlone, 'any');
  return quality(apart) > quality(asSquare) + squareBonus ? apart : asSquare;
}

function bestOf(count: number, score: (index: number) => number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (score(k) > score(best)) best = k;
  return best;
}

interface Settled {
  readonly grid: MosaicGrid;
  readonly score: number;
}

type Shape = 'square' | 'any';

/** Measures pitches and offsets to a fraction of a pixel, with one pitch for both axes where that fits. */
function settle(columns: StepProfile, across: Comb, rows: StepProfile, down: Comb, shape: Shape): Settled {
  let x = fitTeeth(columns, across);
  let y = fitTeeth(rows, down);
  if (shape === 'square' || Math.abs(x.pitch - y.pitch) < x.pitchError + y.pitchError) {
    const pitch =
      (x.pitch * y.pitchError ** 2 + y.pitch * x.pitchError ** 2) / (x.pitchError ** 2 + y.pitchError ** 2);
    x = withPitch(x, pitch);
    y = withPitch(y, pitch);
  }
  const settledX = settleTeeth(x);
  const settledY = settleTeeth(y);
  return {
    grid: {
      pitchX: settledX.pitch,
      pitchY: settledY.pitch,
      offsetX: settledX.offset,
      offsetY: settledY.offset,
    },
    score: 0.5 * (across.score + down.score),
  };
}

function withPitch(fit: TeethFit, pitch: number): TeethFit {
  return { ...fit, pitch };
}

function gridAt(grey: Planes, inside: Planes, settled: Settled, edges: ToothWidth): GridMatch {
  return {
    ...settled,
    slope: slopeWithinBlocks(grey, inside, settled.grid, edges === 'soft' ? 1 : 0),
    edges,
  };
}

/**
 * Compares the halves of each block with each other and the blocks with their neighbours. In a mosaic the
 * halves are equal up to noise, whatever JPEG did; in a photo they differ as much as the blocks do.
 */
function slopeWithinBlocks(grey: Planes, inside: Planes, grid: MosaicGrid, marginPx: number): number {
  const across = blockAxis(grey.width, grid.pitchX, grid.offsetX).edges;
  const down = blockAxis(grey.height, grid.pitchY, grid.offsetY).edges;
  let within = 0;
  let between = 0;
  let pairs = 0;
  for (let j = 0; j + 1 < down.length; j++) {
    let leftMean = Number.NaN;
    for (let i = 0; i + 1 < across.length; i++) {
      const block = halves(grey, inside, [across[i], across[i + 1]], [down[j], down[j + 1]], marginPx);
      const mean = block.mean;
      // NaN marks a block that is not whole inside the region.
      if (Number.isNaN(mean)) {
        leftMean = Number.NaN;
        continue;
      }
      if (!Number.isNaN(leftMean)) {
        between += Math.abs(mean - leftMean);
        within += block.slope;
        pairs++;
      }
      leftMean = mean;
    }
  }
  return between > leastChange * pairs ? within / between : 1;
}

type Span = readonly [from: number, to: number];

/** Mean of a block and twice the difference of its left and right halves (or upper and lower, if larger). */
function halves(
  grey: Planes,
  inside: Planes,
  x: Span,
  y: Span,
  marginPx: number,
): { mean: number; slope: number } {
  const marginX = x[1] - x[0] > 2 * marginPx + 1 ? marginPx : 0;
  const marginY = y[1] - y[0] > 2 * marginPx + 1 ? marginPx : 0;
  const middleX = 0.5 * (x[0] + x[1] - 1);
  const middleY = 0.5 * (y[0] + y[1] - 1);
  let sum = 0;
  let momentX = 0;
  let momentY = 0;
  let extentX = 0;
  let extentY = 0;
  let count = 0;
  for (let row = y[0] + marginY; row < y[1] - marginY; row++) {
    for (let column = x[0] + marginX; column < x[1] - marginX; column++) {
      const at = row * grey.width + column;
      if (!(inside.data[at] > 0.5)) return { mean: Number.NaN, slope: 0 };
      const value = grey.data[at];
      const dx = Math.sign(column - middleX);
      const dy = Math.sign(row - middleY);
      sum += value;
      momentX += dx * value;
      momentY += dy * value;
      extentX += dx * dx;
      extentY += dy * dy;
      count++;
    }
  }
  const slopeX = extentX > 0 ? (4 * Math.abs(momentX)) / extentX : 0;
  const slopeY = extentY > 0 ? (4 * Math.abs(momentY)) / extentY : 0;
  return { mean: sum / count, slope: 0.5 * (slopeX + slopeY) };
}
