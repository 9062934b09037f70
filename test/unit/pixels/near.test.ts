import { expect, test } from 'vitest';
import { forNear } from '../../../electron/engine/pixels/near.ts';

function near(at: number, radiusPx: number): number[] {
  const found: number[] = [];
  forNear(at, 5, 4, radiusPx, (each) => found.push(each));
  return found;
}

test('the square around a pixel, row by row, cut at the borders of the picture', () => {
  expect(near(7, 1)).toEqual([1, 2, 3, 6, 7, 8, 11, 12, 13]);
  expect(near(0, 1)).toEqual([0, 1, 5, 6]);
  expect(near(19, 2)).toEqual([7, 8, 9, 12, 13, 14, 17, 18, 19]);
  expect(near(9, 0)).toEqual([9]);
});
