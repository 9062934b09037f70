import { describe, expect, test } from 'vitest';
import { findDamage } from '../../../electron/engine/find/find-damage.ts';
import { AreaSums, maximalRectangles } from '../../../electron/engine/find/rectangles.ts';
import { crop, pasteInto } from '../../../electron/engine/pixels/crop.ts';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { toRaster } from '../../../electron/evaluation/evaluate.ts';
import { loadPhoto } from '../classical/photos.ts';

describe('blurred rectangles', () => {
  test.each([3, 6])('of sigma %i are found with their place and strength', async (sigmaPx) => {
    const planes = await loadPhoto('dust-bowl-home', 600);
    const box = { x: 203, y: 141, width: 190, height: 150 };
    pasteInto(planes, crop(gaussianBlur(planes, sigmaPx), box), box.x, box.y);
    const { regions } = await findDamage(toRaster(planes), { defectNetwork: async () => undefined });
    expect(regions.map(({ kind }) => kind)).toEqual(['blur']);
    const [{ rect, damage }] = regions;
    const found = damage.kind === 'blur' ? damage.sigmaPx : 0;
    expect(found / sigmaPx).toBeGreaterThan(0.7);
    expect(found / sigmaPx).toBeLessThan(1.4);
    for (const [side, end] of [
      [rect.x, box.x],
      [rect.y, box.y],
      [rect.x + rect.width, box.x + box.width],
      [rect.y + rect.height, box.y + box.height],
    ]) {
      expect(Math.abs(side - end)).toBeLessThanOrEqual(12);
    }
  });
});

describe('maximal rectangles', () => {
  test('are those that no other contains', () => {
    // An L: one upright and one lying rectangle share a corner.
    const rows = ['110000', '110000', '111110', '111110'];
    const table = Uint8Array.from(rows.join(''), Number);
    const found = maximalRectangles(table, 6, 4, 2).toSorted((a, b) => a.y - b.y);
    expect(found).toEqual([
      { x: 0, y: 0, width: 2, height: 4 },
      { x: 0, y: 2, width: 5, height: 2 },
    ]);
    expect(maximalRectangles(table, 6, 4, 3)).toEqual([]);
  });

  test('are found as by trying all', () => {
    const random = createRandom(8);
    const [columns, rows] = [9, 7];
    for (let round = 0; round < 30; round++) {
      const table = Uint8Array.from({ length: columns * rows }, () => (random.next() < 0.75 ? 1 : 0));
      const sums = new AreaSums(table, columns, rows);
      const full = (x: number, y: number, width: number, height: number) =>
        x >= 0 &&
        y >= 0 &&
        x + width <= columns &&
        y + height <= rows &&
        sums.within({ x, y, width, height }) === width * height;
      const expected: string[] = [];
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          for (let height = 2; height <= rows - y; height++) {
            for (let width = 2; width <= columns - x; width++) {
              const grows =
                full(x - 1, y, width + 1, height) ||
                full(x, y - 1, width, height + 1) ||
                full(x, y, width + 1, height) ||
                full(x, y, width, height + 1);
              if (full(x, y, width, height) && !grows) expected.push([x, y, width, height].join());
            }
          }
        }
      }
      const found = maximalRectangles(table, columns, rows, 2).map((box) =>
        [box.x, box.y, box.width, box.height].join(),
      );
      expect(found.sort()).toEqual(expected.sort());
    }
  });
});
