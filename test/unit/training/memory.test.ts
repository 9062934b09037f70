import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { mostElementsAlive } from '../../../electron/training/graph/liveness.ts';
import { cacheWithin, memoryNeeded, partsWithin } from '../../../electron/training/memory.ts';
import { planOf } from '../../../electron/training/plan.ts';

const gibibyte = 2 ** 30;

test('results are given back after their last use, whatever they are called by then', () => {
  const node = (opType: string, inputs: string[], output: string) => ({ opType, inputs, outputs: [output] });
  const nodes = [
    node('Conv', ['input'], 'a'),
    node('Reshape', ['a'], 'b'),
    node('Conv', ['b'], 'c'),
    node('Relu', ['c'], 'd'),
    node('Conv', ['d'], 'result'),
  ];
  const sizes = new Map([
    ['a', 100],
    ['b', 100],
    ['c', 10],
    ['d', 10],
    ['result', 1000],
  ]);
  expect(mostElementsAlive(nodes, sizes, new Set(['result']))).toBe(110);
  // Had the reshaped tensor been needed once more, it would lie there until then.
  expect(mostElementsAlive([...nodes, node('Add', ['b', 'b'], 'e')], sizes, new Set(['result']))).toBe(110);
  expect(mostElementsAlive(nodes.slice(2), sizes, new Set(['result']))).toBe(10);
});

test('more samples at a time need more, parts need less', () => {
  const of = (batch: number, parts: number) => memoryNeeded(planOf('article', { batch }), parts);
  expect(of(64, 1)).toBeGreaterThan(of(32, 1));
  expect(of(64, 1)).toBeGreaterThan(of(64, 2));
  expect(of(64, 2)).toBeGreaterThan(of(64, 8));
});

test('the article’s values fit half of 24 GiB at once; half of 8 GiB takes parts', () => {
  const plan = planOf('article');
  expect(plan).toMatchObject({ batch: 64, sizePx: 64, spec: { baseChannels: 64 } });
  expect(partsWithin(plan, 12 * gibibyte)).toBe(1);
  const parts = partsWithin(plan, 5.5 * gibibyte);
  expect(parts).toBeGreaterThan(1);
  expect(64 % parts).toBe(0);
  expect(memoryNeeded(plan, parts) + cacheWithin(plan, 5.5 * gibibyte, parts)).toBeLessThanOrEqual(
    5.5 * gibibyte,
  );
  expect(partsWithin(plan, 12 * gibibyte, 4)).toBe(4);
  expect(partsWithin(plan, undefined)).toBe(1);
  // Nothing is small enough: one sample at a time is all that can be done.
  expect(partsWithin(plan, gibibyte)).toBe(64);
});

/** The peak of a process of its own, since this one has had other things in its memory. */
function measuredPeak(preset: string, baseChannels: number, batch: number, parts: number): number {
  const args = ['build/run.mjs', 'test/support/step-peak.ts', preset, baseChannels, batch, parts].map(String);
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return Number(output.trim().split('\n').at(-1));
}

test.runIf(process.platform === 'linux').each([
  ['article', 16, 32, 1],
  ['article', 16, 32, 4],
  ['photomend', 24, 8, 1],
] as const)(
  'a step of %s with %i channels, batches of %i in %i parts, keeps to it',
  (preset, baseChannels, batch, parts) => {
    const needed = memoryNeeded(planOf(preset, { baseChannels, batch }), parts);
    const peak = measuredPeak(preset, baseChannels, batch, parts);
    expect(peak).toBeLessThan(needed);
    // A statement that is far off would be no help.
    expect(peak).toBeGreaterThan(needed / 5);
  },
  240_000,
);
