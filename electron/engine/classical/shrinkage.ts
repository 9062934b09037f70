import { blockDct, inverseBlockDct } from './block-dct.ts';

/** How far from a pixel the result at it depends on the picture. */
export const shrinkReachPx = 7;

/**
 * Denoises a plane by hard thresholding of overlapping 8x8 DCT blocks: Yu, Sapiro, "DCT image denoising: a simple and
 * effective image denoising algorithm", 2011; blocks count the more, the fewer coefficients they keep (as in BM3D).
 * With the quantisation steps of JPEG as thresholds it undoes block edges and ringing: the shifted blocks see both
 * sides of an edge (cf. Nosratinia, "Enhancement of JPEG-compressed images by re-application of JPEG", 2001).
 * @param plane `data[y * width + x]`, at least 8 pixels wide and high
 * @param thresholds of the 64 coefficients, row by row; the mean is never touched
 * @param stride pixels from block to block, 1 to 8; blocks start at multiples of it, so that plane corners must lie at
 *   multiples of it in the picture
 */
export function shrinkPlane(
  plane: Float32Array,
  width: number,
  height: number,
  thresholds: ArrayLike<number>,
  stride: number,
): Float32Array {
  const sum = new Float32Array(plane.length);
  const weights = new Float32Array(plane.length);
  const block = new Float64Array(64);
  const limits = Float64Array.from(thresholds);
  for (let top = 0; top <= height - 8; top += stride) {
    for (let left = 0; left <= width - 8; left += stride) {
      let at = 0;
      for (let y = 0; y < 8; y++) {
        const from = (top + y) * width + left;
        for (let x = 0; x < 8; x++) block[at++] = plane[from + x];
      }
      blockDct(block);
      let kept = 1;
      for (let k = 1; k < 64; k++) {
        if (Math.abs(block[k]) < limits[k]) block[k] = 0;
        else kept++;
      }
      inverseBlockDct(block);
      const weight = 1 / kept;
      at = 0;
      for (let y = 0; y < 8; y++) {
        const to = (top + y) * width + left;
        for (let x = 0; x < 8; x++) {
          sum[to + x] += weight * block[at++];
          weights[to + x] += weight;
        }
      }
    }
  }
  for (let i = 0; i < sum.length; i++) sum[i] = weights[i] > 0 ? sum[i] / weights[i] : plane[i];
  return sum;
}
