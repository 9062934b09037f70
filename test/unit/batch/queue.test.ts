import { expect, test } from 'vitest';
import { Queue } from '../../../electron/batch/queue.ts';

test('photos are moved ahead of another one, or to the end', () => {
  const queue = new Queue([0, 1, 2, 3]);
  queue.move([3], 1);
  expect(queue.list).toEqual([0, 3, 1, 2]);
  queue.move([0, 3], undefined);
  expect(queue.list).toEqual([1, 2, 0, 3]);
  queue.move([9], 1);
  expect(queue.list).toEqual([1, 2, 0, 3]);
});

test('where the other one has just been taken into work, they come first', () => {
  const queue = new Queue([0, 1, 2, 3]);
  expect(queue.take()).toBe(0);
  queue.move([3], 0);
  expect(queue.list).toEqual([3, 1, 2]);
});
