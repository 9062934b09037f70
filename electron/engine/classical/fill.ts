import { requireMask } from '../pixels/mask.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';

/** Over-relaxation of the Gauss-Seidel steps; 1.7 settles a start from the next coarser level quickly. */
const relaxation = 1.7;
const stepsPerLevel = 24;

/**
 * Fills masked pixels smoothly from their surroundings: the solution of Laplace's equation with the known
 * pixels as boundary. Solved from coarse to fine (push-pull start, then over-relaxed Gauss-Seidel), so wide
 * holes cost no more than narrow ones. A picture without known pixels is returned as it is.
 * @param mask [1, H, W]; pixels above 0.5 are replaced, their values are never read
 */
export function diffuseFill(planes: Planes, mask: Planes): Planes {
  requireMask(planes, mask);
  const known = new Float32Array(mask.data.length);
  let knownCount = 0;
  for (let i = 0; i < known.length; i++) {
    if (mask.data[i] > 0.5) continue;
    known[i] = 1;
    knownCount++;
  }
  const out: Planes = { ...planes, data: planes.data.slice() };
  if (knownCount > 0 && knownCount < known.length) fillLevel(out, known);
  return out;
}

/** Fills the pixels of `planes` whose weight in `known` is 0, in place. */
function fillLevel(planes: Planes, known: Float32Array): void {
  const unknown = unknownPixels(known);
  if (unknown.length === 0) return;
  const { width, height } = planes;
  const coarse = createPlanes(Math.ceil(width / 2), Math.ceil(height / 2), planes.channels);
  const coarseKnown = new Float32Array(coarse.width * coarse.height);
  shrink(planes, known, coarse, coarseKnown);
  fillLevel(coarse, coarseKnown);
  for (let channel = 0; channel < planes.channels; channel++) {
    enlargeInto(planes, coarse, channel, unknown);
    relax(planes, channel, unknown);
  }
}

function unknownPixels(known: Float32Array): Int32Array {
  let count = 0;
  for (let i = 0; i < known.length; i++) if (known[i] === 0) count++;
  const list = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < known.length; i++) if (known[i] === 0) list[next++] = i;
  return list;
}

/** Means of the known pixels in each 2x2 group; a group without any stays unknown. */
function shrink(fine: Planes, known: Float32Array, coarse: Planes, coarseKnown: Float32Array): void {
  const size = fine.width * fine.height;
  const coarseSize = coarse.width * coarse.height;
  for (let y = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++) {
      const i = y * fine.width + x;
      if (known[i] === 0) continue;
      const k = (y >> 1) * coarse.width + (x >> 1);
      coarseKnown[k] += 1;
      for (let c = 0; c < fine.channels; c++) coarse.data[c * coarseSize + k] += fine.data[c * size + i];
    }
  }
  for (let k = 0; k < coarseSize; k++) {
    if (coarseKnown[k] === 0) continue;
    for (let c = 0; c < coarse.channels; c++) coarse.data[c * coarseSize + k] /= coarseKnown[k];
    coarseKnown[k] = 1;
  }
}

/** Bilinear values of the coarser level at the unknown pixels of the finer one. */
function enlargeInto(fine: Planes, coarse: Planes, channel: number, unknown: Int32Array): void {
  const base = channel * fine.width * fine.height;
  const coarseBase = channel * coarse.width * coarse.height;
  for (let u = 0; u < unknown.length; u++) {
    const i = unknown[u];
    const y = Math.floor(i / fine.width);
    const x = i - y * fine.width;
    const x0 = x >> 1;
    const y0 = y >> 1;
    const x1 = Math.min(Math.max(x0 + (x & 1 ? 1 : -1), 0), coarse.width - 1);
    const y1 = Math.min(Math.max(y0 + (y & 1 ? 1 : -1), 0), coarse.height - 1);
    const upper = 0.75 * coarse.data[coarseBase + y0 * coarse.width + x0];
    const lower = 0.75 * coarse.data[coarseBase + y1 * coarse.width + x0];
    const upperSide = 0.25 * coarse.data[coarseBase + y0 * coarse.width + x1];
    const lowerSide = 0.25 * coarse.data[coarseBase + y1 * coarse.width + x1];
    fine.data[base + i] = 0.75 * (upper + upperSide) + 0.25 * (lower + lowerSide);
  }
}

function relax(planes: Planes, channel: number, unknown: Int32Array): void {
  const { width, height, data } = planes;
  const base = channel * width * height;
  for (let step = 0; step < stepsPerLevel; step++) {
    for (let u = 0; u < unknown.length; u++) {
      const i = unknown[u];
      const y = Math.floor(i / width);
      const x = i - y * width;
      const at = base + i;
      const left = data[x > 0 ? at - 1 : at];
      const right = data[x < width - 1 ? at + 1 : at];
      const up = data[y > 0 ? at - width : at];
      const down = data[y < height - 1 ? at + width : at];
      data[at] += relaxation * (0.25 * (left + right + up + down) - data[at]);
    }
  }
}
