import { expect, test } from 'vitest';
import { Pace } from '../../../electron/hosts/trainer/pace.ts';

const never = () => false;

test('time that the process stood still is told once', async () => {
  const pace = new Pace();
  pace.set({ pace: 'run', save: false, stoodStillMs: 40 });
  pace.set({ pace: 'run', save: false, stoodStillMs: 2 });
  expect(await pace.takeStoodMs()).toBe(42);
  expect(await pace.takeStoodMs()).toBe(0);
});

test('slowly means waiting as long as was worked; what it stood still was no work', async () => {
  const pace = new Pace();
  await pace.turn(never);
  // As if nearly all of the time since then had been a standstill.
  await new Promise((resolve) => setTimeout(resolve, 400));
  pace.set({ pace: 'slow', save: false, stoodStillMs: 1e9 });
  const before = performance.now();
  await pace.turn(never);
  const short = performance.now() - before;
  await new Promise((resolve) => setTimeout(resolve, 400));
  const again = performance.now();
  await pace.turn(never);
  const long = performance.now() - again;
  expect(long).toBeGreaterThanOrEqual(390);
  expect(short).toBeLessThan(390);
});

test('a pause ends when it is over, and saves where the wait may be long', async () => {
  const pace = new Pace();
  let saves = 0;
  pace.set({ pace: 'pause', save: true, stoodStillMs: 0 });
  const turn = pace.turn(never, async () => {
    saves++;
  });
  await expect.poll(() => saves, { timeout: 10_000 }).toBe(1);
  pace.set({ pace: 'run', save: false, stoodStillMs: 0 });
  await turn;
});
