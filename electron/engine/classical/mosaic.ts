import type { MosaicGrid } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { blend, blendInto, maskBounds } from '../pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';
import {
  buildResampleTable,
  cubic,
  lanczos3,
  type ResampleTable,
  resample,
  tablePart,
} from '../pixels/resample.ts';

/** The blocks of one axis: block k covers pixels [edges[k], edges[k + 1]). */
export interface BlockAxis {
  /** Number of the first block in the grid's own count; -1 where the window cuts a block at its start. */
  readonly first: number;
  readonly edges: Int32Array;
}

/** A picture's block means, one pixel per block, and where the blocks lie. */
export interface BlockMeans {
  /** [C, blocks down, blocks across]. */
  readonly means: Planes;
  readonly across: BlockAxis;
  readonly down: BlockAxis;
}

/** A block belongs to a masked mosaic when at least this part of its pixels does. */
const wholeBlockShare = 0.95;

/** Block edges along one axis: pixel x belongs to the block that holds its centre x + 0.5. */
export function blockAxis(length: number, pitch: number, offset: number): BlockAxis {
  if (!(pitch >= 1) || !Number.isFinite(offset)) {
    throw new AppError('mosaic/bad-grid', 'A mosaic has blocks of at least one pixel.', {
      data: { pitch, offset },
    });
  }
  const first = Math.floor((0.5 - offset) / pitch);
  const last = Math.floor((length - 0.5 - offset) / pitch);
  const edges = new Int32Array(last - first + 2);
  for (let k = 1; k <= last - first; k++) edges[k] = Math.ceil(offset + (first + k) * pitch - 0.5);
  edges[last - first + 1] = length;
  return { first, edges };
}

/** Means of all blocks of a picture. Blocks cut by the edge of the picture are means of what is visible. */
export function blockMeans(planes: Planes, grid: MosaicGrid): BlockMeans {
  const across = blockAxis(planes.width, grid.pitchX, grid.offsetX);
  const down = blockAxis(planes.height, grid.pitchY, grid.offsetY);
  const columns = across.edges.length - 1;
  const rows = down.edges.length - 1;
  const means = createPlanes(columns, rows, planes.channels);
  const sums = new Float64Array(columns);
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let j = 0; j < rows; j++) {
      sums.fill(0);
      for (let y = down.edges[j]; y < down.edges[j + 1]; y++) {
        addBlockSums(planes.data, (channel * planes.height + y) * planes.width, across.edges, sums);
      }
      const blockHeight = down.edges[j + 1] - down.edges[j];
      for (let i = 0; i < columns; i++) {
        const pixels = blockHeight * (across.edges[i + 1] - across.edges[i]);
        means.data[(channel * rows + j) * columns + i] = sums[i] / pixels;
      }
    }
  }
  return { means, across, down };
}

function addBlockSums(data: Float32Array, row: number, edges: Int32Array, sums: Float64Array): void {
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    for (let x = row + edges[i]; x < row + edges[i + 1]; x++) sum += data[x];
    sums[i] += sum;
  }
}

/** Adds `amounts` (one value per block and channel, as `means` of `blocks`) to the pixels of each block. */
function addPerBlock(planes: Planes, blocks: BlockMeans, amounts: Float32Array): void {
  const { across, down } = blocks;
  const columns = across.edges.length - 1;
  const rows = down.edges.length - 1;
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let j = 0; j < rows; j++) {
      for (let y = down.edges[j]; y < down.edges[j + 1]; y++) {
        const row = (channel * planes.height + y) * planes.width;
        for (let i = 0; i < columns; i++) {
          const amount = amounts[(channel * rows + j) * columns + i];
          for (let x = row + across.edges[i]; x < row + across.edges[i + 1]; x++) planes.data[x] += amount;
        }
      }
    }
  }
}

/**
 * The picture as a mosaic: every block set to its mean, as shrinking and enlarging without smoothing gives.
 * @param mask [1, H, W], 0..1: how much of each pixel is replaced
 */
export function applyMosaic(planes: Planes, grid: MosaicGrid, mask?: Planes): Planes {
  const blocks = blockMeans(planes, grid);
  const out = createPlanes(planes.width, planes.height, planes.channels);
  addPerBlock(out, blocks, blocks.means.data);
  return mask === undefined ? out : blend(planes, out, mask);
}

const axisTables = new Map<string, ResampleTable>();

/** Interpolation along one axis from block centres (block k at offset + (k + 0.5) pitch) to pixel centres. */
function centreTable(
  axis: BlockAxis,
  length: number,
  pitch: number,
  offset: number,
  method: 'lanczos' | 'cubic',
): ResampleTable {
  const key = `${method} ${length} ${pitch} ${offset}`;
  const known = axisTables.get(key);
  if (known !== undefined) return known;
  const centres = new Float64Array(length);
  for (let x = 0; x < length; x++) centres[x] = (x + 0.5 - offset) / pitch - 0.5 - axis.first;
  const blocks = axis.edges.length - 1;
  const table =
    method === 'lanczos'
      ? buildResampleTable(blocks, centres, 3, lanczos3)
      : buildResampleTable(blocks, centres, 2, cubic);
  if (axisTables.size >= 64) axisTables.clear();
  axisTables.set(key, table);
  return table;
}

/** The means interpolated to the pixels of a picture of the given size, or to those of a part of it. */
function interpolateMeans(
  { means, across, down }: BlockMeans,
  { width, height }: Pick<Planes, 'width' | 'height'>,
  grid: MosaicGrid,
  method: 'lanczos' | 'cubic',
  part: Rect = { x: 0, y: 0, width, height },
): Planes {
  // A block that the window cuts still counts as a sample at the centre of the whole block: in a mosaic
  // the visible part shows the mean of the whole.
  const alongX = centreTable(across, width, grid.pitchX, grid.offsetX, method);
  const alongY = centreTable(down, height, grid.pitchY, grid.offsetY, method);
  return resample(means, tablePart(alongX, part.x, part.width), tablePart(alongY, part.y, part.height));
}

/** Block means taken as samples at the block centres, interpolated by Lanczos-3 to every pixel. */
export function lanczosFromMeans(planes: Planes, grid: MosaicGrid): Planes {
  return interpolateMeans(blockMeans(planes, grid), planes, grid, 'lanczos');
}

/** As `lanczosFromMeans`, with Keys' cubic: what an image program's bicubic enlargement would show. */
export function bicubicFromMeans(planes: Planes, grid: MosaicGrid): Planes {
  return interpolateMeans(blockMeans(planes, grid), planes, grid, 'cubic');
}

/** What a mosaic tells of the picture behind it: the means of its blocks, and which of them are whole. */
export interface ObservedMosaic extends BlockMeans {
  /** 1 for each block that lies (to 95 % of its pixels) where the mosaic is; blocks as in `means`. */
  readonly isWhole: Uint8Array;
}

/** @param inside [1, H, W], 0..1: where the mosaic is; left out: everywhere */
export function observeMosaic(planes: Planes, grid: MosaicGrid, inside?: Planes): ObservedMosaic {
  const blocks = blockMeans(planes, grid);
  const { width, height } = blocks.means;
  const isWhole =
    inside === undefined
      ? new Uint8Array(width * height).fill(1)
      : Uint8Array.from(blockMeans(inside, grid).means.data, (share) => (share < wholeBlockShare ? 0 : 1));
  return { ...blocks, isWhole };
}

/**
 * Shifts each whole block of an estimate, in place, so that its mean is the observed one. For a true grid this is the
 * nearest picture that could have given the mosaic, so the squared error can only fall.
 * @returns the estimate; not limited to 0..1, because a limit would spoil the means again
 */
export function projectToMeans(estimate: Planes, observed: ObservedMosaic): Planes {
  const { means, across, down, isWhole } = observed;
  const { width: columns, height: rows } = means;
  for (let channel = 0; channel < estimate.channels; channel++) {
    for (let j = 0; j < rows; j++) {
      const top = (channel * estimate.height + down.edges[j]) * estimate.width;
      const bottom = (channel * estimate.height + down.edges[j + 1]) * estimate.width;
      for (let i = 0; i < columns; i++) {
        if (isWhole[j * columns + i] === 0) continue;
        const wanted = means.data[(channel * rows + j) * columns + i];
        shiftBlock(estimate, across.edges[i], across.edges[i + 1], top, bottom, wanted);
      }
    }
  }
  return estimate;
}

/** Gives columns `left` to `right` of the rows that begin at `top` up to `bottom` another mean. */
function shiftBlock(
  { data, width }: Planes,
  left: number,
  right: number,
  top: number,
  bottom: number,
  mean: number,
): void {
  let sum = 0;
  for (let row = top; row < bottom; row += width) {
    for (let x = row + left; x < row + right; x++) sum += data[x];
  }
  const shift = mean - (sum * width) / ((right - left) * (bottom - top));
  for (let row = top; row < bottom; row += width) {
    for (let x = row + left; x < row + right; x++) data[x] += shift;
  }
}

/**
 * The classical restoration of a mosaic: Lanczos from the block means, then each block's mean put right.
 * Measured within 0.04 dB of the best linear estimate. Not limited to 0..1.
 * @param inside [1, H, W], 0..1: where the mosaic is; elsewhere the picture is returned as it is
 * @param observed what `observeMosaic` says of it, where that is known already
 */
export function mosaicStart(
  planes: Planes,
  grid: MosaicGrid,
  inside?: Planes,
  observed = observeMosaic(planes, grid, inside),
): Planes {
  if (inside === undefined)
    return projectToMeans(interpolateMeans(observed, planes, grid, 'lanczos'), observed);
  const out: Planes = { ...planes, data: planes.data.slice() };
  const box = maskBounds(inside, 0);
  if (box === undefined) return out;
  blendInto(out, interpolateMeans(observed, planes, grid, 'lanczos', box), inside, box);
  return projectToMeans(out, observed);
}
