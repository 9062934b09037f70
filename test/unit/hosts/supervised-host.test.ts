import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostEvents } from '../../../electron/hosts/host-process.ts';
import type { ToHost } from '../../../electron/hosts/messages.ts';
import { type HostState, SupervisedHost } from '../../../electron/hosts/supervised-host.ts';

type Methods = { double: { in: number; out: number; progress: number } };

/** A host whose process is played by the test. */
function staged() {
  const processes: (HostEvents & { sent: ToHost[]; killed: boolean })[] = [];
  const states: HostState[] = [];
  let clock = 0;
  const host = new SupervisedHost<Methods>({
    launch: (events) => {
      const process = { ...events, sent: [] as ToHost[], killed: false };
      processes.push(process);
      return {
        pid: processes.length,
        post: (message) => process.sent.push(message),
        kill: () => {
          process.killed = true;
        },
      };
    },
    onState: (state) => states.push(state),
    now: () => clock,
  });
  const latest = () => processes[processes.length - 1];
  const settle = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
  return {
    host,
    states,
    processes,
    latest,
    settle,
    wait: (ms: number) => {
      clock += ms;
    },
  };
}

describe('a supervised host', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('calls wait until it is ready; progress comes on the way', async () => {
    const { host, latest, states, settle } = staged();
    const progress: number[] = [];
    const answer = host.call('double', 21, { onProgress: (data) => progress.push(data) });
    await settle();
    expect(latest().sent).toEqual([]);
    latest().onMessage({ type: 'ready' });
    await settle();
    expect(latest().sent).toEqual([{ type: 'call', id: 1, method: 'double', argument: 21 }]);
    latest().onMessage({ type: 'progress', id: 1, data: 0.5 });
    latest().onMessage({ type: 'result', id: 1, value: 42 });
    expect(await answer).toBe(42);
    expect(progress).toEqual([0.5]);
    expect(states).toEqual(['starting', 'ready']);
  });

  test('errors arrive as they were thrown', async () => {
    const { host, latest, settle } = staged();
    latest().onMessage({ type: 'ready' });
    const answer = host.call('double', 1);
    await settle();
    latest().onMessage({
      type: 'failure',
      id: 1,
      error: { code: 'photo/empty', message: 'The file is empty.', hint: 'Look again.', data: { bytes: 0 } },
    });
    await expect(answer).rejects.toMatchObject({
      code: 'photo/empty',
      hint: 'Look again.',
      data: { bytes: 0 },
    });
  });

  test('a crash fails what was running and starts another process', async () => {
    const { host, latest, processes, states, settle } = staged();
    latest().onMessage({ type: 'ready' });
    const answer = host.call('double', 1);
    await settle();
    latest().onEnd('SIGSEGV');
    await expect(answer).rejects.toMatchObject({ code: 'engine/crashed' });
    expect(processes).toHaveLength(2);
    latest().onMessage({ type: 'ready' });
    const again = host.call('double', 2);
    await settle();
    latest().onMessage({ type: 'result', id: 2, value: 4 });
    expect(await again).toBe(4);
    expect(states).toEqual(['starting', 'ready', 'restarting', 'ready']);
  });

  test('one that keeps dying stays down until it is called again', async () => {
    const { host, latest, processes, states, settle, wait } = staged();
    for (let crash = 0; crash < 4; crash++) {
      wait(1000);
      latest().onEnd('exit code 1');
    }
    expect(processes).toHaveLength(4);
    expect(states.at(-1)).toBe('failed');
    const answer = host.call('double', 1);
    await settle();
    expect(processes).toHaveLength(5);
    latest().onMessage({ type: 'ready' });
    await settle();
    latest().onMessage({ type: 'result', id: 1, value: 2 });
    expect(await answer).toBe(2);
  });

  test('crashes that lie far apart do not add up', () => {
    const { latest, processes, states, wait } = staged();
    for (let crash = 0; crash < 8; crash++) {
      wait(11 * 60_000);
      latest().onEnd('exit code 1');
    }
    expect(processes).toHaveLength(9);
    expect(states).not.toContain('failed');
  });

  test('a cancel is passed on; a process that does not listen is ended within a second', async () => {
    const { host, latest, processes, settle, states } = staged();
    latest().onMessage({ type: 'ready' });
    const controller = new AbortController();
    const answer = host.call('double', 1, { signal: controller.signal });
    answer.catch(() => undefined);
    await settle();
    controller.abort();
    expect(latest().sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
    // Whoever waits is free at once.
    await expect(answer).rejects.toMatchObject({ code: 'restore/cancelled' });
    vi.advanceTimersByTime(999);
    expect(processes[0].killed).toBe(true);
    processes[0].onEnd('SIGTERM');
    expect(processes).toHaveLength(2);
    expect(states).toEqual(['starting', 'ready', 'replacing']);
  });

  test('a process that stops after a cancel is kept, and what it still answers is ignored', async () => {
    const { host, latest, processes, settle } = staged();
    latest().onMessage({ type: 'ready' });
    const controller = new AbortController();
    const answer = host.call('double', 1, { signal: controller.signal });
    answer.catch(() => undefined);
    await settle();
    controller.abort();
    latest().onMessage({ type: 'result', id: 1, value: 2 });
    await expect(answer).rejects.toMatchObject({ code: 'restore/cancelled' });
    vi.advanceTimersByTime(5000);
    expect(processes[0].killed).toBe(false);
  });

  test('ending a process because of a cancel costs nobody else anything', async () => {
    const { host, latest, processes, settle } = staged();
    latest().onMessage({ type: 'ready' });
    const controller = new AbortController();
    const stopped = host.call('double', 1, { signal: controller.signal });
    stopped.catch(() => undefined);
    const other = host.call('double', 2);
    await settle();
    controller.abort();
    // Asked while the process is still busy with what nobody wants any more.
    const later = host.call('double', 3);
    await settle();
    vi.advanceTimersByTime(999);
    processes[0].onEnd('SIGTERM');
    latest().onMessage({ type: 'ready' });
    await settle();
    expect(latest().sent).toEqual([
      { type: 'call', id: 2, method: 'double', argument: 2 },
      { type: 'call', id: 3, method: 'double', argument: 3 },
    ]);
    latest().onMessage({ type: 'result', id: 2, value: 4 });
    latest().onMessage({ type: 'result', id: 3, value: 6 });
    expect(await other).toBe(4);
    expect(await later).toBe(6);
  });

  test('a call that was cancelled before it began never reaches the process', async () => {
    const { host, latest, settle } = staged();
    const controller = new AbortController();
    const answer = host.call('double', 1, { signal: controller.signal });
    answer.catch(() => undefined);
    controller.abort();
    latest().onMessage({ type: 'ready' });
    await expect(answer).rejects.toMatchObject({ code: 'restore/cancelled' });
    await settle();
    expect(latest().sent).toEqual([]);
  });

  test('after closing nothing is started again', async () => {
    const { host, latest, processes } = staged();
    host.close();
    expect(latest().killed).toBe(true);
    latest().onEnd('SIGTERM');
    expect(processes).toHaveLength(1);
    await expect(host.call('double', 1)).rejects.toMatchObject({ code: 'engine/unavailable' });
  });
});
