import { describe, expect, test } from 'vitest';
import type { ChildEnd, ChildHandle } from '../../../electron/engine/runtime/child-process.ts';
import { ChildRelay, relayedLauncher } from '../../../electron/hosts/child-relay.ts';
import type { FromHost, ToHost } from '../../../electron/hosts/messages.ts';

/** A host and main, joined without processes between them. */
function joined(isAllowed = () => true) {
  const made: { entry: string; told: unknown[]; say(message: unknown): void; end(end: ChildEnd): void }[] =
    [];
  const launch = (entry: string): ChildHandle => {
    let listener: (message: unknown) => void = () => {};
    let end: (end: ChildEnd) => void = () => {};
    const ended = new Promise<ChildEnd>((resolve) => {
      end = resolve;
    });
    const child = { entry, told: [] as unknown[], say: (message: unknown) => listener(message), end };
    made.push(child);
    return {
      send: (message) => child.told.push(message),
      onMessage: (its) => {
        listener = its;
      },
      kill: () => end({ detail: 'killed', lastWords: '' }),
      ended,
    };
  };
  const relay = new ChildRelay(launch, isAllowed);
  const listeners: ((message: ToHost) => void)[] = [];
  const toHost = (message: ToHost) => {
    for (const listener of listeners) listener(message);
  };
  const launcher = relayedLauncher({
    post: (message: FromHost) => relay.handle(message, toHost),
    onMessage: (listener) => void listeners.push(listener),
  });
  return { made, launcher, relay };
}

describe('children of a host', () => {
  test('messages go both ways', () => {
    const { made, launcher } = joined();
    const child = launcher('/app/out/probe-child.js');
    const heard: unknown[] = [];
    child.onMessage((message) => heard.push(message));
    child.send({ question: 1 });
    made[0].say({ answer: 2 });
    expect(made[0]).toMatchObject({ entry: '/app/out/probe-child.js', told: [{ question: 1 }] });
    expect(heard).toEqual([{ answer: 2 }]);
  });

  test('its end is told with its last words', async () => {
    const { made, launcher } = joined();
    const child = launcher('a');
    made[0].end({ detail: 'SIGSEGV', lastWords: 'libcuda.so is missing' });
    expect(await child.ended).toEqual({ detail: 'SIGSEGV', lastWords: 'libcuda.so is missing' });
  });

  test('programs that are not the app own are not started', async () => {
    const { made, launcher } = joined(() => false);
    const child = launcher('/bin/sh');
    expect(await child.ended).toMatchObject({ detail: 'not a program of Photomend' });
    expect(made).toEqual([]);
  });

  test('all end with their host', async () => {
    const { launcher, relay } = joined();
    const children = [launcher('a'), launcher('b')];
    relay.close();
    expect(await Promise.all(children.map(({ ended }) => ended))).toMatchObject([
      { detail: 'killed' },
      { detail: 'killed' },
    ]);
  });
});
