import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../electron/evaluation/compare.ts';
import { checkpointFailure } from '../../../electron/training/checkpoint.ts';
import { splitLibrary } from '../../../electron/training/dataset/split.ts';
import { isOutOfMemory, smallerSetup } from '../../../electron/training/memory.ts';
import { initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';
import {
  changeStatus,
  createRun,
  listRunFolders,
  lockRun,
  noteRun,
  readRun,
  readStatus,
} from '../../../electron/training/runs/run-folder.ts';
import { RunLog, readCurves } from '../../../electron/training/runs/run-log.ts';
import { initialState, type StepBatch, Stepper } from '../../../electron/training/stepper.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-runs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('too little memory', () => {
  const { spec } = planOf('photomend');

  test('batches are computed in more and more parts, then on the processor', () => {
    let setup = { device: 'cuda' as 'cuda' | 'cpu', parts: 1 };
    const way: string[] = [];
    for (;;) {
      const smaller = smallerSetup(setup, { batch: 6, spec });
      if (smaller === undefined) break;
      setup = smaller.setup as typeof setup;
      way.push(`${setup.device} ${setup.parts} ${smaller.notice.code}`);
    }
    expect(way).toEqual([
      'cuda 2 batch-in-parts',
      'cuda 6 batch-in-parts',
      'cpu 1 on-processor',
      'cpu 2 batch-in-parts',
      'cpu 6 batch-in-parts',
    ]);
  });

  test('where batch norm sees smaller parts, that is said', () => {
    const notice = smallerSetup(
      { device: 'cpu', parts: 1 },
      { batch: 4, spec: planOf('article').spec },
    )?.notice;
    expect(notice).toEqual({ code: 'batch-in-parts', parts: 2, batchNorm: true });
  });

  test('it is told from other errors, also behind them', () => {
    expect(isOutOfMemory(new Error('step', { cause: new Error('std::bad_alloc') }))).toBe(true);
    expect(isOutOfMemory(new Error('Failed to allocate memory for requested buffer'))).toBe(true);
    expect(isOutOfMemory(new Error('no such node'))).toBe(false);
  });

  test('a batch in parts takes the same step as a whole one', async () => {
    const plan = planOf('photomend', { baseChannels: 4, batch: 4, sizePx: 16 });
    const parameters = parametersOf(plan.spec);
    const pixels = 4 * 16 * 16;
    const wave = (count: number, pitch: number) =>
      Float32Array.from({ length: count }, (_, i) => Math.sin(i * pitch) / 2);
    const batch: StepBatch = {
      input: wave(6 * pixels, 0.7),
      target: wave(3 * pixels, 0.3),
      pixelWeight: new Float32Array(pixels).fill(1 / (3 * pixels)),
    };
    const run = async (parts: number) => {
      const stepper = await Stepper.create(
        { ...plan, averaging: true, session: { executionProviders: ['cpu'] }, parts, height: 16, width: 16 },
        initialState(parameters, initialWeights(parameters, 1), true),
      );
      const reports = [];
      for (let i = 0; i < 3; i++) reports.push(await stepper.run(batch, 1e-3, 0.1));
      const state = await stepper.snapshot();
      await stepper.release();
      return { reports, state };
    };
    const [whole, parted] = [await run(1), await run(4)];
    expect(parted.state.step).toBe(3);
    for (const [i, { loss, gradientNorm }] of whole.reports.entries()) {
      expect(parted.reports[i].loss).toBeCloseTo(loss, 6);
      expect(parted.reports[i].gradientNorm).toBeCloseTo(gradientNorm, 5);
    }
    for (const [name, data] of whole.state.first) {
      const other = parted.state.first.get(name) ?? new Float32Array();
      const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
      expect(worst, name).toBeLessThan(1e-5);
    }
  });
});

test('a full disk is told from a drive that is gone', () => {
  expect(checkpointFailure(Object.assign(new Error('x'), { code: 'ENOSPC' })).code).toBe('train/disk-full');
  expect(checkpointFailure(Object.assign(new Error('x'), { code: 'EIO' })).code).toBe('train/cannot-save');
});

describe('photos for the verdict', () => {
  const photos = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      path: `${i}.jpg`,
      hash: (Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8),
    }));

  test.each([3, 8, 40, 1000])('of %i photos none is on two sides', (count) => {
    const { training, validation, test: kept } = splitLibrary(photos(count), true);
    const all = [...training, ...validation, ...kept].map(({ hash }) => hash);
    expect(new Set(all).size).toBe(count);
    expect(all).toHaveLength(count);
    expect(training.length).toBeGreaterThan(0);
    expect(kept.length).toBeGreaterThan(0);
  });

  test('trainings that kept none go on without', () => {
    expect(splitLibrary(photos(100)).test).toEqual([]);
  });
});

describe('the verdict', () => {
  test('better needs a gain that chance does not explain', () => {
    expect(judge([0.3, 0.4, 0.35, 0.3, 0.38]).verdict).toBe('better');
    expect(judge([2, -1.5, 1.8, -1.2, 0.2]).verdict).toBe('unsure');
    expect(judge([0.5, 0.6]).verdict).toBe('unsure');
    expect(judge([-0.2, -0.1, -0.3, -0.2]).verdict).toBe('not-better');
    expect(judge([]).verdict).toBe('not-better');
  });
});

describe('the folder of a run', () => {
  const asked = (name: string) => ({
    name,
    goal: null,
    folders: ['/photos'],
    excluded: [],
    plan: planOf('photomend'),
    startWeights: null,
    provider: 'cpu' as const,
    threads: null,
    parts: 1,
    checkpointSeconds: 60,
    validateEverySteps: 10,
  });

  test('runs are listed, wherever they lie', async () => {
    const runs = join(folder, 'runs');
    const outside = join(folder, 'outside');
    await createRun(join(runs, 'one'), asked('one'));
    await createRun(outside, asked('two'));
    await noteRun(runs, outside);
    await noteRun(runs, outside);
    await mkdir(join(runs, 'no run'));
    const names = await Promise.all(
      (await listRunFolders(runs)).map(async (path) => (await readRun(path)).name),
    );
    expect(names).toEqual(['one', 'two']);
    await expect(readRun(join(runs, 'no run'))).rejects.toMatchObject({ code: 'train/no-run' });
  });

  test('a run belongs to one process; the lock of a dead one is no lock', async () => {
    const path = join(folder, 'locked');
    await createRun(path, asked('locked'));
    await writeFile(join(path, 'run.lock'), String(process.ppid));
    await expect(lockRun(path)).rejects.toMatchObject({ code: 'train/already-running' });
    await writeFile(join(path, 'run.lock'), '99999999');
    const unlock = await lockRun(path);
    await unlock();
    await (await lockRun(path))();
  });

  test('an error is forgotten when it goes on', async () => {
    const path = join(folder, 'status');
    await mkdir(path);
    await changeStatus(path, { state: 'failed', error: { code: 'train/disk-full', message: 'full' } });
    await changeStatus(path, { state: 'running', step: 7 });
    expect(await readStatus(path)).toEqual({ state: 'running', step: 7, progress: 0 });
  });

  test('what a resume computes anew replaces what it went back behind', async () => {
    const path = join(folder, 'log');
    await mkdir(path);
    const log = new RunLog(path);
    const step = (at: number, loss: number) =>
      log.event({
        kind: 'step',
        step: at,
        loss,
        progress: 0,
        gradientNorm: 1,
        learningRate: 1e-3,
        stepMs: 1,
        samplesPerSecond: 1,
        waitingShare: 0,
        secondsLeft: 1,
      });
    for (let at = 1; at <= 5; at++) step(at, 1 / at);
    step(3, 0.25);
    const { training } = await readCurves(path);
    expect(training.step).toEqual([1, 2, 3]);
    expect(training.loss[2]).toBe(0.25);
  });
});
