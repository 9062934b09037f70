import { describe, expect, it } from 'vitest';
import { combineSeeds, createRandom } from '../../../electron/engine/pixels/random.ts';

describe('createRandom', () => {
  it('repeats for a seed and differs between neighbouring seeds', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(draw(5)).toEqual(draw(5));
    const firsts = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).next());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / 1000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    let correlation = 0;
    for (let i = 1; i < 1000; i++) correlation += (firsts[i] - mean) * (firsts[i - 1] - mean);
    expect(Math.abs(correlation / 999)).toBeLessThan(0.012);
  });

  it('continues from a saved state', () => {
    const random = createRandom(3);
    for (let i = 0; i < 17; i++) random.normal();
    const saved = random.state();
    const expected = [random.next(), random.normal(), random.integer(0, 99)];
    const resumed = createRandom(0);
    resumed.restore(JSON.parse(JSON.stringify(saved)));
    expect([resumed.next(), resumed.normal(), resumed.integer(0, 99)]).toEqual(expected);
  });

  it('draws what it says', () => {
    const random = createRandom(11);
    const counts = new Array<number>(6).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 60000; i++) {
      counts[random.integer(-2, 4) + 2]++;
      const value = random.normal();
      sum += value;
      squares += value * value;
      expect(random.uniform(2, 3)).toBeGreaterThanOrEqual(2);
    }
    for (const count of counts) expect(Math.abs(count - 10000)).toBeLessThan(450);
    expect(Math.abs(sum / 60000)).toBeLessThan(0.015);
    expect(Math.abs(squares / 60000 - 1)).toBeLessThan(0.025);
  });

  it('combines seeds so that order and every part count', () => {
    expect(combineSeeds(1, 2)).not.toBe(combineSeeds(2, 1));
    expect(combineSeeds(1, 2)).not.toBe(combineSeeds(1, 2, 0));
    expect(combineSeeds(1, 2)).toBe(combineSeeds(1, 2));
  });
});
