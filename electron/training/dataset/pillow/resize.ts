import type { Rect } from '../../../engine/pixels/planes.ts';
import type { RgbPhoto } from '../recipe.ts';

/** Pillow's weights have so many bits after the point. */
const one = 2 ** 22;

interface Axis {
  /** First input sample and number of samples of every output. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
}

/** Triangle filter, stretched by the reduction: Pillow's `precompute_coeffs` for BILINEAR. */
function bilinearAxis(inputs: number, outputs: number): Axis {
  const scale = inputs / outputs;
  const support = Math.max(1, scale);
  const taps = 2 * Math.ceil(support) + 1;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(inputs, Math.floor(centre + support + 0.5));
    starts[i] = start;
    counts[i] = end - start;
    let sum = 0;
    for (let k = 0; k < end - start; k++) {
      const weight = Math.max(0, 1 - Math.abs((start + k - centre + 0.5) / support));
      weights[i * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < end - start; k++) {
      weights[i * taps + k] = Math.floor((weights[i * taps + k] / sum) * one + 0.5);
    }
  }
  return { starts, counts, weights, taps };
}

/**
 * Shrinks pictures of one size as torchvision's `Resize(side)` and `CenterCrop(side)` do with Pillow images: the
 * shorter side becomes `sidePx` by Pillow's antialiased bilinear filter with 8-bit values between its two passes,
 * then the central square is cut out. Byte for byte the same.
 */
export class ThumbnailMaker {
  readonly #sidePx: number;
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #left: number;
  readonly #top: number;

  constructor(width: number, height: number, sidePx: number) {
    const shorter = Math.min(width, height);
    const outWidth = Math.floor((sidePx * width) / shorter);
    const outHeight = Math.floor((sidePx * height) / shorter);
    this.#sidePx = sidePx;
    this.#columns = bilinearAxis(width, outWidth);
    this.#rows = bilinearAxis(height, outHeight);
    this.#left = roundHalfToEven((outWidth - sidePx) / 2);
    this.#top = roundHalfToEven((outHeight - sidePx) / 2);
  }

  /** The rows of a picture shrunk along x only: the first pass, [height, sidePx, 3]. */
  narrowed(picture: RgbPhoto): Uint8ClampedArray {
    const out = new Uint8ClampedArray(picture.height * this.#sidePx * 3);
    this.#narrowRows(picture, 0, picture.height, out);
    return out;
  }

  /** First pass of a picture that differs from another only in `changed`, given the other's first pass. */
  renarrowed(picture: RgbPhoto, changed: Rect, other: Uint8ClampedArray): Uint8ClampedArray {
    const out = other.slice();
    this.#narrowRows(picture, changed.y, changed.y + changed.height, out);
    return out;
  }

  /** What a picture that is 1 inside `box` and 0 elsewhere becomes: [sidePx, sidePx]. */
  coverageOf(box: Rect): Float32Array {
    const side = this.#sidePx;
    const across = shareWithin(this.#columns, box.x, box.x + box.width);
    const down = shareWithin(this.#rows, box.y, box.y + box.height);
    const out = new Float32Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) out[y * side + x] = across[this.#left + x] * down[this.#top + y];
    }
    return out;
  }

  #narrowRows(picture: RgbPhoto, from: number, to: number, out: Uint8ClampedArray): void {
    const { starts, counts, weights, taps } = this.#columns;
    const { width, data } = picture;
    for (let y = from; y < to; y++) {
      let at = y * this.#sidePx * 3;
      for (let i = this.#left; i < this.#left + this.#sidePx; i++) {
        let red = one / 2;
        let green = one / 2;
        let blue = one / 2;
        let sample = 3 * (y * width + starts[i]);
        for (let k = i * taps; k < i * taps + counts[i]; k++) {
          const weight = weights[k];
          red += weight * data[sample++];
          green += weight * data[sample++];
          blue += weight * data[sample++];
        }
        out[at++] = Math.floor(red / one);
        out[at++] = Math.floor(green / one);
        out[at++] = Math.floor(blue / one);
      }
    }
  }

  /** The second pass: interleaved RGB, `sidePx` squared. */
  shortened(narrow: Uint8ClampedArray): Uint8ClampedArray {
    const { starts, counts, weights, taps } = this.#rows;
    const line = this.#sidePx * 3;
    const out = new Uint8ClampedArray(this.#sidePx * line);
    for (let j = 0; j < this.#sidePx; j++) {
      const row = this.#top + j;
      for (let x = 0; x < line; x++) {
        let sum = one / 2;
        for (let k = 0; k < counts[row]; k++) {
          sum += weights[row * taps + k] * narrow[(starts[row] + k) * line + x];
        }
        out[j * line + x] = Math.floor(sum / one);
      }
    }
    return out;
  }
}

/** How much of every output sample comes from inputs in [from, to), 0..1. */
function shareWithin({ starts, counts, weights, taps }: Axis, from: number, to: number): Float64Array {
  return Float64Array.from(starts, (start, i) => {
    let sum = 0;
    for (let k = Math.max(0, from - start); k < Math.min(counts[i], to - start); k++)
      sum += weights[i * taps + k];
    // Rounded weights may add up to a little more than one.
    return Math.min(1, sum / one);
  });
}

/** As Python's `round`. */
function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
