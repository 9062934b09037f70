import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export interface LaunchOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly size?: { readonly width: number; readonly height: number };
  /** The main program; the app's own by default. */
  readonly main?: string;
}

/** Tests run in the repository's root. */
const fromRoot = (path: string) => resolve(path);

/** An app that runs on the stand-in, in the hands of a test. */
export class LaunchedApp {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 1;
  #browser: Browser | undefined;
  /** What it wrote. */
  output = '';
  readonly exited: Promise<number | null>;

  constructor({ args = [], env = {}, size, main = 'out/main.js' }: LaunchOptions) {
    this.#child = spawn(
      process.execPath,
      ['--import', fromRoot('out/standin/register.js'), fromRoot(main), ...args],
      {
        cwd: fromRoot('.'),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          ...(size !== undefined && { PHOTOMEND_STANDIN_SIZE: `${size.width}x${size.height}` }),
          ...env,
        },
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    }
    this.#child.on('message', (message) => {
      const { id, value, error } = message as { id: number; value: unknown; error?: string };
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(value);
      else pending?.reject(new Error(error));
    });
    this.exited = new Promise((resolve) => {
      this.#child.on('exit', (code) => {
        for (const pending of this.#pending.values())
          pending.reject(new Error(`the app ended:\n${this.output}`));
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Asks the stand-in to do something; see the `onCommand` calls in its files. */
  command(command: string, argument: unknown = null): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, command, argument }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  /** The answer to the next dialog of a kind, such as `dialog.showSaveDialog`. */
  async answer(name: string, answer: unknown): Promise<void> {
    await this.command('answer', { name, answer });
  }

  /** Calls that were recorded, such as `shell.showItemInFolder`. */
  async calls(name: string): Promise<unknown[]> {
    return (await this.command('calls', name)) as unknown[];
  }

  /** The app's page, once it shows the app. */
  async page(): Promise<Page> {
    const port = (await this.command('chromium.port')) as number;
    for (let attempt = 0; ; attempt++) {
      this.#browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      const pages = this.#browser.contexts().flatMap((context) => context.pages());
      const page = pages.find((each) => each.url().includes('.localhost/'));
      if (page !== undefined) return page;
      if (attempt > 200) throw new Error(`the app shows no page:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Drops files from the file manager onto the page. */
  drop(page: Page, paths: readonly string[], at?: { readonly x: number; readonly y: number }): Promise<void> {
    return dropFiles(page, paths, at);
  }

  /** Quits as the menu would. */
  async quit(): Promise<void> {
    await this.command('app.quit').catch(() => undefined);
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    await this.#browser?.close().catch(() => undefined);
  }
}

/** Drops files from the file manager onto a page of Chromium. */
export async function dropFiles(
  page: Page,
  paths: readonly string[],
  at: { readonly x: number; readonly y: number } = { x: 400, y: 300 },
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}
