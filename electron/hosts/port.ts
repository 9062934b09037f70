import { parentPort } from '../engine/runtime/child-port.ts';
import type { FromHost, ToHost } from './messages.ts';

/** A host's line to the process that started it. */
export interface HostPort {
  post(message: FromHost): void;
  onMessage(listener: (message: ToHost) => void): void;
}

/** The line to main: Electron's port in a utility process, Node's own channel where the host was forked. */
export function hostPort(): HostPort {
  const port = parentPort();
  if (port !== undefined) {
    return {
      post: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.on('message', ({ data }) => listener(data as ToHost));
      },
    };
  }
  if (process.send === undefined) throw new Error('This program is started by Photomend, not by hand.');
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => {
      process.send?.(message);
    },
    onMessage: (listener) => {
      process.on('message', (message) => listener(message as ToHost));
    },
  };
}
