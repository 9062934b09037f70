import { jpegTable } from '../../../engine/classical/jpeg-tables.ts';
import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import { rounded8 } from './rounding.ts';

/** cosines[u * 4 + x], x < 4, of the orthonormal 8-point DCT-II; the other half mirrors it, with the sign of (-1)^u. */
const cosines = Float64Array.from({ length: 32 }, (_, i) => {
  const u = Math.floor(i / 4);
  const x = i % 4;
  return Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.sqrt(1 / 8) : 0.5);
});

/**
 * What saving as JPEG does to RGB planes (0..1): YCbCr, optional 4:2:0, 8x8 DCT rounded by the quality's tables. The
 * entropy coding, which loses nothing, is left out, so this is some ten times faster than a codec. The block grid
 * starts at the window's corner shifted by (-shiftX, -shiftY).
 */
export function jpegLoss(
  planes: Planes,
  quality: number,
  subsample: boolean,
  shiftX = 0,
  shiftY = 0,
): Planes {
  const { width, height } = planes;
  const size = width * height;
  const ycc = createPlanes(width, height, 3);
  for (let i = 0; i < size; i++) {
    const r = planes.data[i] * 255;
    const g = planes.data[size + i] * 255;
    const b = planes.data[2 * size + i] * 255;
    ycc.data[i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    ycc.data[size + i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
    ycc.data[2 * size + i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
  }
  const chroma = jpegTable('chroma', quality);
  quantise(ycc.data.subarray(0, size), width, height, jpegTable('luma', quality), shiftX, shiftY);
  for (const plane of [1, 2]) {
    const data = ycc.data.subarray(plane * size, (plane + 1) * size);
    if (subsample) quantiseHalved(data, width, height, chroma, shiftX, shiftY);
    else quantise(data, width, height, chroma, shiftX, shiftY);
  }
  const out = createPlanes(width, height, 3);
  const store = (at: number, value: number) => {
    out.data[at] = rounded8(value);
  };
  for (let i = 0; i < size; i++) {
    const y = ycc.data[i] + 128;
    const cb = ycc.data[size + i];
    const cr = ycc.data[2 * size + i];
    store(i, y + 1.402 * cr);
    store(size + i, y - 0.344136 * cb - 0.714136 * cr);
    store(2 * size + i, y + 1.772 * cb);
  }
  return out;
}

/** Chroma at half size: 2x2 means in, repeated pixels out. */
function quantiseHalved(
  data: Float32Array,
  width: number,
  height: number,
  table: Float64Array,
  shiftX: number,
  shiftY: number,
): void {
  const w = Math.ceil(width / 2);
  const h = Math.ceil(height / 2);
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    const low = Math.min(height - 1, 2 * y + 1) * width;
    for (let x = 0; x < w; x++) {
      const right = Math.min(width - 1, 2 * x + 1);
      const up = 2 * y * width;
      half[y * w + x] = (data[up + 2 * x] + data[up + right] + data[low + 2 * x] + data[low + right]) / 4;
    }
  }
  quantise(half, w, h, table, shiftX >> 1, shiftY >> 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = half[(y >> 1) * w + (x >> 1)];
  }
}

/** Rounds every 8x8 block's DCT coefficients to multiples of the table's steps, in place. */
function quantise(
  data: Float32Array,
  width: number,
  height: number,
  table: Float64Array,
  shiftX: number,
  shiftY: number,
): void {
  const block = new Float64Array(64);
  const turned = new Float64Array(64);
  for (let top = -shiftY; top < height; top += 8) {
    for (let left = -shiftX; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        const y = Math.min(height - 1, Math.max(0, top + (i >> 3)));
        const x = Math.min(width - 1, Math.max(0, left + (i & 7)));
        block[i] = data[y * width + x];
      }
      // Every pass turns the block: two of them put it back.
      forwardRows(block, turned);
      forwardRows(turned, block);
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i] / table[i]) * table[i];
      inverseRows(block, turned);
      inverseRows(turned, block);
      for (let i = 0; i < 64; i++) {
        const y = top + (i >> 3);
        const x = left + (i & 7);
        if (y >= 0 && y < height && x >= 0 && x < width) data[y * width + x] = block[i];
      }
    }
  }
}

/** The 8-point DCT of each row of `from`, written as the columns of `to`. Halves of a row meet first: half the work. */
function forwardRows(from: Float64Array, to: Float64Array): void {
  for (let row = 0; row < 8; row++) {
    const at = 8 * row;
    for (let odd = 0; odd < 2; odd++) {
      const sign = 1 - 2 * odd;
      const a = from[at] + sign * from[at + 7];
      const b = from[at + 1] + sign * from[at + 6];
      const c = from[at + 2] + sign * from[at + 5];
      const d = from[at + 3] + sign * from[at + 4];
      for (let u = odd; u < 8; u += 2) {
        const k = 4 * u;
        to[8 * u + row] = a * cosines[k] + b * cosines[k + 1] + c * cosines[k + 2] + d * cosines[k + 3];
      }
    }
  }
}

/** Undoes `forwardRows`, and turns the block as well. */
function inverseRows(from: Float64Array, to: Float64Array): void {
  for (let row = 0; row < 8; row++) {
    const at = 8 * row;
    for (let x = 0; x < 4; x++) {
      let even = 0;
      let odd = 0;
      for (let u = 0; u < 8; u += 2) {
        even += from[at + u] * cosines[4 * u + x];
        odd += from[at + u + 1] * cosines[4 * u + 4 + x];
      }
      to[8 * x + row] = even + odd;
      to[8 * (7 - x) + row] = even - odd;
    }
  }
}
