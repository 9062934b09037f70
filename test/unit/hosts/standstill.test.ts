import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Standstill, type StandstillParts } from '../../../electron/hosts/standstill.ts';

const isWindows = process.platform === 'win32';
const patience = { timeout: 30_000, interval: 50 };
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function started(program: string): { readonly child: ChildProcess; readonly pid: number } {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  if (child.pid === undefined) throw new Error('no process');
  return { child, pid: child.pid };
}

/** How the system sees a process: `T` is stopped, nothing is gone. */
function stateOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .slice(0, 1);
  } catch {
    return '';
  }
}

const forever = 'setInterval(() => {}, 1000)';

describe.skipIf(isWindows)('a process that stands still', () => {
  test('is stopped in the middle of work and goes on', async () => {
    const { pid } = started('for (;;);');
    const standstill = new Standstill(pid);
    standstill.stop();
    await expect.poll(() => stateOf(pid), patience).toBe('T');
    expect(standstill.isStanding).toBe(true);
    standstill.goOn();
    await expect.poll(() => stateOf(pid), patience).toBe('R');
    expect(standstill.takeStoodMs()).toBeGreaterThan(0);
    expect(standstill.takeStoodMs()).toBe(0);
    standstill.end();
  });

  test('is let go ahead of its end, and never stopped again', async () => {
    const { child, pid } = started(forever);
    const standstill = new Standstill(pid);
    standstill.stop();
    await expect.poll(() => stateOf(pid), patience).toBe('T');
    standstill.end();
    standstill.stop();
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
  });

  test('goes on when whoever stopped it is killed', async () => {
    const { pid } = started(forever);
    const owner = spawn(process.execPath, ['build/run.mjs', 'test/support/stop-process.ts', String(pid)]);
    children.push(owner);
    let said = '';
    owner.stdout.on('data', (text) => (said += text));
    await expect.poll(() => stateOf(pid), patience).toBe('T');
    await expect.poll(() => Number(said), patience).toBeGreaterThan(0);
    process.kill(Number(said), 'SIGKILL');
    await expect.poll(() => stateOf(pid), patience).not.toBe('T');
    expect(stateOf(pid)).not.toBe('');
  }, 90_000);

  test('is not stopped where nobody would wake it', async () => {
    const { pid } = started(forever);
    const signals: string[] = [];
    const guard = new EventEmitter() as unknown as ReturnType<StandstillParts['guard']>;
    const standstill = new Standstill(pid, {
      platform: 'linux',
      signal: (_pid, name) => signals.push(name),
      priority: () => {},
      guard: () => guard,
      now: () => 0,
    });
    standstill.stop();
    (guard as unknown as EventEmitter).emit('exit', 1);
    standstill.stop();
    expect(signals).toEqual(['SIGSTOP', 'SIGCONT']);
  });
});

test('nobody stands still for long, and not again before they were told to go on', () => {
  vi.useFakeTimers();
  try {
    const signals: string[] = [];
    const standstill = new Standstill(7, {
      platform: 'linux',
      signal: (_pid, name) => signals.push(name),
      priority: () => {},
      guard: () => new EventEmitter() as never,
      now: () => Date.now(),
    });
    standstill.stop();
    vi.advanceTimersByTime(60_000);
    expect(signals).toEqual(['SIGSTOP', 'SIGCONT']);
    standstill.stop();
    expect(signals).toEqual(['SIGSTOP', 'SIGCONT']);
    expect(standstill.takeStoodMs()).toBe(20_000);
    standstill.goOn();
    standstill.stop();
    expect(signals).toEqual(['SIGSTOP', 'SIGCONT', 'SIGSTOP']);
    standstill.end();
  } finally {
    vi.useRealTimers();
  }
});

test('where processes cannot be stopped, they get out of the way', () => {
  const priorities: number[] = [];
  const standstill = new Standstill(7, {
    platform: 'win32',
    signal: () => {
      throw new Error('there are no signals');
    },
    priority: (_pid, priority) => priorities.push(priority),
    guard: () => {
      throw new Error('nobody has to be woken');
    },
    now: () => 0,
  });
  standstill.stop();
  expect(standstill.isStanding).toBe(false);
  standstill.goOn();
  standstill.end();
  standstill.stop();
  expect(priorities[0]).toBeGreaterThan(priorities[1]);
  expect(standstill.takeStoodMs()).toBe(0);
});
