import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { defectsSample } from '../../../electron/training/dataset/defects.ts';
import { patterned } from '../../../electron/training/dataset/patterns.ts';
import type { RgbPhoto } from '../../../electron/training/dataset/recipe.ts';
import { randomWindow } from '../../../electron/training/dataset/window.ts';
import { decoded } from './fixtures.ts';

const side = 96;
let photo: RgbPhoto;
let window: Planes;

beforeAll(async () => {
  photo = await decoded('allium-oreophilum');
  window = randomWindow(photo, side, 1, createRandom(1));
});

/** Pixels of which some channel moved by more than a level. */
function changed(a: Planes, b: Planes): number {
  const size = a.width * a.height;
  let count = 0;
  for (let i = 0; i < size; i++) {
    if ([0, 1, 2].some((c) => Math.abs(a.data[c * size + i] - b.data[c * size + i]) > 1 / 255)) count++;
  }
  return count;
}

describe('patterned', () => {
  test('covers much of the picture, keeps values within 0..1 and leaves what it was given', () => {
    const before = window.data.slice();
    const shares = Array.from({ length: 40 }, (_, seed) => {
      const out = patterned(window, createRandom(seed));
      expect(out.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      return changed(out, window) / (side * side);
    });
    expect(window.data).toEqual(before);
    // Narrow stripes of a part of the picture at the least, all of it at the most.
    expect(Math.min(...shares)).toBeGreaterThan(0.01);
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
    expect(shares.reduce((sum, share) => sum + share, 0) / 40).toBeGreaterThan(0.25);
  });

  test('is the same for the same random numbers', () => {
    expect(patterned(window, createRandom(7)).data).toEqual(patterned(window, createRandom(7)).data);
  });

  test('is regular: on an even picture it repeats somewhere within a fifth of the side', () => {
    const even = { ...createPlanes(side, side, 3), data: new Float32Array(3 * side * side).fill(0.5) };
    let regular = 0;
    for (let seed = 0; seed < 30; seed++) {
      const out = patterned(even, createRandom(seed));
      if (bestCorrelation(out) > 0.6) regular++;
    }
    // Panes of irregular shape and patterns in a part of the picture need not.
    expect(regular).toBeGreaterThan(8);
  });
});

/** The largest correlation of the green channel with itself, moved by 3 to a fifth of the side in some direction. */
function bestCorrelation({ data }: Planes): number {
  const size = side * side;
  const green = data.subarray(size, 2 * size);
  let best = -1;
  for (let dy = -20; dy <= 20; dy++) {
    for (let dx = 0; dx <= 20; dx++) {
      if (Math.hypot(dx, dy) >= 3) best = Math.max(best, correlationAt(green, dx, dy));
    }
  }
  return best;
}

function correlationAt(values: Float32Array, dx: number, dy: number): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
    for (let x = 0; x < side - dx; x++) {
      const p = values[y * side + x];
      const q = values[(y + dy) * side + x + dx];
      n++;
      a += p;
      b += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
  return spread < 1e-9 ? 0 : (ab - (a * b) / n) / spread;
}

test('a pattern in a defects sample is depicted, not damage', () => {
  const even: RgbPhoto = { width: 96, height: 96, data: new Uint8Array(3 * 96 * 96).fill(140) };
  let withPattern = 0;
  for (let seed = 0; seed < 150; seed++) {
    const { original, target } = defectsSample(even, 64, createRandom(seed));
    const isUneven = original.data.some((value) => Math.abs(value - original.data[0]) > 0.2);
    if (isUneven && target.every((value) => value === 0)) withPattern++;
  }
  // A fifth has a pattern, and a fifth of those no damage beside it.
  expect(withPattern).toBeGreaterThan(1);
  expect(withPattern).toBeLessThan(30);
});
