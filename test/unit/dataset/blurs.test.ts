import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { kernelSigmaPx, randomBlurKernel } from '../../../electron/training/dataset/damage/blurs.ts';

describe('blur kernels', () => {
  test('keep the mean and have about the strength asked for', () => {
    const random = createRandom(4);
    for (let i = 0; i < 300; i++) {
      const sigmaPx = random.uniform(0.7, 4.2);
      const half = randomBlurKernel(sigmaPx, random);
      const sum = half.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
      expect(sum).toBeCloseTo(1, 5);
      expect(Math.min(...half)).toBeGreaterThanOrEqual(0);
      expect(kernelSigmaPx(half) / sigmaPx).toBeGreaterThan(0.7);
      expect(kernelSigmaPx(half) / sigmaPx).toBeLessThan(1.12);
    }
  });
});
