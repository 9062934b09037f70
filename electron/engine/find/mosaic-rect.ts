import { blockAxis } from '../classical/mosaic.ts';
import type { MosaicGrid } from '../damage/kinds.ts';
import { luma } from '../pixels/luma.ts';
import type { Planes, Rect } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { growRect } from '../pixels/rects.ts';

/** A mosaic has at least so many squares, and in each direction. */
export const leastBlocks = 12;
export const leastBlocksAcross = 3;
/** Squares vary by no more than this (standard deviation of luma), or this many times as much as the seed's. */
const surelyFlat = 1.5 / 255;
const roughness = 2.5;
/** A row of squares belongs to the mosaic where this many more show the grid than break it. */
const leastBalance = 0.3;

/** A picture's grid with offsets from a region's corner, in [0, pitch). */
export function toRegion(grid: MosaicGrid, rect: Rect): MosaicGrid {
  const wrap = (value: number, pitch: number) => ((value % pitch) + pitch) % pitch;
  return {
    ...grid,
    offsetX: wrap(grid.offsetX - rect.x, grid.pitchX),
    offsetY: wrap(grid.offsetY - rect.y, grid.pitchY),
  };
}

/** How a square takes part: it shows the grid (1), breaks it (-1), or is even, like its neighbours (0). */
type Vote = -1 | 0 | 1;

/** The rectangle of squares around a window that hold the grid; undefined where the window's own do not. */
export function mosaicRect(
  picture: Raster,
  window: Rect,
  grid: MosaicGrid,
  isSoft: boolean,
): Rect | undefined {
  const reachPx = Math.ceil(12 * Math.max(grid.pitchX, grid.pitchY));
  let box = window;
  for (;;) {
    const around = growRect(box, reachPx, picture.width, picture.height);
    const votes = castVotes(luma(rgbPlanes(picture, around)), toRegion(grid, around), isSoft);
    const grown = growBlocks(votes, { ...box, x: box.x - around.x, y: box.y - around.y });
    if (grown === undefined) return undefined;
    const rect = { ...grown, x: grown.x + around.x, y: grown.y + around.y };
    const touches =
      (rect.x <= around.x && around.x > 0) ||
      (rect.y <= around.y && around.y > 0) ||
      (rect.x + rect.width >= around.x + around.width && around.x + around.width < picture.width) ||
      (rect.y + rect.height >= around.y + around.height && around.y + around.height < picture.height);
    if (!touches || area(rect) <= area(box)) return rect;
    box = rect;
  }
}

function area(rect: Rect): number {
  return rect.width * rect.height;
}

interface Votes {
  readonly across: Int32Array;
  readonly down: Int32Array;
  readonly columns: number;
  readonly rows: number;
  readonly votes: Int8Array;
  readonly means: Float32Array;
}

/** The part of a mosaic's squares that must show the grid by themselves: flat drawings do so at few. */
const leastShowing = 0.5;

function castVotes(grey: Planes, grid: MosaicGrid, isSoft: boolean): Votes {
  const across = blockAxis(grey.width, grid.pitchX, grid.offsetX).edges;
  const down = blockAxis(grey.height, grid.pitchY, grid.offsetY).edges;
  const columns = across.length - 1;
  const rows = down.length - 1;
  const margin = isSoft ? 1 : 0;
  const means = new Float32Array(columns * rows);
  const deviations = new Float32Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const [mean, deviation] = blockStatistics(
        grey,
        [across[i], across[i + 1]],
        [down[j], down[j + 1]],
        margin,
      );
      means[j * columns + i] = mean;
      deviations[j * columns + i] = deviation;
    }
  }
  const sorted = deviations.slice().sort();
  const limit = Math.max(surelyFlat, roughness * sorted[sorted.length >> 3]);
  const votes = new Int8Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i;
      let difference = 0;
      if (i > 0) difference = Math.max(difference, Math.abs(means[at] - means[at - 1]));
      if (i < columns - 1) difference = Math.max(difference, Math.abs(means[at] - means[at + 1]));
      if (j > 0) difference = Math.max(difference, Math.abs(means[at] - means[at - columns]));
      if (j < rows - 1) difference = Math.max(difference, Math.abs(means[at] - means[at + columns]));
      votes[at] = vote(deviations[at], difference, limit);
    }
  }
  return { across, down, columns, rows, votes, means };
}

function vote(deviation: number, difference: number, limit: number): Vote {
  if (deviation > limit) return -1;
  // A slope of the photo changes as much within a square as from one to the next.
  return difference > Math.max(4 * deviation, 1 / 255) ? 1 : 0;
}

type Span = readonly [from: number, to: number];

function blockStatistics(grey: Planes, x: Span, y: Span, margin: number): [mean: number, deviation: number] {
  const marginX = x[1] - x[0] > 2 * margin + 1 ? margin : 0;
  const marginY = y[1] - y[0] > 2 * margin + 1 ? margin : 0;
  let [count, sum, squares] = [0, 0, 0];
  for (let row = y[0] + marginY; row < y[1] - marginY; row++) {
    for (let at = row * grey.width + x[0] + marginX; at < row * grey.width + x[1] - marginX; at++) {
      const value = grey.data[at];
      count++;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / Math.max(1, count);
  return [mean, Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean))];
}

/** Part of the pairs of squares along a line of the grid that differ, and of the lines where that is so. */
const leastPairs = 0.3;
const leastLines = 0.75;

/** Whether there are steps at most lines of the grid within a box of squares, not only around a blot in it. */
function linesShow(
  { columns, means }: Votes,
  left: number,
  right: number,
  top: number,
  bottom: number,
): boolean {
  const differ = (a: number, b: number) => (Math.abs(means[a] - means[b]) > 1 / 255 ? 1 : 0);
  let lines = 0;
  for (let i = left + 1; i < right; i++) {
    let pairs = 0;
    for (let j = top; j < bottom; j++) pairs += differ(j * columns + i, j * columns + i - 1);
    if (pairs >= leastPairs * (bottom - top)) lines++;
  }
  for (let j = top + 1; j < bottom; j++) {
    let pairs = 0;
    for (let i = left; i < right; i++) pairs += differ(j * columns + i, (j - 1) * columns + i);
    if (pairs >= leastPairs * (right - left)) lines++;
  }
  return lines >= leastLines * (right - left + bottom - top - 2);
}

/**
 * Starts from the squares around the middle of `box` where most show the grid, and adds rows and columns of squares as
 * long as those show it too.
 */
function growBlocks(squares: Votes, box: Rect): Rect | undefined {
  const { across, down, columns, rows, votes } = squares;
  let [left, right] = blockRange(across, columns, box.x, box.x + box.width);
  let [top, bottom] = blockRange(down, rows, box.y, box.y + box.height);
  const balance = (x0: number, x1: number, y0: number, y1: number) => {
    let sum = 0;
    for (let j = y0; j < y1; j++) for (let i = x0; i < x1; i++) sum += votes[j * columns + i];
    return sum / Math.max(1, (x1 - x0) * (y1 - y0));
  };
  // What is no mosaic in the window is cut off first, the worst side at a time.
  for (;;) {
    if (right - left < leastBlocksAcross || bottom - top < leastBlocksAcross) return undefined;
    const sides = [
      balance(left, left + 1, top, bottom),
      balance(right - 1, right, top, bottom),
      balance(left, right, top, top + 1),
      balance(left, right, bottom - 1, bottom),
    ];
    const worst = sides.indexOf(Math.min(...sides));
    if (sides[worst] >= leastBalance) break;
    if (worst === 0) left++;
    else if (worst === 1) right--;
    else if (worst === 2) top++;
    else bottom--;
  }
  for (let grew = true; grew; ) {
    grew = false;
    if (left > 0 && balance(left - 1, left, top, bottom) >= leastBalance) [left, grew] = [left - 1, true];
    if (right < columns && balance(right, right + 1, top, bottom) >= leastBalance)
      [right, grew] = [right + 1, true];
    if (top > 0 && balance(left, right, top - 1, top) >= leastBalance) [top, grew] = [top - 1, true];
    if (bottom < rows && balance(left, right, bottom, bottom + 1) >= leastBalance)
      [bottom, grew] = [bottom + 1, true];
  }
  let showing = 0;
  for (let j = top; j < bottom; j++) {
    for (let i = left; i < right; i++) if (votes[j * columns + i] === 1) showing++;
  }
  if (showing < Math.max(leastBlocks, leastShowing * (right - left) * (bottom - top))) return undefined;
  if (!linesShow(squares, left, right, top, bottom)) return undefined;
  return {
    x: across[left],
    y: down[top],
    width: across[right] - across[left],
    height: down[bottom] - down[top],
  };
}

function blockRange(
  edges: Int32Array,
  count: number,
  from: number,
  to: number,
): [first: number, end: number] {
  let first = 0;
  while (first < count - 1 && edges[first] < from) first++;
  let end = count;
  while (end > first + 1 && edges[end] > to) end--;
  return [first, end];
}
