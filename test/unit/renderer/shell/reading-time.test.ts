import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReadingTime, readingMs } from '../../../../renderer/app/reading-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a message goes when it was read, not while someone is at it, away, or it has gone already', () => {
  let over = 0;
  let isAway = false;
  const time = new ReadingTime(
    () => over++,
    () => isAway,
  );
  time.start(1000);
  vi.advanceTimersByTime(900);
  time.hold(true);
  vi.advanceTimersByTime(5000);
  expect(over).toBe(0);
  time.hold(false);
  vi.advanceTimersByTime(999);
  expect(over).toBe(0);
  isAway = true;
  vi.advanceTimersByTime(2000);
  expect(over).toBe(0);
  isAway = false;
  vi.advanceTimersByTime(1000);
  expect(over).toBe(1);
  time.start(1000);
  time.stop();
  time.hold(false);
  vi.advanceTimersByTime(5000);
  expect(over).toBe(1);
  expect(readingMs(4)).toBeGreaterThan(readingMs(1));
});
