import { EventEmitter } from 'node:events';
import { cloned } from './clone.ts';
import { guarded } from './unimplemented.ts';

type Handler = (event: unknown, ...args: unknown[]) => unknown;

class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** What `ipcRenderer.invoke` gets: a cloned value, or Electron's wording of the error. */
  async answer(
    channel: string,
    event: unknown,
    args: readonly unknown[],
  ): Promise<{ value?: unknown; error?: string }> {
    const wording = (error: unknown) => `Error invoking remote method '${channel}': ${String(error)}`;
    const handler = this.#handlers.get(channel);
    if (handler === undefined) return { error: wording(new Error(`No handler registered for '${channel}'`)) };
    try {
      return { value: cloned(await handler(event, ...(cloned([...args]) as unknown[]))) };
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      return { error: wording(error) };
    }
  }
}

export const plainIpcMain = new IpcMain();
export const ipcMain = guarded('ipcMain', plainIpcMain);
