import { expect, test } from 'vitest';
import { bridgeGaps } from '../../../electron/engine/region/bridge-gaps.ts';

const width = 20;
const height = 10;
const at = (x: number, y: number) => y * width + x;
const everywhere = () => true;
const sorted = (pixels: readonly number[]) => pixels.toSorted((a, b) => a - b);

test('pieces of a line are joined by the pixels between them', () => {
  const pieces = [at(2, 5), at(3, 5), at(7, 5), at(12, 5)];
  const between = [4, 5, 6, 8, 9, 10, 11].map((x) => at(x, 5));
  expect(sorted(bridgeGaps(width, height, pieces, (pixel) => Math.floor(pixel / width) === 5, 12))).toEqual(
    between,
  );
});

test('a path goes around what it may not pass', () => {
  const isWall = (pixel: number) => pixel % width === 6 && Math.floor(pixel / width) !== 8;
  const path = bridgeGaps(width, height, [at(4, 5), at(8, 5)], (pixel) => !isWall(pixel), 20);
  expect(path).toContain(at(6, 8));
  expect(path.some(isWall)).toBe(false);
  const closed = (pixel: number) => pixel % width !== 6;
  expect(bridgeGaps(width, height, [at(4, 5), at(8, 5)], closed, 20)).toEqual([]);
});

test('what lies too far off is not joined, and nothing is joined twice', () => {
  expect(bridgeGaps(width, height, [at(2, 5), at(9, 5)], everywhere, 6)).toHaveLength(6);
  expect(bridgeGaps(width, height, [at(2, 5), at(10, 5)], everywhere, 6)).toEqual([]);
  // A triangle needs two sides.
  const corners = [at(4, 2), at(10, 2), at(7, 7)];
  expect(bridgeGaps(width, height, corners, everywhere, 12).length).toBeLessThanOrEqual(5 + 4);
  expect(bridgeGaps(width, height, [at(4, 2), at(5, 3)], everywhere, 12)).toEqual([]);
});

test('fronts do not go on behind the edge of the picture', () => {
  expect(bridgeGaps(width, height, [at(19, 3), at(0, 4)], everywhere, 4)).toEqual([]);
});
