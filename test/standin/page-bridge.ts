import { randomUUID } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';
import { packed, unpacked } from './clone.ts';
import { plainIpcMain } from './ipc-main.ts';
import { type Key, pressAccelerator } from './menu.ts';
import { fromChromium } from './session.ts';
import { isolatedWorld, mainWorld } from './worlds.ts';

const worldName = 'Electron Isolated Context';

type FromPage =
  | {
      readonly type: 'invoke';
      readonly invoke: number;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly type: 'preload-error'; readonly message: string }
  | ({ readonly type: 'key' } & Key);

interface Sender {
  emit(name: string, ...args: unknown[]): boolean;
}

/**
 * The preload's isolated world in a page, and its line to main. The binding exists in that world only; the page's own
 * scripts never see it.
 */
export class PageBridge {
  readonly #page: Page;
  readonly #sender: Sender;
  readonly #preload: string;
  #session: CDPSession | undefined;
  #contextId: number | undefined;

  constructor(page: Page, sender: Sender, preload: string) {
    this.#page = page;
    this.#sender = sender;
    this.#preload = preload;
  }

  async install(): Promise<void> {
    const session = await this.#page.context().newCDPSession(this.#page);
    this.#session = session;
    await session.send('Page.enable');
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#contextId = context.id;
    });
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === '__toMain') void this.#receive(unpacked(payload) as FromPage);
    });
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: '__toMain', executionContextName: worldName });
    const nonce = JSON.stringify(randomUUID());
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${mainWorld})(${nonce})` });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName,
      source: `(${isolatedWorld})(${nonce}, (require, process, exports, module) => {\n${this.#preload}\n})`,
    });
  }

  /** An event for `ipcRenderer.on`. */
  async send(channel: string, value: unknown): Promise<void> {
    await this.#tell({ channel, value });
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'invoke': {
        const args = await this.#withPaths(message.args);
        const answer = await plainIpcMain.answer(message.channel, this.#event(), args);
        await this.#tell({ invoke: message.invoke, ...answer });
        return;
      }
      case 'send':
        plainIpcMain.emit(message.channel, this.#event(), ...message.args);
        return;
      case 'preload-error':
        this.#sender.emit('preload-error', {}, 'preload', new Error(message.message));
        console.error(`preload: ${message.message}`);
        return;
      case 'key':
        pressAccelerator(message);
    }
  }

  #event() {
    const url = fromChromium(this.#page.url());
    const { protocol, host } = new URL(url);
    return {
      type: 'frame',
      sender: this.#sender,
      senderFrame: { url, origin: `${protocol}//${host}`, parent: null, top: null, isDestroyed: () => false },
      ports: [],
    };
  }

  /** `webUtils.getPathForFile` gave tickets; here they become paths. Files that the page made up have none. */
  async #withPaths(args: readonly unknown[]): Promise<unknown[]> {
    const resolve = async (value: unknown): Promise<unknown> => {
      if (typeof value === 'string' && value.startsWith('standin-file:')) return this.#pathOf(value);
      if (Array.isArray(value)) return Promise.all(value.map(resolve));
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
      const entries = Object.entries(value).map(async ([name, its]) => [name, await resolve(its)] as const);
      return Object.fromEntries(await Promise.all(entries));
    };
    return Promise.all(args.map(resolve));
  }

  async #pathOf(ticket: string): Promise<string> {
    const index = Number(ticket.slice(ticket.indexOf(':') + 1));
    const found = await this.#session?.send('Runtime.evaluate', {
      expression: `__files[${index}]`,
      ...(this.#contextId !== undefined && { contextId: this.#contextId }),
    });
    const objectId = found?.result.objectId;
    if (objectId === undefined) return '';
    const info = await this.#session?.send('DOM.getFileInfo' as never, { objectId } as never);
    return (info as unknown as { path: string } | undefined)?.path ?? '';
  }

  async #tell(message: object): Promise<void> {
    if (this.#contextId === undefined) return;
    await this.#session
      ?.send('Runtime.evaluate', {
        expression: `__fromMain(${JSON.stringify(packed(message))})`,
        contextId: this.#contextId,
      })
      // The page went away or was loaded anew meanwhile.
      .catch(() => undefined);
  }
}
