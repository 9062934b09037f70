import { describe, expect, test } from 'vitest';
import { blurStart } from '../../../electron/engine/classical/blur.ts';
import { applyMosaic, mosaicStart } from '../../../electron/engine/classical/mosaic.ts';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { confidenceIn } from '../../../electron/engine/region/confidence.ts';
import { loadPhoto, toEightBit } from '../classical/photos.ts';

const photo = await loadPhoto('nagasaki-boats', 200);
const box = maskOf(photo, 48, 40, 96, 80);

function maskOf({ width, height }: Planes, left: number, top: number, w: number, h: number): Planes {
  const mask = createPlanes(width, height, 1);
  for (let y = top; y < top + h; y++) mask.data.fill(1, y * width + left, y * width + left + w);
  return mask;
}

const mosaic = (pitch: number) => ({ pitchX: pitch, pitchY: pitch, offsetX: 0, offsetY: 0 });

describe('a mosaic', () => {
  test.each([
    [4, 'good'],
    [8, 'fair'],
    [16, 'poor'],
  ] as const)('of %i px squares that was repaired gives itself again: %s', (pitch, level) => {
    const grid = mosaic(pitch);
    const before = toEightBit(applyMosaic(photo, grid, box));
    const after = toEightBit(mosaicStart(before, grid, box));
    const found = confidenceIn(before, after, box, { kind: 'mosaic', grid });
    expect(found).toMatchObject({ check: 'damaged-again', level });
    if (found.check === 'damaged-again') expect(found.differs).toBeLessThan(1);
  });

  test('that is repaired with squares of a wrong size is trusted less', () => {
    const before = toEightBit(applyMosaic(photo, mosaic(8), box));
    const grid = mosaic(5);
    const after = toEightBit(mosaicStart(before, grid, box));
    const found = confidenceIn(before, after, box, { kind: 'mosaic', grid });
    expect(found).toMatchObject({ level: 'poor' });
    if (found.check === 'damaged-again') expect(found.differs).toBeGreaterThan(4);
  });
});

describe('a blur', () => {
  const before = toEightBit(gaussianBlur(photo, 2));

  test('that was undone comes back when it is done again', () => {
    const after = toEightBit(blurStart(before, 2));
    const found = confidenceIn(before, after, box, { kind: 'blur', sigmaPx: 2 });
    expect(found).toMatchObject({ check: 'damaged-again', level: 'good' });
    if (found.check === 'damaged-again') expect(found.differs).toBeLessThan(1.5);
  });

  test('over which something else was painted does not', () => {
    const after = { ...before, data: before.data.map((value) => 1 - value) };
    expect(confidenceIn(before, after, box, { kind: 'blur', sigmaPx: 2 })).toMatchObject({ level: 'poor' });
  });
});

test.each([
  [4, 'good'],
  [16, 'fair'],
  [60, 'poor'],
] as const)('of a filled hole %i px across the way to sound pixels counts: %s', (side, level) => {
  const hole = maskOf(photo, 60, 60, side, side);
  const found = confidenceIn(photo, photo, hole, { kind: 'fill' });
  expect(found).toMatchObject({ check: 'continued', level });
  if (found.check === 'continued') expect(found.reachPx).toBeCloseTo(side / 2, 0);
});
