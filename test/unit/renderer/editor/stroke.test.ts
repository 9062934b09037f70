import { describe, expect, test } from 'vitest';
import {
  extendStroke,
  rectAfterStroke,
  type Stroke,
  strokeBounds,
} from '../../../../renderer/editor/masks/stroke.ts';
import { rect } from './fixtures.ts';

const photo = { width: 200, height: 100 };

function stroke(mode: Stroke['mode'], sizePx: number, ...points: [number, number][]): Stroke {
  return { mode, sizePx, points: points.map(([x, y]) => ({ x, y })) };
}

describe('a stroke', () => {
  test('reaches half of the brush around its way, within the photo', () => {
    expect(strokeBounds(stroke('brush', 20, [50, 50], [80, 60]), photo)).toEqual(rect(38, 38, 54, 34));
    expect(strokeBounds(stroke('brush', 20, [0, 0]), photo)).toEqual(rect(0, 0, 12, 12));
    expect(strokeBounds(stroke('brush', 20, [-50, 50]), photo)).toBeUndefined();
  });

  test('makes a region around itself', () => {
    expect(rectAfterStroke(undefined, stroke('brush', 20, [50, 50]), photo)).toEqual(rect(38, 38, 24, 24));
    expect(rectAfterStroke(undefined, stroke('erase', 20, [50, 50]), photo)).toBeUndefined();
  });

  test('makes a region grow when it leaves it', () => {
    const before = rect(40, 40, 20, 20);
    expect(rectAfterStroke(before, stroke('brush', 4, [50, 50]), photo)).toEqual(before);
    expect(rectAfterStroke(before, stroke('brush', 10, [50, 50], [90, 50]), photo)).toEqual(
      rect(40, 40, 57, 20),
    );
    expect(rectAfterStroke(before, stroke('brush', 10, [-90, 50]), photo)).toEqual(before);
  });

  test('leaves the rectangle when erasing', () => {
    const before = rect(40, 40, 20, 20);
    expect(rectAfterStroke(before, stroke('erase', 50, [90, 50]), photo)).toEqual(before);
  });

  test('leaves out points too near each other to be seen', () => {
    const one = stroke('brush', 32, [50, 50]);
    expect(extendStroke(one, { x: 51, y: 50 })).toBe(one);
    expect(extendStroke(one, { x: 53, y: 50 }).points).toHaveLength(2);
  });
});
