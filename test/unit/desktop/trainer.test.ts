import { EventEmitter } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  activeWindow,
  isBusyState,
  isFullScreenWindow,
} from '../../../electron/desktop/training/full-screen.ts';
import { Trainer } from '../../../electron/desktop/training/trainer.ts';
import { AppError } from '../../../electron/engine/errors.ts';
import { Standstill } from '../../../electron/hosts/standstill.ts';
import type { HostState } from '../../../electron/hosts/supervised-host.ts';
import type { TrainerMethods, TrainingReport } from '../../../electron/hosts/trainer/contract.ts';
import { planOf } from '../../../electron/training/plan.ts';
import { createRun, readStatus } from '../../../electron/training/runs/run-folder.ts';

vi.mock('electron', () => ({ utilityProcess: {} }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-trainer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function newRun(name: string): Promise<string> {
  const path = join(folder, name);
  await createRun(path, {
    name,
    goal: null,
    folders: ['/photos'],
    excluded: [],
    plan: planOf('photomend'),
    startWeights: null,
    provider: 'cpu',
    threads: null,
    parts: 1,
    checkpointSeconds: 60,
    validateEverySteps: 10,
  });
  return path;
}

type Ending = { readonly finished: boolean } | 'crash' | 'last-crash';

/** A trainer whose process does what a test says: one ending for each start of the training. */
function trainerWith(endings: readonly Ending[], allowed = () => ({ pace: 'run' as const, reason: null })) {
  const holds: string[] = [];
  /** What happened to the process, in its order. */
  const events: string[] = [];
  let report: (its: TrainingReport) => void = () => {};
  let tell: (state: HostState, detail: string) => void = () => {};
  const waiting = [...endings];
  let end: ((ending: Ending) => void) | undefined;
  let clock = 0;
  const call = async (
    method: keyof TrainerMethods,
    argument: unknown,
    options?: { onProgress?: unknown },
  ) => {
    if (method === 'hold') {
      const { pace, stoodStillMs } = argument as TrainerMethods['hold']['in'];
      holds.push(pace);
      events.push(`${pace} ${stoodStillMs}`);
    }
    if (method === 'stop') {
      events.push(
        ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.endsWith('quitting'),
        ),
      );
      end?.({ finished: false });
    }
    if (method !== 'train') return null;
    report = options?.onProgress as typeof report;
    const ending = waiting.shift() ?? (await new Promise<Ending>((resolve) => (end = resolve)));
    if (typeof ending !== 'string') return ending;
    tell(ending === 'crash' ? 'restarting' : 'failed', 'signal 9');
    throw new AppError('trainer/crashed', 'crashed');
  };
  const trainer = new Trainer({
    configuration: { resourcesFolder: '', userDataFolder: '' },
    allowed,
    onChange: () => {},
    onActive: () => {},
    standstill: (pid) =>
      new Standstill(pid, {
        platform: 'linux',
        signal: (its, name) => events.push(`${name} ${its}`),
        priority: () => {},
        guard: () => new EventEmitter() as never,
        now: () => (clock += 100),
      }),
    start: (_configuration, onState) => {
      tell = onState;
      return { pid: 4711, isBusy: false, call: call as never, close: () => {} };
    },
  });
  return {
    trainer,
    holds,
    events,
    report: (its: TrainingReport) => report(its),
    state: (state: HostState) => tell(state, ''),
  };
}

describe('a training and its process', () => {
  test('goes on over crashes, and says so', async () => {
    const run = await newRun('crashes');
    const { trainer } = trainerWith(['crash', 'crash']);
    await trainer.run(run);
    await expect.poll(() => trainer.active?.notices.length).toBe(2);
    expect(trainer.active?.notices).toEqual([{ code: 'restarted' }, { code: 'restarted' }]);
    await trainer.close();
  });

  test('gives up where the process keeps dying, and says why', async () => {
    const run = await newRun('dies');
    const { trainer } = trainerWith(['crash', 'last-crash']);
    await trainer.run(run);
    await expect.poll(() => trainer.active).toBeUndefined();
    const status = await readStatus(run);
    expect(status).toMatchObject({ state: 'failed', error: { code: 'trainer/keeps-crashing' } });
    expect(status?.error?.message).toContain('signal 9');
  });

  test('one at a time', async () => {
    const { trainer } = trainerWith([]);
    await trainer.run(await newRun('first'));
    await expect(trainer.run(await newRun('second'))).rejects.toMatchObject({
      code: 'train/already-running',
    });
    await trainer.close();
  });

  test('waits at once for the editor, and a little longer', async () => {
    const { trainer, holds } = trainerWith([]);
    await trainer.run(await newRun('yields'));
    trainer.setEditorBusy(true);
    expect(trainer.active?.held).toBe('editor');
    trainer.setEditorBusy(false);
    expect(trainer.active?.held).toBe('editor');
    await expect.poll(() => trainer.active?.held, { timeout: 3000 }).toBeNull();
    expect(holds).toEqual(['run', 'pause', 'run']);
    await trainer.close();
  });

  test('stops in the middle of a step for the editor, once it trains, and hears how long that was', async () => {
    const { trainer, events, report, state } = trainerWith([]);
    await trainer.run(await newRun('stands'));
    state('ready');
    trainer.setEditorBusy(true);
    expect(events).toEqual(['run 0', 'run 0', 'pause 0']);
    // Devices have been tried by now.
    report({ kind: 'provider', provider: 'cpu' });
    expect(events.splice(0)).toContain('SIGSTOP 4711');
    trainer.setEditorBusy(false);
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(2);
    expect(events).toEqual(['run 100', 'SIGCONT 4711']);
    await trainer.close();
  });

  test('is let go when the app ends or its process is another', async () => {
    const { trainer, events, report, state } = trainerWith([]);
    await trainer.run(await newRun('let go'));
    state('ready');
    report({ kind: 'provider', provider: 'cpu' });
    trainer.setEditorBusy(true);
    expect(events.splice(0)).toContain('SIGSTOP 4711');
    state('restarting');
    expect(events.splice(0)).toEqual(['SIGCONT 4711']);
    state('ready');
    expect(events.splice(0)).toContain('SIGSTOP 4711');
    const closed = trainer.close();
    expect(events.splice(0)).toContain('SIGCONT 4711');
    trainer.setEditorBusy(true);
    await closed;
    expect(events).not.toContain('SIGSTOP 4711');
  });

  test('quitting leaves a sign for those who do not listen, and takes it away', async () => {
    const { trainer, events } = trainerWith([]);
    const run = await newRun('quits');
    await trainer.run(run);
    await trainer.close();
    expect(events).toContain(join('quits', 'quitting'));
    expect(existsSync(join(run, 'quitting'))).toBe(false);
  });

  test('what the person paused stays paused; what quitting interrupted goes on', async () => {
    const paused = await newRun('paused');
    const first = trainerWith([]);
    await first.trainer.run(paused);
    first.trainer.pause(true);
    await first.trainer.close();
    expect((await readStatus(paused))?.state).toBe('paused');
    const running = await newRun('running');
    const second = trainerWith([]);
    await second.trainer.run(running);
    await second.trainer.close();
    expect((await readStatus(running))?.state).toBe('running');
  });
});

test('full screen is told from what the system says', () => {
  expect(isBusyState('3\r\n')).toBe(true);
  expect(isBusyState('5\r\n')).toBe(false);
  expect(activeWindow('_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007')).toBe('0x3a00007');
  expect(activeWindow('_NET_ACTIVE_WINDOW(WINDOW): window id # 0x0')).toBeUndefined();
  const state = '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN\n_NET_WM_PID(CARDINAL) = 4711';
  expect(isFullScreenWindow(state, 1)).toBe(true);
  expect(isFullScreenWindow(state, 4711)).toBe(false);
});
