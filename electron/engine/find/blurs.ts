import { matchBlur } from '../damage/blur-strength.ts';
import { luma } from '../pixels/luma.ts';
import type { Rect } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { growRect } from '../region/region.ts';
import type { TileSteps } from './damage-map.ts';
import type { FoundRegion } from './found.ts';

/** Cells whose fine detail is measured, in pixels. */
const cellPx = 8;
/** Rows of cells that are measured in one step. */
const rowsPerStep = 16;
/** A blurred cell has at most this part of the photo's usual fine detail, ... */
const smoothShare = 0.3;
/** ... and detail next to it, across the border, is at least this many times as strong. */
const leastContrast = 3;
/** The part of a border that must show it, and the part of the rectangle that must be smooth. */
const leastBorder = 0.8;
const leastSolid = 0.93;
const leastCells = 5;
/** Rounding to 8 bit leaves this much detail everywhere (mean absolute Laplacian). */
const roundingFloor = 1 / 255;
const leastSigmaPx = 1;
const leastEvidence = 60;
const greatestJudgedPx = 512;

/** Rectangles that someone blurred: see {@link planBlurSearch}. */
export interface BlurSearch {
  readonly steps: TileSteps;
  result(): FoundRegion[];
}

/**
 * Searches for rectangles that are smoother than what lies around them, with straight borders at which detail ends at
 * once, and whose spectrum is that of a blur. A background out of focus has no straight borders; photos without noise
 * and detail hide a blur from this search.
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
  /** Mean absolute Laplacian of luma. */
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
    1,
    picture.width,
    picture.height,
  );
  const { width, height, data } = luma(rgbPlanes(picture, band));
  for (let y = 1; y < height - 1; y++) {
    const row = Math.floor((y + band.y) / cellPx);
    if (row < top || row >= bottom) continue;
    for (let x = 1; x < width - 1; x++) {
      const column = Math.floor((x + band.x) / cellPx);
      if (column >= columns) continue;
      const at = y * width + x;
      const laplacian = 4 * data[at] - data[at - 1] - data[at + 1] - data[at - width] - data[at + width];
      detail[row * columns + column] += Math.abs(laplacian) / (cellPx * cellPx);
    }
  }
}

function settle(picture: Raster, cells: Cells): FoundRegion[] {
  const { columns, rows, detail } = cells;
  if (columns < leastCells || rows < leastCells) return [];
  const sorted = detail.slice().sort();
  const usual = sorted[sorted.length >> 1];
  const limit = Math.max(roundingFloor, smoothShare * usual);
  // Where most of the photo is smooth, smoothness says nothing.
  if (usual < 2 * roundingFloor) return [];
  const smooth = Uint8Array.from(detail, (value) => (value <= limit ? 1 : 0));
  const found: FoundRegion[] = [];
  for (const box of solidBoxes(smooth, columns, rows)) {
    if (!hasHardBorder(cells, box)) continue;
    const region = judgeBox(picture, box);
    if (region !== undefined) found.push(region);
  }
  return found;
}

/** Bounds, in cells, of connected smooth areas that fill their bounds nearly wholly. */
function solidBoxes(smooth: Uint8Array, columns: number, rows: number): Rect[] {
  const seen = new Uint8Array(smooth.length);
  const boxes: Rect[] = [];
  for (let seed = 0; seed < smooth.length; seed++) {
    if (smooth[seed] === 0 || seen[seed] === 1) continue;
    const area = [seed];
    seen[seed] = 1;
    let [left, right, top, bottom] = [columns, 0, rows, 0];
    for (let next = 0; next < area.length; next++) {
      const y = Math.floor(area[next] / columns);
      const x = area[next] - y * columns;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      const reach = (to: number) => {
        if (smooth[to] === 0 || seen[to] === 1) return;
        seen[to] = 1;
        area.push(to);
      };
      if (x > 0) reach(area[next] - 1);
      if (x < columns - 1) reach(area[next] + 1);
      if (y > 0) reach(area[next] - columns);
      if (y < rows - 1) reach(area[next] + columns);
    }
    const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
    if (Math.min(box.width, box.height) < leastCells) continue;
    if (area.length >= leastSolid * box.width * box.height) boxes.push(box);
  }
  return boxes;
}

/** Whether detail returns right outside each border that is not the picture's own. */
function hasHardBorder({ columns, rows, detail }: Cells, box: Rect): boolean {
  let free = 0;
  for (const side of ['left', 'right', 'top', 'bottom'] as const) {
    const isUpright = side === 'left' || side === 'right';
    const length = isUpright ? box.height : box.width;
    // The border's own cell is half blurred: compare with the one beyond it.
    const inner =
      side === 'left'
        ? box.x
        : side === 'right'
          ? box.x + box.width - 1
          : side === 'top'
            ? box.y
            : box.y + box.height - 1;
    const step = side === 'left' || side === 'top' ? -1 : 1;
    const outer = inner + 2 * step;
    if (outer < 0 || outer >= (isUpright ? columns : rows)) continue;
    free++;
    let hard = 0;
    for (let k = 0; k < length; k++) {
      const at = (across: number) =>
        isUpright ? (box.y + k) * columns + across : across * columns + box.x + k;
      if (detail[at(outer)] >= leastContrast * Math.max(detail[at(inner)], 0.25 / 255)) hard++;
    }
    if (hard < leastBorder * length) return false;
  }
  return free >= 2;
}

function judgeBox(picture: Raster, cells: Rect): FoundRegion | undefined {
  const box = {
    x: cells.x * cellPx,
    y: cells.y * cellPx,
    width: cells.width * cellPx,
    height: cells.height * cellPx,
  };
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
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const laplacian = Math.abs(
        4 * data[at] - data[at - 1] - data[at + 1] - data[at - width] - data[at + width],
      );
      if (inside(y + around.y, box.y, box.height)) columns[x] += laplacian;
      if (inside(x + around.x, box.x, box.width)) rows[y] += laplacian;
    }
  }
  const [left, right] = ends(columns, box.x - around.x, box.width);
  const [top, bottom] = ends(rows, box.y - around.y, box.height);
  return { x: around.x + left, y: around.y + top, width: right - left, height: bottom - top };
}

/** First and one past the last line that is as smooth as the lines within. */
function ends(detail: Float64Array, from: number, length: number): [first: number, end: number] {
  const sorted = detail.slice(from + cellPx, from + length - cellPx).sort();
  const limit = 1.8 * sorted[sorted.length >> 1];
  let first = from + cellPx;
  let end = from + length - cellPx;
  while (first > 1 && detail[first - 1] <= limit) first--;
  while (end < detail.length - 1 && detail[end] <= limit) end++;
  if (first === 1) first = 0;
  if (end === detail.length - 1) end = detail.length;
  return [first, end];
}
