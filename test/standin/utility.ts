import { deserialized, serialized } from './clone.ts';

/* Loaded into every utility process ahead of its program: what Electron adds to `process` there. */
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', enumerable: true });
Object.defineProperty(process, 'type', { value: 'utility' });
// Programs must not use Node's own channel, which is not there in Electron.
const send = process.send?.bind(process) as
  | ((message: unknown, handle: undefined, options: undefined, done: () => void) => void)
  | undefined;
Object.defineProperty(process, 'send', { value: undefined });
const waiting: unknown[] = [];
let listener: ((event: { data: unknown; ports: readonly never[] }) => void) | undefined;
process.on('message', (bytes) => {
  const data = deserialized(bytes as Uint8Array);
  // Messages wait for the first listener, as on a port that was not started.
  if (listener === undefined) waiting.push(data);
  else listener({ data, ports: [] });
});
// An orderly end could wait for threads that compute for ever.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
const listeners: ((event: { data: unknown; ports: readonly never[] }) => void)[] = [];
Object.defineProperty(process, 'parentPort', {
  value: {
    postMessage: (message: unknown) => {
      send?.(serialized(message), undefined, undefined, () => undefined);
    },
    on: (name: string, added: (event: { data: unknown; ports: readonly never[] }) => void) => {
      if (name !== 'message') throw new Error(`parentPort has no event ${name} in the stand-in`);
      listeners.push(added);
      listener = (event) => {
        for (const each of listeners) each(event);
      };
      for (const data of waiting.splice(0)) listener({ data, ports: [] });
    },
  },
});
