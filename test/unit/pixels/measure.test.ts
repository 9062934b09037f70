import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { meanSquaredError, psnr, structuralSimilarity } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

function texture(seed: number): Planes {
  const random = createRandom(seed);
  const planes = createPlanes(48, 40, 3);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = random.next();
  return gaussianBlur(planes, 0.8);
}

describe('psnr and mean squared error', () => {
  it('gives 20 dB for an even error of a tenth', () => {
    const a = texture(1);
    const b: Planes = { ...a, data: a.data.map((value) => value + 0.1) };
    expect(psnr(a, b)).toBeCloseTo(20, 3);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
  });

  it('looks only inside the rectangle or mask', () => {
    const a = texture(1);
    const b: Planes = { ...a, data: a.data.slice() };
    b.data[48 * 40 + 10 * 48 + 7] += 0.5;
    const rect = { x: 5, y: 9, width: 4, height: 5 };
    const mask = createPlanes(48, 40, 1);
    for (let y = 9; y < 14; y++) mask.data.fill(1, y * 48 + 5, y * 48 + 9);
    expect(meanSquaredError(a, b, rect)).toBeCloseTo(0.25 / 60, 6);
    expect(meanSquaredError(a, b, mask)).toBeCloseTo(0.25 / 60, 6);
    expect(meanSquaredError(a, b, { ...rect, x: 8 })).toBe(0);
    expect(() => psnr(a, createPlanes(48, 40, 1))).toThrow('different sizes');
  });
});

describe('structuralSimilarity', () => {
  it('is 1 for a picture and itself', () => {
    expect(structuralSimilarity(texture(2), texture(2))).toBeCloseTo(1, 6);
  });

  it('follows the formula where a window is flat: luminance term only', () => {
    const a = createPlanes(32, 32, 1);
    const b = createPlanes(32, 32, 1);
    a.data.fill(0.4);
    b.data.fill(0.6);
    const expected = (2 * 0.4 * 0.6 + 1e-4) / (0.16 + 0.36 + 1e-4);
    expect(structuralSimilarity(a, b)).toBeCloseTo(expected, 4);
  });

  it('is symmetric, falls with noise and blur, and is near 0 for unrelated textures', () => {
    const a = texture(3);
    const blurred = gaussianBlur(a, 1);
    expect(structuralSimilarity(a, blurred)).toBeCloseTo(structuralSimilarity(blurred, a), 6);
    expect(structuralSimilarity(a, blurred)).toBeLessThan(0.9);
    expect(structuralSimilarity(a, gaussianBlur(a, 2))).toBeLessThan(structuralSimilarity(a, blurred));
    expect(Math.abs(structuralSimilarity(a, texture(9)))).toBeLessThan(0.2);
  });

  it('agrees between a rectangle and the same region as a mask', () => {
    const a = texture(5);
    const b = gaussianBlur(a, 0.7);
    const mask = createPlanes(48, 40, 1);
    for (let y = 12; y < 30; y++) mask.data.fill(1, y * 48 + 10, y * 48 + 33);
    const byRect = structuralSimilarity(a, b, { x: 10, y: 12, width: 23, height: 18 });
    expect(byRect).toBeCloseTo(structuralSimilarity(a, b, mask), 5);
  });
});
