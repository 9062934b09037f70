import { expect, it } from 'vitest';
import { blend, maskBounds, requireMask } from '../../../electron/engine/pixels/mask.ts';
import { createPlanes } from '../../../electron/engine/pixels/planes.ts';

it('maskBounds finds the smallest rectangle', () => {
  const mask = createPlanes(9, 7, 1);
  expect(maskBounds(mask)).toBeUndefined();
  mask.data[2 * 9 + 3] = 0.6;
  mask.data[5 * 9 + 1] = 1;
  mask.data[6 * 9 + 8] = 0.5;
  expect(maskBounds(mask)).toEqual({ x: 1, y: 2, width: 3, height: 4 });
});

it('blend mixes every channel by the mask', () => {
  const outer = createPlanes(3, 1, 2);
  const inner = createPlanes(3, 1, 2);
  inner.data.fill(1);
  const mask = createPlanes(3, 1, 1);
  mask.data.set([0, 0.25, 1]);
  expect([...blend(outer, inner, mask).data]).toEqual([0, 0.25, 1, 0, 0.25, 1]);
});

it('requireMask refuses another size or more channels', () => {
  expect(() => requireMask(createPlanes(4, 4, 3), createPlanes(4, 4, 3))).toThrow('size');
  expect(() => requireMask(createPlanes(4, 4, 3), createPlanes(4, 5, 1))).toThrow('size');
});
