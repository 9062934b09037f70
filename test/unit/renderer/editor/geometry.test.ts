import { describe, expect, test } from 'vitest';
import {
  containsRect,
  dragHandle,
  handles,
  intersect,
  limitMove,
  placeOnPhoto,
  rectFromDrag,
  unite,
} from '../../../../renderer/editor/geometry.ts';
import { rect } from './fixtures.ts';

const photo = { width: 100, height: 80 };

describe('a rectangle drawn by a drag', () => {
  test.each([
    ['down to the right', { x: 10.2, y: 10.4 }, { x: 40.4, y: 30.2 }, rect(10, 10, 30, 20)],
    ['up to the left', { x: 40, y: 30 }, { x: 10, y: 10 }, rect(10, 10, 30, 20)],
    ['out of the photo', { x: 90, y: 70 }, { x: 500, y: 500 }, rect(90, 70, 10, 10)],
    ['from outside', { x: -50, y: -50 }, { x: 20, y: 20 }, rect(0, 0, 20, 20)],
    ['hardly at all', { x: 50, y: 50 }, { x: 51, y: 49 }, rect(50, 42, 8, 8)],
    ['hardly at all in the corner', { x: 99, y: 79 }, { x: 100, y: 80 }, rect(92, 72, 8, 8)],
  ])('%s', (_, from, to, expected) => {
    expect(rectFromDrag(from, to, photo, false)).toEqual(expected);
  });

  test.each([
    ['with Shift', { x: 10, y: 10 }, { x: 40, y: 20 }, rect(10, 10, 30, 30)],
    ['with Shift, up to the left', { x: 60, y: 60 }, { x: 40, y: 50 }, rect(40, 40, 20, 20)],
    ['with Shift, at the edge', { x: 10, y: 60 }, { x: 90, y: 70 }, rect(10, 60, 20, 20)],
  ])('%s is a square', (_, from, to, expected) => {
    expect(rectFromDrag(from, to, photo, true)).toEqual(expected);
  });

  test('on a photo smaller than the least size is the photo', () => {
    expect(rectFromDrag({ x: 1, y: 1 }, { x: 3, y: 3 }, { width: 5, height: 4 }, false)).toEqual(
      rect(0, 0, 5, 4),
    );
  });
});

describe('a handle', () => {
  const before = rect(20, 20, 40, 30);

  test('moves its own edges only', () => {
    for (const handle of handles) {
      const after = dragHandle(before, handle, { x: 50, y: 45 }, photo, false);
      if (handle.x === 0) expect([after.x, after.width]).toEqual([20, 40]);
      if (handle.y === 0) expect([after.y, after.height]).toEqual([20, 30]);
      if (handle.x < 0) expect([after.x, after.x + after.width]).toEqual([50, 60]);
      if (handle.x > 0) expect([after.x, after.x + after.width]).toEqual([20, 50]);
      if (handle.y < 0) expect([after.y, after.y + after.height]).toEqual([42, 50]);
      if (handle.y > 0) expect([after.y, after.y + after.height]).toEqual([20, 45]);
    }
  });

  test('stops at the opposite edge and at the photo', () => {
    expect(dragHandle(before, { x: 1, y: 1 }, { x: -500, y: 500 }, photo, false)).toEqual(
      rect(20, 20, 8, 60),
    );
    expect(dragHandle(before, { x: -1, y: -1 }, { x: 500, y: -500 }, photo, false)).toEqual(
      rect(52, 0, 8, 50),
    );
  });

  test('keeps the shape at a corner, up to the edge of the photo', () => {
    expect(dragHandle(before, { x: 1, y: 1 }, { x: 80, y: 40 }, photo, true)).toEqual(rect(20, 20, 60, 45));
    expect(dragHandle(before, { x: 1, y: 1 }, { x: 500, y: 500 }, photo, true)).toEqual(rect(20, 20, 80, 60));
  });
});

test('several rectangles stop moving when the first meets an edge', () => {
  expect(limitMove([rect(10, 10, 20, 20), rect(50, 40, 20, 20)], 1000, -1000, photo)).toEqual({
    x: 30,
    y: -10,
  });
});

test('rectangles are placed on the photo', () => {
  expect(placeOnPhoto(rect(-20, 200, 500, 10), photo)).toEqual(rect(0, 70, 100, 10));
});

test('rectangles are compared and joined', () => {
  expect(intersect(rect(0, 0, 10, 10), rect(5, 6, 10, 10))).toEqual(rect(5, 6, 5, 4));
  expect(intersect(rect(0, 0, 10, 10), rect(10, 0, 10, 10))).toBeUndefined();
  expect(unite(rect(0, 0, 10, 10), rect(20, 5, 10, 10))).toEqual(rect(0, 0, 30, 15));
  expect(containsRect(rect(0, 0, 10, 10), rect(2, 2, 8, 8))).toBe(true);
  expect(containsRect(rect(0, 0, 10, 10), rect(2, 2, 9, 8))).toBe(false);
});
