import { blockAxis } from '../classical/mosaic.ts';
import { lumaOf } from '../pixels/luma.ts';
import type { Planes } from '../pixels/planes.ts';
import type { MosaicGrid } from './kinds.ts';

/** Blocks that vary less than this (standard deviation of luma) count as flat, whatever the others do. */
const surelyFlat = 2.5 / 255;
/** JPEG roughens the blocks of a mosaic alike: one this many times as rough as those of the flattest quarter is photo. */
const roughness = 3;
/** A rough block among so many flat neighbours is part of the mosaic all the same: writing, a speck of noise. */
const flatNeighbours = 5;

/**
 * The part of a region that really is a mosaic: people draw rectangles larger than the damage, and what is sound in
 * them shall stay as it is. Blocks of the grid are kept where they are flat.
 * @param window [3, H, W]; `inside` [1, H, W], 0..1; the grid counts from the window's corner
 * @returns the mask without the blocks that are photo; the whole mask where hardly any block is flat
 */
export function mosaicExtent(window: Planes, inside: Planes, grid: MosaicGrid): Planes {
  const { width, height } = window;
  const across = blockAxis(width, grid.pitchX, grid.offsetX).edges;
  const down = blockAxis(height, grid.pitchY, grid.offsetY).edges;
  const columns = across.length - 1;
  const rows = down.length - 1;
  const deviations = blockDeviations(window, inside, across, down);
  const judged = deviations.filter((value) => !Number.isNaN(value)).sort();
  const limit = Math.max(surelyFlat, roughness * (judged[judged.length >> 2] ?? 0));
  const flat = Uint8Array.from(deviations, (value) => (value <= limit ? 1 : 0));
  const sound: (readonly [column: number, row: number])[] = [];
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i;
      if (flat[at] === 1 || Number.isNaN(deviations[at])) continue;
      if (countNeighbours(flat, i, j, columns, rows) < flatNeighbours) sound.push([i, j]);
    }
  }
  if (sound.length === 0 || sound.length > 0.75 * judged.length) return inside;
  const out: Planes = { ...inside, data: inside.data.slice() };
  for (const [i, j] of sound) {
    for (let y = down[j]; y < down[j + 1]; y++) {
      out.data.fill(0, y * width + across[i], y * width + across[i + 1]);
    }
  }
  return out;
}

/** Adds one row of pixels to the sums of its blocks. Called often, it is compiled sooner than a long loop. */
function addRow(
  data: Float32Array,
  size: number,
  inside: Float32Array,
  row: number,
  across: Int32Array,
  counts: Float64Array,
  sums: Float64Array,
  squares: Float64Array,
  firstBlock: number,
): void {
  for (let i = 0; i + 1 < across.length; i++) {
    let count = 0;
    let sum = 0;
    let square = 0;
    const end = row + across[i + 1];
    for (let at = row + across[i]; at < end; at++) {
      if (inside[at] <= 0) continue;
      const value = lumaOf(data[at], data[size + at], data[2 * size + at]);
      count++;
      sum += value;
      square += value * value;
    }
    counts[firstBlock + i] += count;
    sums[firstBlock + i] += sum;
    squares[firstBlock + i] += square;
  }
}

/** Standard deviations of the brightness of the pixels of each block that lie inside; NaN where none does. */
function blockDeviations(
  { width, height, data }: Planes,
  inside: Planes,
  across: Int32Array,
  down: Int32Array,
): Float32Array {
  const columns = across.length - 1;
  const rows = down.length - 1;
  const size = width * height;
  const counts = new Float64Array(columns * rows);
  const sums = new Float64Array(columns * rows);
  const squares = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let y = down[j]; y < down[j + 1]; y++) {
      addRow(data, size, inside.data, y * width, across, counts, sums, squares, j * columns);
    }
  }
  return Float32Array.from(counts, (count, k) =>
    count === 0 ? Number.NaN : Math.sqrt(Math.max(0, squares[k] / count - (sums[k] / count) ** 2)),
  );
}

function countNeighbours(flat: Uint8Array, i: number, j: number, columns: number, rows: number): number {
  let count = 0;
  for (let v = Math.max(0, j - 1); v <= Math.min(rows - 1, j + 1); v++) {
    for (let u = Math.max(0, i - 1); u <= Math.min(columns - 1, i + 1); u++) count += flat[v * columns + u];
  }
  return count;
}
