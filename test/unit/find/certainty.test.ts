import { expect, test } from 'vitest';
import { certaintyOf } from '../../../electron/engine/find/found.ts';

test('a half is where a confidence just suffices, whatever suffices for its kind', () => {
  for (const least of [0.2, 0.5, 0.63, 1]) {
    expect(certaintyOf(0, least)).toBe(0);
    expect(certaintyOf(0.5 * least, least)).toBeCloseTo(0.25);
    expect(certaintyOf(0.999 * least, least)).toBeLessThan(0.5);
    expect(certaintyOf(least, least)).toBeGreaterThanOrEqual(0.5);
    expect(certaintyOf(1, least)).toBe(1);
  }
  expect(certaintyOf(0.6, 0.2)).toBeCloseTo(0.75);
  // Where anything suffices, nothing is doubtful.
  expect(certaintyOf(0, 0)).toBe(0.5);
});
