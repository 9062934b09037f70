/*
 * Scripts that run in the page before any of its own. They are turned into text, so they may use nothing from outside.
 */

/** Runs in the main world: makes what the preload exposes. */
export function mainWorld(nonce: string): void {
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const callbacks: ((...args: unknown[]) => unknown)[] = [];
  let next = 1;
  const send = (detail: unknown) => document.dispatchEvent(new CustomEvent(`${nonce}-call`, { detail }));

  /** Functions of the page travel as numbers. */
  const outgoing = (value: unknown): unknown => {
    if (typeof value === 'function') {
      callbacks.push(value as (typeof callbacks)[number]);
      return { $callback: callbacks.length - 1 };
    }
    return value;
  };
  const proxy =
    (id: number) =>
    (...args: unknown[]) => {
      const call = next++;
      const passed = args.map(outgoing);
      try {
        structuredClone(passed);
      } catch {
        throw new Error('An object could not be cloned.');
      }
      let result: { value?: unknown; fn?: number; error?: string; pending?: boolean } = {};
      const take = (event: Event) => {
        result = (event as CustomEvent).detail as typeof result;
      };
      document.addEventListener(`${nonce}-result-${call}`, take, { once: true });
      send({ call, id, args: passed });
      if (result.error !== undefined) throw new Error(result.error);
      if (result.fn !== undefined) return proxy(result.fn);
      if (result.pending !== true) return result.value;
      return new Promise((resolve, reject) => calls.set(call, { resolve, reject }));
    };
  document.addEventListener(`${nonce}-settle`, (event) => {
    const { call, value, error } = (event as CustomEvent).detail as {
      call: number;
      value: unknown;
      error?: string;
    };
    if (error === undefined) calls.get(call)?.resolve(value);
    else calls.get(call)?.reject(new Error(error));
    calls.delete(call);
  });
  document.addEventListener(`${nonce}-callback`, (event) => {
    const { id, args } = (event as CustomEvent).detail as { id: number; args: unknown[] };
    callbacks[id](...args);
  });
  document.addEventListener(`${nonce}-expose`, (event) => {
    const { key, shape } = JSON.parse((event as CustomEvent).detail as string) as {
      key: string;
      shape: unknown;
    };
    const build = (part: unknown): unknown => {
      if (typeof part !== 'object' || part === null) return part;
      if (Array.isArray(part)) return Object.freeze(part.map(build));
      if ('$function' in part) return proxy((part as { $function: number }).$function);
      return Object.freeze(Object.fromEntries(Object.entries(part).map(([name, its]) => [name, build(its)])));
    };
    if (key in window)
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    Object.defineProperty(window, key, { value: build(shape), enumerable: true });
  });
}

/** Runs in the isolated world: the preload with what a sandboxed one may use. `__toMain` is a binding of this world. */
export function isolatedWorld(
  nonce: string,
  preload: (require: unknown, process: unknown, exports: unknown, module: unknown) => void,
): void {
  const world = globalThis as unknown as {
    __toMain(json: string): void;
    __fromMain(json: string): void;
    __files: File[];
  };
  const functions: ((...args: never[]) => unknown)[] = [];
  const invokes = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const listeners = new Map<string, ((event: unknown, ...args: unknown[]) => void)[]>();
  const exposed = new Set<string>();
  let nextInvoke = 1;
  world.__files = [];

  const tell = (name: string, detail: unknown) =>
    document.dispatchEvent(new CustomEvent(`${nonce}-${name}`, { detail }));
  const pack = (value: unknown): string =>
    JSON.stringify(value, (_key, item: unknown) => {
      if (item === undefined) return { $: 'undefined' };
      if (item instanceof Uint8Array) {
        let text = '';
        for (const byte of item) text += String.fromCharCode(byte);
        return { $: 'bytes', value: btoa(text) };
      }
      if (item instanceof Error) return { $: 'error', value: item.message };
      return item;
    });
  /** A reviver of JSON.parse cannot keep a key whose value is undefined. */
  const revive = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map(revive);
    if (!('$' in item))
      return Object.fromEntries(Object.entries(item).map(([name, its]) => [name, revive(its)]));
    const { $, value } = item as { $: string; value: string };
    if ($ === 'bytes') return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    return $ === 'error' ? new Error(value) : undefined;
  };
  const unpack = (json: string): unknown => revive(JSON.parse(json));
  /** Throws for what Electron's clone refuses. */
  const cloneable = (value: unknown): unknown => {
    try {
      return structuredClone(value);
    } catch {
      throw new Error('An object could not be cloned.');
    }
  };

  world.__fromMain = (json) => {
    const message = unpack(json) as { invoke?: number; channel?: string; value?: unknown; error?: string };
    if (message.channel !== undefined) {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, message.value);
      return;
    }
    const pending = invokes.get(message.invoke ?? 0);
    invokes.delete(message.invoke ?? 0);
    if (message.error === undefined) pending?.resolve(message.value);
    else pending?.reject(new Error(message.error));
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) => {
        if (exposed.has(key)) {
          throw new Error('Cannot bind an API on top of an existing property on the window object');
        }
        exposed.add(key);
        const shapeOf = (part: unknown): unknown => {
          if (typeof part === 'function') {
            functions.push(part as (typeof functions)[number]);
            return { $function: functions.length - 1 };
          }
          if (typeof part !== 'object' || part === null) return part;
          if (Array.isArray(part)) return part.map(shapeOf);
          return Object.fromEntries(Object.entries(part).map(([name, its]) => [name, shapeOf(its)]));
        };
        tell('expose', JSON.stringify({ key, shape: shapeOf(api) }));
      },
    },
    ipcRenderer: {
      invoke: (channel: string, ...args: unknown[]) => {
        const cloned = args.map(cloneable);
        const invoke = nextInvoke++;
        const answer = new Promise((resolve, reject) => invokes.set(invoke, { resolve, reject }));
        world.__toMain(pack({ type: 'invoke', invoke, channel, args: cloned }));
        return answer;
      },
      send: (channel: string, ...args: unknown[]) =>
        world.__toMain(pack({ type: 'send', channel, args: args.map(cloneable) })),
      on: (channel: string, listener: (event: unknown, ...args: unknown[]) => void) =>
        void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel: string, listener: unknown) =>
        void listeners.set(
          channel,
          (listeners.get(channel) ?? []).filter((each) => each !== listener),
        ),
      sendSync: () => {
        throw new Error('NotImplementedInStandin: ipcRenderer.sendSync');
      },
    },
    webUtils: {
      /** The path is looked up on its way to main. */
      getPathForFile: (file: File) => {
        world.__files.push(file);
        return `standin-file:${world.__files.length - 1}`;
      },
    },
  };

  document.addEventListener(`${nonce}-call`, (event) => {
    const { call, id, args } = (event as CustomEvent).detail as { call: number; id: number; args: unknown[] };
    const incoming = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null || !('$callback' in value)) return value;
      return (...its: unknown[]) =>
        tell('callback', { id: (value as { $callback: number }).$callback, args: its });
    };
    const answer = (detail: unknown) => tell(`result-${call}`, detail);
    try {
      const result = functions[id](...(args.map(incoming) as never[]));
      if (result instanceof Promise) {
        answer({ pending: true });
        result.then(
          (value) => tell('settle', { call, value }),
          (error: unknown) =>
            tell('settle', { call, error: error instanceof Error ? error.message : String(error) }),
        );
      } else if (typeof result === 'function') {
        functions.push(result as (typeof functions)[number]);
        answer({ fn: functions.length - 1 });
      } else answer({ value: result });
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  });

  // Keys that the page does not want are the menu's.
  addEventListener('keydown', (event) => {
    // Listeners of the page may come later than this one.
    setTimeout(() => {
      if (event.defaultPrevented) return;
      const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
      world.__toMain(pack({ type: 'key', key, ctrlKey, metaKey, shiftKey, altKey }));
    }, 0);
  });

  const allowed: Record<string, unknown> = { electron, 'electron/renderer': electron };
  const requireOf = (name: string) => {
    if (name in allowed) return allowed[name];
    throw new Error(`module not found: ${name}`);
  };
  const module = { exports: {} };
  try {
    preload(
      requireOf,
      { type: 'renderer', sandboxed: true, versions: { electron: '45.4.1' }, platform: 'linux' },
      module.exports,
      module,
    );
  } catch (error) {
    world.__toMain(
      pack({ type: 'preload-error', message: error instanceof Error ? error.message : String(error) }),
    );
    console.error(error);
  }
}
