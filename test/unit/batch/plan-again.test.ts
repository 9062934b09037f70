import { expect, test } from 'vitest';
import { planAgain } from '../../../electron/batch/plan-again.ts';
import { tracked } from '../../../electron/batch/state.ts';
import type { BatchSettings } from '../../../electron/ipc/batch.ts';
import { fillSettings } from '../../support/batch.ts';

const photos = ['a.jpg', 'b.jpg', 'sub/a.png'].map((path, n) =>
  tracked({ n, path, sizeBytes: 1, modifiedMs: 1, out: path, copyOut: path, exists: false }),
);
const run = { settings: fillSettings, at: '2026-01-31T10:00:00.000Z' };
const named = (pattern: string, format: BatchSettings['how']['format'] = 'same'): BatchSettings => ({
  ...fillSettings,
  naming: { ...fillSettings.naming, pattern },
  how: { ...fillSettings.how, format },
});

test('only photos that are done otherwise get other names, and none gets that of another photo', () => {
  const { pattern } = fillSettings.naming;
  expect(planAgain([0, 1, 2], photos, undefined, run).size).toBe(0);
  expect(planAgain([0, 1, 2], photos, named(pattern), run).size).toBe(0);
  expect([...planAgain([2, 1], photos, named('{date}-{folder}-{number}-{name}'), run)]).toEqual([
    [1, { out: '2026-01-31--0002-b.jpg', copyOut: '2026-01-31--0002-b.jpg' }],
    [2, { out: 'sub/2026-01-31-sub-0003-a.png', copyOut: 'sub/2026-01-31-sub-0003-a.png' }],
  ]);
  const withName = photos.map((photo) => (photo.n === 0 ? { ...photo, out: 'B-2.png' } : photo));
  expect(planAgain([1], withName, named('{name}-2', 'png'), run).get(1)).toEqual({
    out: 'b-2-2.png',
    copyOut: 'b-2-2.jpg',
  });
});
