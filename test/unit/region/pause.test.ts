import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seldom } from '../../../electron/engine/pause.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('pauses are taken only so often, counted from the end of the last', async () => {
  const pause = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 1000)));
  const taken = seldom(pause);
  expect(taken()).toBeUndefined();
  vi.advanceTimersByTime(49);
  expect(taken()).toBeUndefined();
  vi.advanceTimersByTime(2);
  const first = taken();
  await vi.advanceTimersByTimeAsync(1000);
  await first;
  expect(pause).toHaveBeenCalledTimes(1);
  expect(taken()).toBeUndefined();
  vi.advanceTimersByTime(51);
  expect(taken()).toBeInstanceOf(Promise);
});

test('what a pause throws comes through', async () => {
  const taken = seldom(() => Promise.reject(new Error('cancelled')));
  vi.advanceTimersByTime(60);
  await expect(taken()).rejects.toThrow('cancelled');
});
