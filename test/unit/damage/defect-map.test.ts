import { beforeAll, describe, expect, it } from 'vitest';
import { connectedComponents, dilate, extentOf } from '../../../electron/engine/damage/components.ts';
import { defectMap } from '../../../electron/engine/damage/defect-map.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { loadPhoto } from '../classical/photos.ts';
import { damaged, soundCase } from './damages.ts';

let photos: Planes[];
beforeAll(async () => {
  photos = [await loadPhoto('black-canyon', 600), await loadPhoto('locomotion-house-cat', 600)];
});

/** Part of the damage found, and part of the finding that is damage (or within a pixel of it). */
function agreement(found: Planes, truth: Planes): { recall: number; precision: number } {
  const near = dilate(
    Uint8Array.from(truth.data, (value) => (value > 0 ? 1 : 0)),
    truth.width,
    1,
  );
  let hit = 0;
  let wanted = 0;
  let right = 0;
  let given = 0;
  for (let i = 0; i < found.data.length; i++) {
    if (truth.data[i] > 0.5) {
      wanted++;
      hit += found.data[i];
    }
    given += found.data[i];
    right += found.data[i] * near[i];
  }
  return { recall: hit / wanted, precision: right / Math.max(1, given) };
}

describe('defectMap', () => {
  it.each(['stain', 'scratch'] as const)('finds most of a %s', (kind) => {
    for (const photo of photos) {
      const base = soundCase(photo, 128, 13);
      const { window, map } = damaged(base, { kind });
      const { recall, precision } = agreement(defectMap(window, base.inside, kind), map);
      expect(recall).toBeGreaterThan(0.5);
      expect(precision).toBeGreaterThan(0.4);
    }
  });

  it('marks nothing outside the region and nothing in a plain', () => {
    const base = soundCase(photos[0], 100, 2);
    const map = defectMap(damaged(base, { kind: 'stain' }).window, base.inside, 'stain');
    for (let i = 0; i < map.data.length; i++) if (base.inside.data[i] === 0) expect(map.data[i]).toBe(0);
    const plain = createPlanes(200, 200, 3);
    for (const kind of ['stain', 'scratch'] as const) {
      expect(defectMap(plain, base.inside, kind).data.every((value) => value === 0)).toBe(true);
      expect(defectMap(plain, createPlanes(200, 200, 1), kind).data.every((value) => value === 0)).toBe(true);
    }
  });
});

describe('components', () => {
  it('groups by eight neighbours and by likeness', () => {
    const marked = Uint8Array.from([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
    const groups = connectedComponents(marked, 4, () => true);
    expect(groups.count).toBe(2);
    expect([...groups.pixels.subarray(0, groups.starts[1])]).toEqual([0, 5]);
    expect(connectedComponents(marked, 4, () => false).count).toBe(4);
  });

  it('dilates by a square and stops at the edges', () => {
    const marked = new Uint8Array(20);
    marked[0] = 1;
    marked[12] = 1;
    expect([...dilate(marked, 5, 1)]).toEqual([1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0]);
  });

  it('measures the extent along the diagonal', () => {
    expect(extentOf([0, 13], 10)).toBeCloseTo(Math.hypot(3, 1), 9);
  });
});
