import { AppError } from '../errors.ts';
import { crop } from './crop.ts';
import { gaussianBlur } from './gaussian.ts';
import { luma } from './luma.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';

/** Where to measure: a rectangle, or a mask [1, H, W] whose values 0..1 are weights. Left out: everywhere. */
export type Where = Rect | Planes;

function requireSameSize(a: Planes, b: Planes): void {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    throw new AppError('pixels/size-mismatch', 'Two pictures of different sizes cannot be compared.');
  }
}

function isMask(where: Where): where is Planes {
  return 'data' in where;
}

/** Mean squared error per sample, of values 0..1. NaN where nothing is to be measured. */
export function meanSquaredError(a: Planes, b: Planes, where?: Where): number {
  requireSameSize(a, b);
  if (where !== undefined && !isMask(where)) return meanSquaredError(crop(a, where), crop(b, where));
  const size = a.width * a.height;
  let sum = 0;
  let weightSum = 0;
  for (let channel = 0; channel < a.channels; channel++) {
    const base = channel * size;
    for (let i = 0; i < size; i++) {
      const weight = where === undefined ? 1 : where.data[i];
      const difference = a.data[base + i] - b.data[base + i];
      sum += weight * difference * difference;
      weightSum += weight;
    }
  }
  return sum / weightSum;
}

/** Peak signal-to-noise ratio in dB, peak 1. Infinity for equal pictures. */
export function psnr(a: Planes, b: Planes, where?: Where): number {
  return -10 * Math.log10(meanSquaredError(a, b, where));
}

/**
 * Structural similarity on luma, mean over the region: Wang, Bovik, Sheikh, Simoncelli 2004, Gaussian
 * window of sigma 1.5, K1 0.01, K2 0.03. Windows at picture edges see the picture mirrored.
 */
export function structuralSimilarity(a: Planes, b: Planes, where?: Where): number {
  requireSameSize(a, b);
  if (where === undefined || isMask(where)) return meanWithin(similarityMap(luma(a), luma(b)), where);
  // Only the rectangle and what its windows reach is needed.
  const reach = 6;
  const left = Math.max(0, where.x - reach);
  const top = Math.max(0, where.y - reach);
  const part: Rect = {
    x: left,
    y: top,
    width: Math.min(a.width, where.x + where.width + reach) - left,
    height: Math.min(a.height, where.y + where.height + reach) - top,
  };
  const map = similarityMap(luma(crop(a, part)), luma(crop(b, part)));
  const inner = { x: where.x - left, y: where.y - top, width: where.width, height: where.height };
  return meanWithin(crop(map, inner), undefined);
}

function product(a: Planes, b: Planes): Planes {
  const out = createPlanes(a.width, a.height, 1);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] * b.data[i];
  return out;
}

/** Mean SSIM of two grey pictures, and the mean of its part for contrast and structure alone. */
export function similarityParts(a: Planes, b: Planes): { structure: number; whole: number } {
  const { structure, whole } = similarityMaps(a, b);
  return { structure: meanWithin(structure, undefined), whole: meanWithin(whole, undefined) };
}

/** SSIM at every pixel of two grey pictures. */
function similarityMap(a: Planes, b: Planes): Planes {
  return similarityMaps(a, b).whole;
}

function similarityMaps(a: Planes, b: Planes): { structure: Planes; whole: Planes } {
  // The blur reaches 6 px where the paper's window ends at 5; a weight out there is 0.0001.
  const sigmaPx = 1.5;
  const c1 = 0.01 ** 2;
  const c2 = 0.03 ** 2;
  const meanA = gaussianBlur(a, sigmaPx).data;
  const meanB = gaussianBlur(b, sigmaPx).data;
  const squareA = gaussianBlur(product(a, a), sigmaPx).data;
  const squareB = gaussianBlur(product(b, b), sigmaPx).data;
  const cross = gaussianBlur(product(a, b), sigmaPx).data;
  const structure = createPlanes(a.width, a.height, 1);
  const whole = createPlanes(a.width, a.height, 1);
  for (let i = 0; i < whole.data.length; i++) {
    const ma = meanA[i];
    const mb = meanB[i];
    const varianceA = squareA[i] - ma * ma;
    const varianceB = squareB[i] - mb * mb;
    const covariance = cross[i] - ma * mb;
    structure.data[i] = (2 * covariance + c2) / (varianceA + varianceB + c2);
    whole.data[i] = (structure.data[i] * (2 * ma * mb + c1)) / (ma * ma + mb * mb + c1);
  }
  return { structure, whole };
}

function meanWithin(map: Planes, mask: Planes | undefined): number {
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < map.data.length; i++) {
    const weight = mask === undefined ? 1 : mask.data[i];
    sum += weight * map.data[i];
    weightSum += weight;
  }
  return sum / weightSum;
}
