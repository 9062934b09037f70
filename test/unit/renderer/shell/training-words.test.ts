import { expect, test } from 'vitest';
import { shuffledSides, tallyOf } from '../../../../renderer/training/blind-pairs.ts';
import { onOneAxis, smoothed } from '../../../../renderer/training/smoothing.ts';
import { longDuration } from '../../../../renderer/training/words.ts';

test('smoothing has no bias at the start and keeps gaps', () => {
  expect(smoothed([4, 4, 4], 0.9)).toEqual([4, 4, 4].map((value) => expect.closeTo(value, 9)));
  expect(smoothed([1, null, 3], 0.5)[1]).toBeNull();
  expect(smoothed([1, 2], 0)).toEqual([1, 2]);
  const noisy = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0 : 2));
  expect(smoothed(noisy, 0.95).at(-1)).toBeCloseTo(1, 1);
});

test('curves with steps of their own share an axis', () => {
  const { steps, columns } = onOneAxis([
    { step: [1, 2, 4], values: [10, 20, 40] },
    { step: [2, 3], values: [200, 300] },
  ]);
  expect(steps).toEqual([1, 2, 3, 4]);
  expect(columns).toEqual([
    [10, 20, null, 40],
    [null, 200, 300, null],
  ]);
});

test('blind choices are counted for the right model', () => {
  expect(shuffledSides(3, () => 0.1)).toEqual([true, true, true]);
  expect(tallyOf([true, false, true], ['left', 'left', 'same'])).toEqual({ new: 1, old: 1, same: 1 });
});

test('times are told in the unit that says something', () => {
  expect(longDuration(40, 'en')).toBe('40 seconds');
  expect(longDuration(2400, 'en')).toBe('40 minutes');
  expect(longDuration(9000, 'en')).toBe('2.5 hours');
});
