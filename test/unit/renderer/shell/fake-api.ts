import type { PhotomendApi } from '../../../../electron/ipc/api.ts';
import { type EventName, type RequestName, requestNames } from '../../../../electron/ipc/channels.ts';
import type {
  EventData,
  Input,
  Output,
  PhotoInfo,
  Reply,
  StartState,
} from '../../../../electron/ipc/contract.ts';
import { defaultSettings } from '../../../../electron/ipc/settings.ts';

type Answers = { [K in RequestName]?: (argument: Input<K>) => Reply<Output<K>> | Promise<Reply<Output<K>>> };

export const ok = <T>(value: T): Reply<T> => ({ ok: true, value });
export const failed = (code: string): Reply<never> => ({
  ok: false,
  error: { code, message: code, data: {} },
});

/** The bridge as the preload gives it, with answers of the test's own. */
export function fakeApi(answers: Answers = {}) {
  const calls: { readonly name: string; readonly argument: unknown }[] = [];
  const listeners = new Map<EventName, Set<(data: never) => void>>();
  const request = (name: RequestName) => async (argument: unknown) => {
    // As across the process boundary: what cannot be cloned fails.
    calls.push({ name, argument: structuredClone(argument) });
    const answer = answers[name] as ((its: unknown) => unknown) | undefined;
    return answer === undefined ? ok({}) : answer(argument);
  };
  const api = {
    ...Object.fromEntries(requestNames.map((name) => [name, request(name)])),
    openDropped: async (files: readonly File[]) => {
      calls.push({ name: 'openDropped', argument: files.length });
      return answers['photos.openDropped']?.({ paths: [] }) ?? ok({ photos: [], failures: [] });
    },
    on: (event: EventName, listener: (data: never) => void) => {
      const own = listeners.get(event) ?? new Set();
      listeners.set(event, own.add(listener));
      return () => own.delete(listener);
    },
  } as unknown as PhotomendApi;
  return {
    api,
    calls,
    /** Names of the requests so far. */
    names: () => calls.map(({ name }) => name),
    emit: <K extends EventName>(event: K, data: EventData<K>) => {
      for (const listener of listeners.get(event) ?? []) listener(data as never);
    },
    listenerCount: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

export function photoInfo(number: number): PhotoInfo {
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    name: `photo-${number}.jpg`,
    format: 'jpeg',
    width: 800,
    height: 600,
    depth: 8,
    sizeBytes: 100_000,
    flags: [],
    view: { width: 800, height: 600 },
    origin: 'file',
  };
}

export const opened = (...numbers: number[]) => ({
  photos: numbers.map((number) => ({ info: photoInfo(number) })),
  failures: [],
});

export const startState: StartState = {
  version: '1.2.3',
  platform: 'linux',
  language: 'en',
  settings: defaultSettings,
  opened: { photos: [], failures: [] },
  recent: [],
  unsaved: [],
};
