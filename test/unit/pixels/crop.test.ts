import { describe, expect, it } from 'vitest';
import { borderIndex, clamp01, crop, pad, pasteInto } from '../../../electron/engine/pixels/crop.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';

function numbered(width: number, height: number, channels: number): Planes {
  const planes = createPlanes(width, height, channels);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = i;
  return planes;
}

describe('crop and paste', () => {
  it('copies the right pixels of every channel', () => {
    const picture = numbered(5, 4, 2);
    expect([...crop(picture, { x: 3, y: 1, width: 2, height: 2 }).data]).toEqual([
      8, 9, 13, 14, 28, 29, 33, 34,
    ]);
  });

  it('puts a crop back where it was', () => {
    const picture = numbered(7, 6, 3);
    const target = createPlanes(7, 6, 3);
    for (const x of [0, 3]) pasteInto(target, crop(picture, { x, y: 0, width: x ? 4 : 3, height: 6 }), x, 0);
    expect(target.data).toEqual(picture.data);
  });

  it('refuses what lies outside', () => {
    const picture = numbered(4, 4, 1);
    for (const rect of [
      { x: -1, y: 0, width: 2, height: 2 },
      { x: 3, y: 0, width: 2, height: 2 },
      { x: 0, y: 0, width: 0, height: 2 },
      { x: 0, y: Number.NaN, width: 2, height: 2 },
    ]) {
      expect(() => crop(picture, rect)).toThrow(expect.objectContaining({ code: 'pixels/rect-outside' }));
    }
    expect(() => pasteInto(picture, numbered(2, 2, 1), 3, 3)).toThrow('inside');
  });
});

describe('pad', () => {
  it('mirrors with the edge pixel doubled, also further than the picture is wide', () => {
    const row = numbered(3, 1, 1);
    const sides = { left: 4, top: 0, right: 5, bottom: 0 };
    expect([...pad(row, sides, 'reflect').data]).toEqual([2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]);
    expect([...pad(row, sides, 'replicate').data]).toEqual([0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2]);
  });

  it('maps indices with period 2n', () => {
    for (let i = -20; i < 20; i++)
      expect(borderIndex(i, 4, 'reflect')).toBe(borderIndex(i + 8, 4, 'reflect'));
  });
});

it('clamp01 limits in place', () => {
  const picture = createPlanes(3, 1, 1);
  picture.data.set([-0.5, 0.25, 1.5]);
  expect(clamp01(picture)).toBe(picture);
  expect([...picture.data]).toEqual([0, 0.25, 1]);
});
