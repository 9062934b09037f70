import { expect, test } from 'vitest';
import { TimeLeft } from '../../../../renderer/editor/time-left.ts';

test('nothing is shown in the first second, nor without an estimate', () => {
  const left = new TimeLeft();
  expect(left.shown(5)).toBeUndefined();
  left.report(30, 0.5);
  expect(left.shown(0.9)).toBeUndefined();
  expect(left.shown(1)).toBeCloseTo(29.5);
});

test('counts down between reports, and shows nothing near the end', () => {
  const left = new TimeLeft();
  left.report(10, 2);
  expect(left.shown(5)).toBeCloseTo(7);
  expect(left.shown(10.1)).toBeUndefined();
});

test('estimates that are unknown or nonsense change nothing', () => {
  const left = new TimeLeft();
  left.report(10, 1);
  left.report(null, 2);
  left.report(Number.NaN, 2);
  left.report(Number.POSITIVE_INFINITY, 2);
  expect(left.shown(3)).toBeCloseTo(8);
});

test('never jumps upwards by more than a few seconds', () => {
  const left = new TimeLeft();
  left.report(5, 1);
  let before = left.shown(1) ?? 0;
  for (let elapsed = 1.1; elapsed < 20; elapsed += 0.1) {
    left.report(elapsed < 10 ? 500 : 3, elapsed);
    const now = left.shown(elapsed) ?? 0;
    expect(now - before).toBeLessThanOrEqual(3);
    before = now;
  }
});

test('rises by no more than a few seconds after a long silence', () => {
  const left = new TimeLeft();
  left.report(20, 1);
  left.report(1000, 15);
  expect(left.shown(15)).toBeLessThanOrEqual(23);
});

test('follows a steady estimate', () => {
  const left = new TimeLeft();
  for (let elapsed = 1; elapsed <= 10; elapsed += 0.5) left.report(40 - elapsed, elapsed);
  expect(left.shown(10)).toBeCloseTo(30);
});
