import { describe, expect, it } from 'vitest';
import { cosineTransform, transformLength } from '../../../electron/engine/classical/cosine.ts';
import { forwardSpectrum, inverseSpectrum } from '../../../electron/engine/classical/spectrum.ts';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { createPlanes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

function noise(length: number): Float32Array {
  const random = createRandom(length);
  return Float32Array.from({ length }, () => random.next());
}

describe('cosineTransform', () => {
  it.each([1, 2, 4, 32, 48, 96, 192])('is the orthonormal DCT-II of each row, length %s', (n) => {
    const rows = noise(3 * n);
    const spectrum = rows.slice();
    cosineTransform(n).forward(spectrum, 0, 3);
    for (let row = 0; row < 3; row++) {
      for (let k = 0; k < n; k++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += rows[row * n + i] * Math.cos((Math.PI * k * (i + 0.5)) / n);
        expect(spectrum[row * n + k]).toBeCloseTo(sum * Math.sqrt((k === 0 ? 1 : 2) / n), 4);
      }
    }
    cosineTransform(n).inverse(spectrum, 0, 3);
    for (let i = 0; i < rows.length; i++) expect(spectrum[i]).toBeCloseTo(rows[i], 5);
  });

  it('refuses other lengths', () => {
    for (const length of [0, 3, 12, 24, 40, 144]) expect(() => cosineTransform(length)).toThrow(RangeError);
  });

  it('needs little padding', () => {
    const lengths = [1, 3, 33, 48, 49, 64, 65, 96, 97, 608, 769];
    expect(lengths.map(transformLength)).toEqual([1, 4, 48, 48, 64, 64, 96, 96, 128, 768, 1024]);
  });
});

describe('spectrum', () => {
  it.each([
    [21, 13],
    [90, 37],
  ])('comes back to the picture, also where sides are padded, %s x %s', (width, height) => {
    const picture = createPlanes(width, height, 3);
    picture.data.set(noise(width * height * 3));
    const back = inverseSpectrum(forwardSpectrum(picture), width, height);
    for (let i = 0; i < back.data.length; i++) expect(back.data[i]).toBeCloseTo(picture.data[i], 5);
  });

  it('turns a Gaussian blur with mirrored edges into a product', () => {
    const picture = createPlanes(32, 16, 1);
    picture.data.set(noise(32 * 16));
    const sigma = 1.5;
    const before = forwardSpectrum(picture);
    const after = forwardSpectrum(gaussianBlur(picture, sigma));
    for (let u = 0; u < 32; u++) {
      for (let v = 0; v < 16; v++) {
        const squared = ((Math.PI * u) / 32) ** 2 + ((Math.PI * v) / 16) ** 2;
        const expected = before.data[u * 16 + v] * Math.exp(-0.5 * sigma * sigma * squared);
        // The kernel is cut at 3.5 sigma, which shows as a ripple of a thousandth.
        expect(Math.abs(after.data[u * 16 + v] - expected)).toBeLessThan(3e-3);
      }
    }
  });
});
