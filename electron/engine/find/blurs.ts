import { matchBlur } from '../damage/blur-strength.ts';
import { luma } from '../pixels/luma.ts';
import type { Rect } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { growRect, rectsOverlap } from '../pixels/rects.ts';
import type { TileSteps } from './damage-map.ts';
import type { FoundRegion } from './found.ts';
import { AreaSums, maximalRectangles } from './rectangles.ts';

/** Cells whose fine detail is measured, in pixels. */
const cellPx = 8;
/** Rows of cells that are measured in one step. */
const rowsPerStep = 16;
/**
 * Mean absolute fourth difference of luma that rounding to 8 bit leaves: of a third of a level in each channel, times
 * the root of the sum of squares of 1, -4, 6, -4, 1. Hardly anything else is left by a blur, edges neither.
 */
const roundingDetail = 0.0051;
/** A blurred cell has at most so many times that detail; the photo itself at least so many. */
const mostSmooth = 1.6;
const leastSharp = 2.4;
/** The part of each border, and of all borders, beyond which the photo must be sharp. */
const leastSharpSide = 0.4;
const leastSharpAround = 0.65;
const leastCells = 5;
const leastSigmaPx = 1.5;
const leastEvidence = 60;
const greatestJudgedPx = 512;
/** So many rectangles are judged at most, the largest first. */
const mostJudged = 12;

/** Rectangles that someone blurred: see {@link planBlurSearch}. */
export interface BlurSearch {
  readonly steps: TileSteps;
  result(): FoundRegion[];
}

/**
 * Searches for rectangles without any of the finest detail (noise, grain) that lies around them, with straight borders
 * at which it ends at once, and whose spectrum is that of a blur. A background out of focus has the sensor's noise;
 * photos without noise and detail hide a blur from this search.
 */
export function planBlurSearch(picture: Raster): BlurSearch {
  const columns = Math.floor(picture.width / cellPx);
  const rows = Math.floor(picture.height / cellPx);
  const detail = new Float32Array(columns * rows);
  return {
    steps: {
      tiles: Math.ceil(rows / rowsPerStep),
      run: async (index) => {
        const top = index * rowsPerStep;
        measureRows(picture, detail, columns, top, Math.min(rows, top + rowsPerStep));
      },
    },
    result: () => settle(picture, { columns, rows, detail }),
  };
}

interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Mean absolute fourth difference of luma, across and down. */
  readonly detail: Float32Array;
}

function measureRows(
  picture: Raster,
  detail: Float32Array,
  columns: number,
  top: number,
  bottom: number,
): void {
  const band = growRect(
    { x: 0, y: top * cellPx, width: columns * cellPx, height: (bottom - top) * cellPx },
    2,
    picture.width,
    picture.height,
  );
  const { width, height, data } = luma(rgbPlanes(picture, band));
  for (let y = 2; y < height - 2; y++) {
    const row = Math.floor((y + band.y) / cellPx);
    if (row < top || row >= bottom) continue;
    for (let x = 2; x < width - 2; x++) {
      const column = Math.floor((x + band.x) / cellPx);
      if (column >= columns) continue;
      const at = y * width + x;
      const both = fourthDifference(data, at, 1) + fourthDifference(data, at, width);
      detail[row * columns + column] += both / (2 * cellPx * cellPx);
    }
  }
}

/** Absolute fourth difference of the samples around one, `step` apart. */
function fourthDifference(data: Float32Array, at: number, step: number): number {
  const near = data[at - step] + data[at + step];
  return Math.abs(6 * data[at] - 4 * near + data[at - 2 * step] + data[at + 2 * step]);
}

function settle(picture: Raster, { columns, rows, detail }: Cells): FoundRegion[] {
  if (columns < leastCells || rows < leastCells) return [];
  const smooth = withoutSpecks(
    Uint8Array.from(detail, (value) => (value <= mostSmooth * roundingDetail ? 1 : 0)),
    columns,
    rows,
  );
  const sharp = new AreaSums(
    Uint8Array.from(detail, (value) => (value >= leastSharp * roundingDetail ? 1 : 0)),
    columns,
    rows,
  );
  const boxes = maximalRectangles(smooth, columns, rows, leastCells)
    .filter((box) => isBordered(sharp, box))
    .sort((a, b) => b.width * b.height - a.width * a.height);
  const found: FoundRegion[] = [];
  let judged = 0;
  for (const box of boxes) {
    if (judged === mostJudged) break;
    if (found.some(({ rect }) => rectsOverlap(rect, inPixels(box)))) continue;
    judged++;
    const region = judgeBox(picture, box);
    if (region !== undefined) found.push(region);
  }
  return found;
}

/** Fills cells whose neighbours are nearly all smooth: a hard edge of the photo shows through a weak blur. */
function withoutSpecks(smooth: Uint8Array, columns: number, rows: number): Uint8Array {
  const out = smooth.slice();
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < columns - 1; x++) {
      let around = 0;
      for (let v = y - 1; v <= y + 1; v++)
        for (let u = x - 1; u <= x + 1; u++) around += smooth[v * columns + u];
      if (around >= 6) out[y * columns + x] = 1;
    }
  }
  return out;
}

/** Whether the photo is sharp right outside each border that is not the picture's own. */
function isBordered(sharp: AreaSums, { x, y, width, height }: Rect): boolean {
  // The cell at the border is half blurred: the one beyond it counts.
  const sides: Rect[] = [
    { x: x - 2, y, width: 1, height },
    { x: x + width + 1, y, width: 1, height },
    { x, y: y - 2, width, height: 1 },
    { x, y: y + height + 1, width, height: 1 },
  ];
  let cells = 0;
  let sharpCells = 0;
  let free = 0;
  for (const side of sides) {
    if (side.x < 0 || side.y < 0 || side.x >= sharp.columns || side.y >= sharp.rows) continue;
    const count = sharp.within(side);
    if (count < leastSharpSide * side.width * side.height) return false;
    free++;
    cells += side.width * side.height;
    sharpCells += count;
  }
  return free >= 2 && sharpCells >= leastSharpAround * cells;
}

function inPixels({ x, y, width, height }: Rect): Rect {
  return { x: x * cellPx, y: y * cellPx, width: width * cellPx, height: height * cellPx };
}

function judgeBox(picture: Raster, cells: Rect): FoundRegion | undefined {
  const box = inPixels(cells);
  const judged = {
    x: box.x + Math.max(0, (box.width - greatestJudgedPx) >> 1),
    y: box.y + Math.max(0, (box.height - greatestJudgedPx) >> 1),
    width: Math.min(box.width, greatestJudgedPx),
    height: Math.min(box.height, greatestJudgedPx),
  };
  const match = matchBlur(luma(rgbPlanes(picture, judged)));
  if (match === undefined || match.sigmaPx < leastSigmaPx || match.evidence < leastEvidence) return undefined;
  const rect = sharpenBorders(picture, box);
  const confidence = match.evidence / (match.evidence + leastEvidence / 2);
  return { kind: 'blur', rect, damage: { kind: 'blur', sigmaPx: match.sigmaPx }, confidence };
}

/** Moves each border of a box that is right to a cell to the pixel where detail ends. */
function sharpenBorders(picture: Raster, box: Rect): Rect {
  const around = growRect(box, 2 * cellPx, picture.width, picture.height);
  const { width, height, data } = luma(rgbPlanes(picture, around));
  const columns = new Float64Array(width);
  const rows = new Float64Array(height);
  const inside = (value: number, from: number, length: number) =>
    value >= from + cellPx && value < from + length - cellPx;
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x;
      const detail = fourthDifference(data, at, 1) + fourthDifference(data, at, width);
      if (inside(y + around.y, box.y, box.height)) columns[x] += detail;
      if (inside(x + around.x, box.x, box.width)) rows[y] += detail;
    }
  }
  const [left, right] = ends(columns, box.x - around.x, box.width);
  const [top, bottom] = ends(rows, box.y - around.y, box.height);
  return { x: around.x + left, y: around.y + top, width: right - left, height: bottom - top };
}

/** First and one past the last line that has as little of the finest detail as the lines within. */
function ends(detail: Float64Array, from: number, length: number): [first: number, end: number] {
  const sorted = detail.slice(from + cellPx, from + length - cellPx).sort();
  const limit = 1.8 * sorted[sorted.length >> 1];
  let first = from + cellPx;
  let end = from + length - cellPx;
  while (first > 2 && detail[first - 1] <= limit) first--;
  while (end < detail.length - 2 && detail[end] <= limit) end++;
  if (first === 2) first = 0;
  if (end === detail.length - 2) end = detail.length;
  return [first, end];
}
