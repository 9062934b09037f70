import { expect, test } from 'vitest';
import type { Rect } from '../../../electron/engine/pixels/planes.ts';
import { rectsAround } from '../../../electron/engine/pixels/rects.ts';

const outer = { x: 3, y: 2, width: 9, height: 7 };

const isIn = ({ x, y, width, height }: Rect, px: number, py: number) =>
  px >= x && px < x + width && py >= y && py < y + height;

test.each([
  ['in the middle', { x: 5, y: 4, width: 2, height: 3 }],
  ['along a side', { x: 3, y: 2, width: 4, height: 7 }],
  ['across a corner', { x: 0, y: 0, width: 5, height: 4 }],
  ['larger than all', { x: 0, y: 0, width: 50, height: 40 }],
  ['empty', { x: 6, y: 5, width: 0, height: 0 }],
  ['elsewhere', { x: 40, y: 1, width: 5, height: 4 }],
])('what lies around a rectangle %s is covered once', (_, inner) => {
  const parts = rectsAround(inner, outer);
  for (let y = 0; y < 12; y++) {
    for (let x = 0; x < 15; x++) {
      const wanted = isIn(outer, x, y) && !isIn(inner, x, y) ? 1 : 0;
      expect(parts.filter((part) => isIn(part, x, y)).length, `${x}, ${y}`).toBe(wanted);
    }
  }
});
