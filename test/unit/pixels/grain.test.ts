import { expect, test } from 'vitest';
import { isGrainy } from '../../../electron/engine/pixels/grain.ts';

const width = 101;

/** Rows of 100 pairs, in each of which so many pixels are like the next one. */
function grainy(alikePerRow: number, rows = 10, counts: (at: number) => boolean = () => true): boolean {
  const values = Array.from({ length: width * rows }, (_, at) => {
    const x = at % width;
    return x <= alikePerRow ? 0 : x;
  });
  return isGrainy(width, values.length, counts, (from, to) => values[from] === values[to]);
}

test('hardly any pixels are like the next one where there is grain', () => {
  expect(grainy(0)).toBe(true);
  expect(grainy(1)).toBe(true);
  expect(grainy(2)).toBe(false);
  expect(grainy(100)).toBe(false);
});

test('only pairs within a row that count are looked at; where there are none, nothing is known', () => {
  expect(grainy(50, 10, (at) => at % width >= 50)).toBe(true);
  expect(grainy(0, 10, () => false)).toBe(false);
  // The last pixel of a row is no neighbour of the next row's first.
  const values = Array.from({ length: 20 }, (_, at) => Math.floor((at + 1) / 2));
  expect(
    isGrainy(
      2,
      20,
      () => true,
      (from, to) => values[from] === values[to],
    ),
  ).toBe(true);
});
