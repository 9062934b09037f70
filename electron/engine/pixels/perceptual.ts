import { crop } from './crop.ts';
import { luma } from './luma.ts';
import { similarityParts } from './measure.ts';
import { createPlanes, type Planes, type Rect } from './planes.ts';
import { resizeArea } from './resize.ts';

/** Weights of the scales, finest first (Wang, Simoncelli and Bovik 2003). */
const scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** A scale whose shorter side is less than this has too little to compare; the weights of the others are stretched. */
const leastScalePx = 16;

/**
 * Multi-scale structural similarity on luma within a rectangle, at most 1 (Wang, Simoncelli and Bovik 2003): contrast
 * and structure at up to five scales, lightness at the coarsest. Small rectangles have fewer scales.
 */
export function multiScaleSimilarity(a: Planes, b: Planes, rect: Rect): number {
  let [x, y] = [luma(crop(a, rect)), luma(crop(b, rect))];
  const scales = scaleWeights.filter((_, i) => Math.min(x.width, x.height) >= leastScalePx * 2 ** i);
  const total = scales.reduce((sum, weight) => sum + weight, 0);
  let result = 1;
  for (const [i, weight] of scales.entries()) {
    const { structure, whole } = similarityParts(x, y);
    const mean = i === scales.length - 1 ? whole : structure;
    // Opposite structures have no real power; they are as unlike as can be.
    result *= Math.max(0, mean) ** (weight / total);
    [x, y] = [halved(x), halved(y)];
  }
  return result;
}

function halved(planes: Planes): Planes {
  return resizeArea(planes, planes.width >> 1, planes.height >> 1);
}

/** The paper's constant, for gradients of values 0..1. */
const stability = 170 / 255 ** 2;

/**
 * Gradient magnitude similarity deviation on luma within a rectangle: 0 for equal pictures, more for what looks worse
 * (Xue, Zhang, Mou and Bovik 2014: half resolution, Prewitt gradients, standard deviation of their similarity).
 */
export function gradientDeviation(a: Planes, b: Planes, rect: Rect): number {
  const [x, y] = [a, b].map((planes) => gradients(halved(luma(crop(planes, rect)))));
  const similarity = x.map((gx, i) => (2 * gx * y[i] + stability) / (gx * gx + y[i] * y[i] + stability));
  const mean = similarity.reduce((sum, value) => sum + value, 0) / similarity.length;
  const variance = similarity.reduce((sum, value) => sum + (value - mean) ** 2, 0) / similarity.length;
  return Math.sqrt(variance);
}

/** Prewitt gradient magnitudes of a grey picture; its edges are continued. */
function gradients(grey: Planes): Float32Array {
  const { width, height, data } = grey;
  const out = createPlanes(width, height, 1);
  const at = (x: number, y: number) =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let across = 0;
      let down = 0;
      for (let k = -1; k <= 1; k++) {
        across += at(x + 1, y + k) - at(x - 1, y + k);
        down += at(x + k, y + 1) - at(x + k, y - 1);
      }
      out.data[y * width + x] = Math.hypot(across, down) / 3;
    }
  }
  return out.data;
}
