import { describe, expect, it } from 'vitest';
import { fourierTransform } from '../../../electron/engine/classical/fourier.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

function noise(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.uniform(-1, 1));
}

describe('fourierTransform', () => {
  it.each([1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 64, 96, 128, 384, 512])(
    'is the sum that defines it, length %s',
    (n) => {
      const { slots, run } = fourierTransform(n);
      const [re, im] = [noise(n, 1), noise(n, 2)];
      const [outRe, outIm] = [new Float64Array(n), new Float64Array(n)];
      for (let i = 0; i < n; i++) [outRe[slots[i]], outIm[slots[i]]] = [re[i], im[i]];
      run(outRe, outIm);
      for (let k = 0; k < n; k++) {
        let [sumRe, sumIm] = [0, 0];
        for (let i = 0; i < n; i++) {
          const angle = (-2 * Math.PI * ((i * k) % n)) / n;
          sumRe += re[i] * Math.cos(angle) - im[i] * Math.sin(angle);
          sumIm += re[i] * Math.sin(angle) + im[i] * Math.cos(angle);
        }
        expect(outRe[k]).toBeCloseTo(sumRe, 9);
        expect(outIm[k]).toBeCloseTo(sumIm, 9);
      }
    },
  );

  it('comes back with its parts exchanged', () => {
    const n = 192;
    const { slots, run } = fourierTransform(n);
    const [re, im] = [noise(n, 3), noise(n, 4)];
    const [thereRe, thereIm] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) [thereRe[slots[i]], thereIm[slots[i]]] = [re[i], im[i]];
    run(thereRe, thereIm);
    const [backRe, backIm] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) [backRe[slots[i]], backIm[slots[i]]] = [thereRe[i], thereIm[i]];
    run(backIm, backRe);
    for (let i = 0; i < n; i++) {
      expect(backRe[i] / n).toBeCloseTo(re[i], 12);
      expect(backIm[i] / n).toBeCloseTo(im[i], 12);
    }
  });

  it('refuses other lengths', () => {
    for (const length of [0, 5, 7, 9, 10, 18, 100])
      expect(() => fourierTransform(length)).toThrow(RangeError);
  });
});
