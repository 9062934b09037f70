import { expect, it } from 'vitest';
import { blend, maskBounds, requireMask, solidRect } from '../../../electron/engine/pixels/mask.ts';
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

it('solidRect is the whole of a rectangle and lies inside a disc', () => {
  const mask = createPlanes(60, 50, 1);
  expect(solidRect(mask)).toBeUndefined();
  for (let y = 7; y < 20; y++) mask.data.fill(1, y * 60 + 4, y * 60 + 55);
  expect(solidRect(mask)).toEqual({ x: 4, y: 7, width: 51, height: 13 });
  const disc = createPlanes(60, 60, 1);
  for (let i = 0; i < 3600; i++)
    if (Math.hypot((i % 60) - 30, Math.floor(i / 60) - 30) < 28) disc.data[i] = 1;
  const rect = solidRect(disc);
  expect(rect?.width).toBeGreaterThan(36);
  for (let y = rect?.y ?? 0; y < (rect?.y ?? 0) + (rect?.height ?? 0); y++) {
    for (let x = rect?.x ?? 0; x < (rect?.x ?? 0) + (rect?.width ?? 0); x++)
      expect(disc.data[y * 60 + x]).toBe(1);
  }
});
