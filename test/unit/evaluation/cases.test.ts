import { describe, expect, it } from 'vitest';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { allCases, caseName, damagePicture, parseCases } from '../../../electron/evaluation/cases.ts';

const side = 160;
const size = side * side;
const rect = { x: 16, y: 24, width: 128, height: 112 };

/** Mid grey in whole levels of 8 bit: darker than every light scratch, lighter than all ink. */
function grey(): Planes {
  const planes = createPlanes(side, side, 3);
  planes.data.fill(128 / 255);
  return planes;
}

const damage = (name: string, seed: number) =>
  damagePicture(grey(), rect, parseCases(name)[0], createRandom(seed));

const isInside = (at: number) => {
  const [x, y] = [at % side, Math.floor(at / side)];
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
};

describe('cases of damage', () => {
  it('have names that are read again', () => {
    expect(parseCases('all').map(caseName).join(',')).toBe(allCases);
    expect(parseCases('soft-ink, blur:3').map(caseName)).toEqual(['soft-ink', 'blur:3']);
    for (const wrong of ['soft-fill', 'ink:3', 'blur']) {
      expect(() => parseCases(wrong)).toThrow(expect.objectContaining({ code: 'usage/bad-case' }));
    }
  });

  it.each([
    ['ink', 'stain'],
    ['scratch', 'scratch'],
    ['soft-ink', 'stain'],
    ['soft-scratch', 'scratch'],
  ])('%s is told as a %s and touches what it changes, inside the rectangle', (name, told) => {
    for (const seed of [1, 2, 3]) {
      const { damaged, touched, told: damageTold } = damage(name, seed);
      expect(damageTold.kind).toBe(told);
      for (let at = 0; at < size; at++) {
        const changed = [0, 1, 2].some((c) => Math.round(255 * damaged.data[c * size + at]) !== 128);
        // A hair of paint changes nothing in 8 bit.
        if (changed) expect(touched.data[at]).toBe(1);
        if (touched.data[at] === 1) expect(isInside(at)).toBe(true);
      }
      expect(touched.data.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(100);
    }
  });

  it.each(['ink', 'scratch'])('%s has five colours and no more', (name) => {
    const { damaged, touched } = damage(name, 5);
    const red = damaged.data.subarray(0, size).filter((_, at) => touched.data[at] === 1);
    expect(new Set(red).size).toBeLessThanOrEqual(5);
  });

  it('soft ink is flat inside, and on its edge a mixture one pixel wide', () => {
    const { damaged, touched } = damage('soft-ink', 5);
    const counts = new Map<number, number>();
    for (let at = 0; at < size; at++) {
      const level = Math.round(255 * damaged.data[at]);
      if (touched.data[at] === 1) counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    const inks = [...counts.values()].sort((a, b) => b - a).slice(0, 5);
    const share = inks.reduce((sum, count) => sum + count, 0) / [...counts.values()].reduce((a, b) => a + b);
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.95);
    // Pixels of other levels have full ink or none within a pixel and a half.
    const isFull = new Set(
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([level]) => level)
        .slice(0, 5),
    );
    for (let at = 0; at < size; at++) {
      const level = Math.round(255 * damaged.data[at]);
      if (touched.data[at] === 0 || isFull.has(level)) continue;
      const near = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => at + y * side + x));
      expect(
        near.some((to) => touched.data[to] === 0 || isFull.has(Math.round(255 * damaged.data[to]))),
      ).toBe(true);
    }
  });

  it('soft scratches hold as much paint as their width says', () => {
    // Lines of 1 to 3.5 pixels, five of them, each at least as long as the rectangle is high; some cross.
    for (const seed of [1, 2, 3, 4]) {
      const { damaged, touched } = damage('soft-scratch', seed);
      let mixed = 0;
      let all = 0;
      const levels = new Map<number, number>();
      for (let at = 0; at < size; at++) {
        if (touched.data[at] === 0) continue;
        all++;
        const level = Math.round(255 * damaged.data[at]);
        levels.set(level, (levels.get(level) ?? 0) + 1);
      }
      for (const count of levels.values()) if (count < 25) mixed += count;
      expect(all).toBeGreaterThan(4 * 112);
      expect(all).toBeLessThan(5 * 5 * 171);
      expect(mixed / all).toBeGreaterThan(0.2);
    }
  });
});
