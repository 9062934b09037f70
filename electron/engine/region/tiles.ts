import type { FindThresholds } from '../find/thresholds.ts';
import { crop } from '../pixels/crop.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';

/** What a network is given: all of one size; `start` is the classical estimate the result is built on. */
export interface NetworkInput {
  /** The damaged picture, RGB. */
  readonly window: Planes;
  readonly start: Planes;
  /** One channel, 0..1. */
  readonly mask: Planes;
  readonly blurSigmaPx: number;
  readonly mosaicPitchPx: number;
}

/** A network as the pipeline sees it: windows in, windows of the same size out. */
export interface Network {
  readonly id: string;
  /** Largest side of a tile that is run at once. */
  readonly tileSizePx: number;
  /** How far from a tile's cut edge results are still wrong. */
  readonly marginPx: number;
  /** Tiles start at multiples of this: a network that halves its resolution is not the same one pixel further. */
  readonly sizeMultiple: number;
  /** For networks that mark damage: what of it to believe in a whole photo. */
  readonly find?: FindThresholds;
  run(input: NetworkInput): Promise<Planes>;
  /** The first half of `run`, which needs no waiting, at once; what it gives is the second half. */
  prepare?(input: NetworkInput): () => Promise<Planes>;
}

/** A tile of a window: what is run, and the part of it that is kept. */
export interface Tile {
  readonly outer: Rect;
  readonly core: Rect;
}

/** How a network is tiled. */
export type Tiling = Pick<Network, 'tileSizePx' | 'marginPx' | 'sizeMultiple'>;

/**
 * Covers `box` with tiles of at most `tileSizePx`; each tile's outer rectangle reaches at least `marginPx` beyond its
 * core where the window allows. Tiles are of about equal size.
 */
export function planTiles(width: number, height: number, box: Rect, tiling: Tiling): Tile[] {
  const across = cutAxis(width, box.x, box.width, tiling);
  const down = cutAxis(height, box.y, box.height, tiling);
  return down.flatMap((v) =>
    across.map((h) => ({
      outer: { x: h.start, y: v.start, width: h.end - h.start, height: v.end - v.start },
      core: {
        x: h.coreStart,
        y: v.coreStart,
        width: h.coreEnd - h.coreStart,
        height: v.coreEnd - v.coreStart,
      },
    })),
  );
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly coreStart: number;
  readonly coreEnd: number;
}

function cutAxis(length: number, from: number, size: number, tiling: Tiling): Cut[] {
  const { tileSizePx, marginPx, sizeMultiple } = tiling;
  const aligned = (start: number) =>
    Math.max(0, Math.floor((start - marginPx) / sizeMultiple) * sizeMultiple);
  const whole = Math.min(length, from + size + marginPx) - aligned(from);
  const corePx = Math.max(16, tileSizePx - 2 * marginPx - sizeMultiple);
  const count = whole <= tileSizePx ? 1 : Math.ceil(size / corePx);
  return Array.from({ length: count }, (_, i) => {
    const coreStart = from + Math.round((i * size) / count);
    const coreEnd = from + Math.round(((i + 1) * size) / count);
    const start = aligned(coreStart);
    const end = coreEnd + marginPx;
    // A size that the network can take as it is shows it picture in place of padding, where there is some.
    const full = start + Math.ceil((end - start) / sizeMultiple) * sizeMultiple;
    const fits = full - start <= tileSizePx;
    return { start, end: Math.min(length, fits ? full : end), coreStart, coreEnd };
  });
}

/** Width in pixels over which neighbouring tiles fade into each other. */
const seamPx = 8;

/** Cuts tiles out, runs them and joins their results, see `joinTiles`. */
export async function runTiles(
  input: NetworkInput,
  outside: Planes,
  tiles: readonly Tile[],
  run: (input: NetworkInput) => Promise<Planes>,
): Promise<Planes> {
  return joinTiles(outside, tiles, (tile) => run(cutTile(input, tile)));
}

/** What the network sees of a tile. Nothing is copied where the tile is the whole window. */
export function cutTile(input: NetworkInput, { outer }: Tile): NetworkInput {
  const isWhole = outer.width === input.window.width && outer.height === input.window.height;
  const part = (planes: Planes) => (isWhole ? planes : crop(planes, outer));
  const window = part(input.window);
  const start = input.start === input.window ? window : part(input.start);
  return { ...input, window, start, mask: part(input.mask) };
}

/**
 * Joins the results of tiles; where tiles meet they fade into each other over a few pixels. Outside the tiles' cores the
 * result is `outside`, whose channels say how many the network gives.
 */
export async function joinTiles(
  outside: Planes,
  tiles: readonly Tile[],
  resultOf: (tile: Tile) => Promise<Planes>,
): Promise<Planes> {
  if (tiles.length === 1) return onlyTile(outside, tiles[0], await resultOf(tiles[0]));
  const { width, height, channels } = outside;
  const sum = createPlanes(width, height, channels);
  const weight = new Float32Array(width * height);
  for (const tile of tiles) addTile(sum, weight, await resultOf(tile), tile.outer, tile.core, seamPx);
  for (let i = 0; i < weight.length; i++) {
    for (let c = 0; c < channels; c++) {
      const at = c * weight.length + i;
      sum.data[at] = weight[i] > 0 ? sum.data[at] / weight[i] : outside.data[at];
    }
  }
  return sum;
}

/** A single tile has no seams: its core is copied. */
function onlyTile(outside: Planes, { outer, core }: Tile, result: Planes): Planes {
  const out: Planes = { ...outside, data: outside.data.slice() };
  for (let c = 0; c < out.channels; c++) {
    for (let y = core.y; y < core.y + core.height; y++) {
      const from = (c * outer.height + y - outer.y) * outer.width + core.x - outer.x;
      const to = (c * out.height + y) * out.width + core.x;
      out.data.set(result.data.subarray(from, from + core.width), to);
    }
  }
  return out;
}

function addTile(
  sum: Planes,
  weight: Float32Array,
  result: Planes,
  outer: Rect,
  core: Rect,
  seam: number,
): void {
  const left = Math.max(outer.x, core.x - seam / 2);
  const right = Math.min(outer.x + outer.width, core.x + core.width + seam / 2);
  const top = Math.max(outer.y, core.y - seam / 2);
  const bottom = Math.min(outer.y + outer.height, core.y + core.height + seam / 2);
  const ramp = (at: number, low: number, high: number) =>
    Math.min(1, (Math.min(at - low, high - at) + 0.5) / seam);
  const size = sum.width * sum.height;
  const resultSize = outer.width * outer.height;
  for (let y = top; y < bottom; y++) {
    const wy = ramp(y, top, bottom - 1);
    for (let x = left; x < right; x++) {
      const w = wy * ramp(x, left, right - 1);
      const at = y * sum.width + x;
      const from = (y - outer.y) * outer.width + x - outer.x;
      weight[at] += w;
      for (let c = 0; c < sum.channels; c++)
        sum.data[c * size + at] += w * result.data[c * resultSize + from];
    }
  }
}
