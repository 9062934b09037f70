import { blockAxis } from '../classical/mosaic.ts';
import { luma } from '../pixels/luma.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
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
 * @param window [C, H, W]; `inside` [1, H, W], 0..1; the grid counts from the window's corner
 * @returns the mask without the blocks that are photo; the whole mask where hardly any block is flat
 */
export function mosaicExtent(window: Planes, inside: Planes, grid: MosaicGrid): Planes {
  const { width, height } = window;
  const across = blockAxis(width, grid.pitchX, grid.offsetX).edges;
  const down = blockAxis(height, grid.pitchY, grid.offsetY).edges;
  const columns = across.length - 1;
  const rows = down.length - 1;
  const deviations = new Float32Array(columns * rows).fill(Number.NaN);
  const grey = luma(window);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      deviations[j * columns + i] = deviation(grey, inside, across[i], across[i + 1], down[j], down[j + 1]);
    }
  }
  const judged = deviations.filter((value) => !Number.isNaN(value)).sort();
  const limit = Math.max(surelyFlat, roughness * (judged[judged.length >> 2] ?? 0));
  const flat = Uint8Array.from(deviations, (value) => (value <= limit ? 1 : 0));
  const out = createPlanes(width, height, 1);
  let kept = 0;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i;
      if (Number.isNaN(deviations[at])) continue;
      if (flat[at] === 0 && countNeighbours(flat, i, j, columns, rows) < flatNeighbours) continue;
      kept++;
      for (let y = down[j]; y < down[j + 1]; y++) {
        const from = y * width + across[i];
        out.data.set(inside.data.subarray(from, y * width + across[i + 1]), from);
      }
    }
  }
  return kept >= judged.length / 4 ? out : inside;
}

/** Standard deviation of the pixels of a block that lie inside; NaN where none does. */
function deviation(
  grey: Planes,
  inside: Planes,
  left: number,
  right: number,
  top: number,
  bottom: number,
): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = y * grey.width + x;
      if (inside.data[at] <= 0) continue;
      const value = grey.data[at];
      count++;
      sum += value;
      squares += value * value;
    }
  }
  if (count === 0) return Number.NaN;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

function countNeighbours(flat: Uint8Array, i: number, j: number, columns: number, rows: number): number {
  let count = 0;
  for (let v = Math.max(0, j - 1); v <= Math.min(rows - 1, j + 1); v++) {
    for (let u = Math.max(0, i - 1); u <= Math.min(columns - 1, i + 1); u++) count += flat[v * columns + u];
  }
  return count;
}
