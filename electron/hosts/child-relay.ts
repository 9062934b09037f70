import type { ChildEnd, ChildHandle } from '../engine/runtime/child-process.ts';
import type { FromHost, ToHost } from './messages.ts';
import type { HostPort } from './port.ts';

/**
 * Children of a host. A utility process cannot start processes of its own in the packaged app (Electron's `runAsNode`
 * is off), so main starts them and passes messages on.
 */
export function relayedLauncher(port: HostPort): (entryPath: string) => ChildHandle {
  interface Child {
    listener: (message: unknown) => void;
    end: (end: ChildEnd) => void;
  }
  const children = new Map<number, Child>();
  let next = 1;
  port.onMessage((message) => {
    if (message.type === 'child-said') children.get(message.child)?.listener(message.message);
    if (message.type === 'child-ended') {
      const { detail, lastWords } = message;
      children.get(message.child)?.end({ detail, lastWords });
      children.delete(message.child);
    }
  });
  return (entry) => {
    const id = next++;
    const child: Child = { listener: () => {}, end: () => {} };
    const ended = new Promise<ChildEnd>((resolve) => {
      child.end = resolve;
    });
    children.set(id, child);
    port.post({ type: 'child-start', child: id, entry });
    return {
      send: (message) => port.post({ type: 'child-tell', child: id, message }),
      onMessage: (listener) => {
        child.listener = listener;
      },
      kill: () => port.post({ type: 'child-kill', child: id }),
      ended,
    };
  };
}

/** Main's side: starts, feeds and ends the children of one host. */
export class ChildRelay {
  readonly #launch: (entryPath: string) => ChildHandle;
  readonly #isAllowed: (entryPath: string) => boolean;
  readonly #children = new Map<number, ChildHandle>();

  /** @param isAllowed which programs may be started; the host runs native code on files from anywhere */
  constructor(launch: (entryPath: string) => ChildHandle, isAllowed: (entryPath: string) => boolean) {
    this.#launch = launch;
    this.#isAllowed = isAllowed;
  }

  handle(message: FromHost, reply: (message: ToHost) => void): void {
    switch (message.type) {
      case 'child-start':
        this.#start(message.child, message.entry, reply);
        return;
      case 'child-tell':
        this.#children.get(message.child)?.send(message.message);
        return;
      case 'child-kill':
        this.#children.get(message.child)?.kill();
    }
  }

  /** Ends all children, since their host is gone. */
  close(): void {
    for (const child of this.#children.values()) child.kill();
    this.#children.clear();
  }

  #start(id: number, entry: string, reply: (message: ToHost) => void): void {
    if (!this.#isAllowed(entry)) {
      reply({ type: 'child-ended', child: id, detail: 'not a program of Photomend', lastWords: '' });
      return;
    }
    const child = this.#launch(entry);
    this.#children.set(id, child);
    child.onMessage((said) => reply({ type: 'child-said', child: id, message: said }));
    void child.ended.then(({ detail, lastWords }) => {
      if (this.#children.get(id) === child) this.#children.delete(id);
      reply({ type: 'child-ended', child: id, detail, lastWords });
    });
  }
}
