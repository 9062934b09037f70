import { describe, expect, it } from 'vitest';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { resizeArea, resizeLanczos } from '../../../electron/engine/pixels/resize.ts';

function noise(width: number, height: number, channels: number, seed: number): Planes {
  const random = createRandom(seed);
  const planes = createPlanes(width, height, channels);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = random.next();
  return planes;
}

/** Mean over a rectangle with fractional edges, straight from the definition. */
function areaMean(planes: Planes, x0: number, x1: number, y0: number, y1: number): number {
  let sum = 0;
  for (let y = 0; y < planes.height; y++) {
    for (let x = 0; x < planes.width; x++) {
      const w = Math.max(0, Math.min(x1, x + 1) - Math.max(x0, x));
      const h = Math.max(0, Math.min(y1, y + 1) - Math.max(y0, y));
      sum += w * h * planes.data[y * planes.width + x];
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

describe('resizeArea', () => {
  it.each([
    [12, 8, 3, 2],
    [13, 11, 5, 3],
    [10, 7, 9, 6],
    [9, 9, 1, 1],
    [4, 5, 4, 5],
  ])('is the exact area mean, %sx%s to %sx%s', (width, height, toWidth, toHeight) => {
    const picture = noise(width, height, 1, 2);
    const small = resizeArea(picture, toWidth, toHeight);
    for (let y = 0; y < toHeight; y++) {
      for (let x = 0; x < toWidth; x++) {
        const expected = areaMean(
          picture,
          (x * width) / toWidth,
          ((x + 1) * width) / toWidth,
          (y * height) / toHeight,
          ((y + 1) * height) / toHeight,
        );
        expect(small.data[y * toWidth + x]).toBeCloseTo(expected, 5);
      }
    }
  });
});

describe('resizeLanczos', () => {
  it('keeps a constant and, away from the edges, a ramp', () => {
    const ramp = createPlanes(40, 40, 1);
    for (let i = 0; i < 1600; i++) ramp.data[i] = (i % 40) / 40;
    for (const size of [90, 17]) {
      const out = resizeLanczos(ramp, size, size);
      const stretch = 40 / size;
      const margin = Math.ceil((3 * Math.max(1, stretch)) / stretch) + 1;
      for (let x = margin; x < size - margin; x++) {
        expect(out.data[(size >> 1) * size + x]).toBeCloseTo(((x + 0.5) * stretch - 0.5) / 40, 2);
      }
    }
    const flat = createPlanes(9, 9, 3);
    flat.data.fill(0.37);
    for (const value of resizeLanczos(flat, 31, 4).data) expect(value).toBeCloseTo(0.37, 5);
  });

  it('returns the same picture at the same size', () => {
    const picture = noise(21, 13, 3, 4);
    const same = resizeLanczos(picture, 21, 13);
    for (let i = 0; i < same.data.length; i++) expect(same.data[i]).toBeCloseTo(picture.data[i], 5);
  });

  it('does not alias when reducing: a fine checkerboard turns grey', () => {
    const board = createPlanes(64, 64, 1);
    for (let i = 0; i < 4096; i++) board.data[i] = ((i % 64) + (i >> 6)) % 2;
    const small = resizeLanczos(board, 20, 20);
    for (let y = 3; y < 17; y++) {
      for (let x = 3; x < 17; x++) expect(Math.abs(small.data[y * 20 + x] - 0.5)).toBeLessThan(0.02);
    }
  });

  it('agrees with upsampling then downsampling of a smooth picture', () => {
    const picture = createPlanes(32, 32, 1);
    for (let i = 0; i < 1024; i++)
      picture.data[i] = 0.5 + 0.4 * Math.sin((i % 32) / 4) * Math.cos((i >> 5) / 5);
    const back = resizeLanczos(resizeLanczos(picture, 71, 66), 32, 32);
    for (let i = 0; i < 1024; i++) {
      const x = i % 32;
      if (x > 3 && x < 28 && i > 128 && i < 896)
        expect(Math.abs(back.data[i] - picture.data[i])).toBeLessThan(0.005);
    }
  });

  it('refuses an empty size', () => {
    expect(() => resizeLanczos(createPlanes(2, 2, 1), 0, 2)).toThrow('at least one pixel');
    expect(() => resizeArea(createPlanes(2, 2, 1), 2, 1.5)).toThrow('at least one pixel');
  });
});
