import { expect, test } from 'vitest';
import { checkPattern, extensionFor, Names, nameFrom, numbered } from '../../../electron/batch/names.ts';
import { Pace } from '../../../electron/batch/pace.ts';
import { Queue } from '../../../electron/batch/queue.ts';
import { isInShard, parseShard } from '../../../electron/batch/shard.ts';
import { asPlaced, type Fit, placeRect } from '../../../electron/ipc/placed-rects.ts';

const values = { name: 'party', folder: '2001', number: '0007', date: '2026-01-31' };

test('a pattern gives names that every system takes', () => {
  expect(nameFrom('{date}-{folder}-{number}-{name}', values)).toBe('2026-01-31-2001-0007-party');
  expect(nameFrom('{name}', { ...values, name: 'con' })).toBe('con_');
  expect(nameFrom('{name}', { ...values, name: 'ends. .' })).toBe('ends');
  const long = nameFrom('{name}-restored', { ...values, name: '照'.repeat(80) });
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(240);
  expect(long).not.toBe(nameFrom('{name}-restored', { ...values, name: `${'照'.repeat(80)}片` }));
  for (const bad of ['{nothing}-{name}', 'a/{name}', '{name}?', 'always']) {
    expect(() => checkPattern(bad), bad).toThrow(expect.objectContaining({ code: 'batch/bad-pattern' }));
  }
});

test('no two names are one on any system', () => {
  const names = new Names();
  expect(names.take('Caf\u00e9', ['.jpg'])).toBe('Caf\u00e9');
  expect(names.take('CAFE\u0301', ['.jpg'])).toBe('CAFE\u0301-2');
  expect(names.take('cafe\u0301', ['.png', '.jpg'])).toBe('cafe\u0301-3');
  expect(extensionFor('a.JPG', 'jpeg')).toBe('.JPG');
  expect(extensionFor('a.tif', 'jpeg')).toBe('.jpg');
  expect(extensionFor('a.gif', 'same')).toBe('.png');
  expect(numbered('a.b/c.jpg', 2)).toBe('a.b/c-2.jpg');
});

test('shards are disjoint, complete and about equal, whatever else is in the folder', () => {
  const paths = Array.from({ length: 4000 }, (_, i) => `sub/${i}.jpg`);
  const counts = [0, 1, 2, 3].map(
    (index) => paths.filter((path) => isInShard(path, { index, count: 4 })).length,
  );
  expect(counts.reduce((sum, count) => sum + count)).toBe(4000);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  expect(isInShard('caf\u00e9.jpg', { index: 1, count: 4 })).toBe(
    isInShard('cafe\u0301.jpg', { index: 1, count: 4 }),
  );
  expect(() => parseShard('4/4')).toThrow();
});

test('rectangles keep their corner, or their share of the photo', () => {
  const rect = { x: 700, y: 500, width: 80, height: 60 };
  const from = { width: 800, height: 600 };
  const on = (fit: Fit, photo: { width: number; height: number }) =>
    placeRect({ ...asPlaced(rect, from, fit), damage: 'auto' }, photo);
  for (const fit of ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'scale'] as const) {
    expect(on(fit, from), fit).toEqual(rect);
  }
  expect(on('bottom-right', { width: 1000, height: 1000 })).toEqual({ ...rect, x: 900, y: 900 });
  expect(on('top-left', { width: 1000, height: 1000 })).toEqual(rect);
  expect(on('scale', { width: 1600, height: 1200 })).toEqual({ x: 1400, y: 1000, width: 160, height: 120 });
});

test('the time left follows the work, not the breaks', () => {
  let now = 0;
  const pace = new Pace(() => now);
  expect(pace.secondsLeft(1000)).toBeUndefined();
  now = 1000;
  pace.worked(500);
  pace.rest(true);
  now = 101_000;
  pace.rest(false);
  now = 102_000;
  pace.worked(500);
  expect(pace.photosPerMinute).toBe(60);
  expect(pace.secondsLeft(1000)).toBe(2);
});

test('waiting photos can be put in another order', () => {
  const queue = new Queue([0, 1, 2, 3]);
  queue.move([3, 2], 0);
  expect(queue.list).toEqual([3, 2, 0, 1]);
  queue.move([3], undefined);
  expect(queue.remove(0)).toBe(true);
  expect(queue.list).toEqual([2, 1, 3]);
});
