import { expect, test } from 'vitest';
import { createPlanes } from '../../../electron/engine/pixels/planes.ts';
import { widenBlots } from '../../../electron/engine/region/widen-blots.ts';

const side = 48;
const whole = { ...createPlanes(side, side, 1), data: new Float32Array(side * side).fill(1) };

function drawn(isOn: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, at) =>
    isOn(at % side, Math.floor(at / side)) ? 1 : 0,
  );
}

const disc = (radius: number) => drawn((x, y) => Math.hypot(x - 24, y - 24) <= radius);

test('a blot gets the two pixels beside it, at a tip one, and nothing farther away', () => {
  const square = drawn((x, y) => x >= 16 && x < 32 && y >= 16 && y < 32);
  const row = 24 * side;
  expect([13, 14, 15, 16].map((x) => widenBlots(square, whole)[row + x])).toEqual([0, 1, 1, 1]);
  const wide = widenBlots(disc(8), whole);
  expect([32, 33, 34].map((x) => wide[row + x])).toEqual([1, 1, 0]);
  expect(wide.every((value, at) => value >= disc(8)[at])).toBe(true);
  const added = disc(10.5);
  expect(wide.every((value, at) => value <= added[at])).toBe(true);
});

test('lines stay as they are, also those that lead to a blot', () => {
  const line = drawn((_, y) => y >= 22 && y < 26);
  expect(widenBlots(line, whole)).toEqual(line);
  const both = drawn((x, y) => Math.hypot(x - 24, y - 24) <= 8 || (y >= 23 && y < 25));
  const wide = widenBlots(both, whole);
  expect([20, 21, 22, 23, 24, 25, 26].map((y) => wide[y * side + 4])).toEqual([0, 0, 0, 1, 1, 0, 0]);
});

test('nothing outside the region is added', () => {
  const region = { ...whole, data: Float32Array.from(drawn((x) => x <= 33)) };
  const wide = widenBlots(disc(8), region);
  expect([32, 33, 34].map((x) => wide[24 * side + x])).toEqual([1, 1, 0]);
});
