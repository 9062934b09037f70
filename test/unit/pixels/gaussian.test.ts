import { describe, expect, it } from 'vitest';
import { crop } from '../../../electron/engine/pixels/crop.ts';
import { gaussianBlur, gaussianKernel } from '../../../electron/engine/pixels/gaussian.ts';
import { createPlanes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

describe('gaussianKernel', () => {
  it.each([0.6, 1.5, 6, 40])('sums to one and has the variance asked for, sigma %s', (sigma) => {
    const half = gaussianKernel(sigma);
    let sum = half[0];
    let variance = 0;
    for (let i = 1; i < half.length; i++) {
      sum += 2 * half[i];
      variance += 2 * half[i] * i * i;
    }
    expect(sum).toBeCloseTo(1, 5);
    expect(Math.sqrt(variance) / sigma).toBeGreaterThan(0.98);
    expect(Math.sqrt(variance) / sigma).toBeLessThan(1.01);
    expect(half.length - 1).toBe(Math.ceil(3.5 * sigma));
  });
});

describe('gaussianBlur', () => {
  it('turns an impulse into the outer product of its kernel', () => {
    const picture = createPlanes(41, 37, 2);
    picture.data[41 * 37 + 18 * 41 + 20] = 1;
    const blurred = gaussianBlur(picture, 2);
    const half = gaussianKernel(2);
    for (const [dx, dy] of [
      [0, 0],
      [3, -2],
      [-7, 7],
      [8, 0],
    ]) {
      const expected = (half[Math.abs(dx)] ?? 0) * (half[Math.abs(dy)] ?? 0);
      expect(blurred.data[41 * 37 + (18 + dy) * 41 + 20 + dx]).toBeCloseTo(expected, 6);
    }
    expect(Math.max(...blurred.data.subarray(0, 41 * 37))).toBe(0);
  });

  it('keeps the mean, also when the kernel is far wider than the picture', () => {
    const random = createRandom(1);
    const picture = createPlanes(7, 5, 1);
    for (let i = 0; i < 35; i++) picture.data[i] = random.next();
    const mean = picture.data.reduce((sum, value) => sum + value, 0) / 35;
    const blurred = gaussianBlur(picture, 12);
    expect(blurred.data.reduce((sum, value) => sum + value, 0) / 35).toBeCloseTo(mean, 5);
    for (const value of blurred.data) expect(value).toBeCloseTo(mean, 2);
  });

  it('adds up: two blurs of 3 and 4 make one of 5', () => {
    const picture = createPlanes(90, 90, 1);
    picture.data[45 * 90 + 45] = 1;
    const twice = gaussianBlur(gaussianBlur(picture, 3), 4);
    const once = gaussianBlur(picture, 5);
    let worst = 0;
    for (let i = 0; i < once.data.length; i++)
      worst = Math.max(worst, Math.abs(once.data[i] - twice.data[i]));
    expect(worst).toBeLessThan(0.01 * once.data[45 * 90 + 45]);
  });

  it('returns a copy at sigma 0', () => {
    const picture = createPlanes(3, 3, 1);
    const copy = gaussianBlur(picture, 0);
    copy.data[0] = 1;
    expect(picture.data[0]).toBe(0);
  });

  it.each([
    { x: 0, y: 0, width: 9, height: 5 },
    { x: 20, y: 11, width: 21, height: 26 },
    { x: 13, y: 36, width: 1, height: 1 },
  ])('gives the very values of the whole for the part at $x, $y', (part) => {
    const random = createRandom(3);
    const picture = createPlanes(41, 37, 2);
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.next();
    for (const sigma of [0, 0.8, 3, 20]) {
      expect(gaussianBlur(picture, sigma, part)).toEqual(crop(gaussianBlur(picture, sigma), part));
    }
  });
});
