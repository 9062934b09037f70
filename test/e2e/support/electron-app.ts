import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { LaunchOptions } from '../../standin/launch.ts';
import { dropFiles } from '../../standin/launch.ts';
import type { RunningApp } from './running-app.ts';

type Main = typeof import('electron');

/** What a test may do in the main process, beside dialogs. */
const commands: Readonly<Record<string, (electron: Main, argument: never) => unknown>> = {
  'app.emit': ({ app }, { name, args }: { name: string; args: unknown[] }) => {
    app.emit(name as 'activate', { preventDefault: () => undefined } as never, ...(args as []));
  },
  'menu.click': ({ Menu }, id: string) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(),
  'clipboard.setPng': async ({ clipboard, ClipboardItem }, base64: string) => {
    const blob = new Blob([Buffer.from(base64, 'base64')], { type: 'image/png' });
    await clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  },
  'clipboard.getPng': async ({ clipboard }) => {
    const [item] = await clipboard.read();
    if (!item?.types.includes('image/png')) return '';
    const blob = await item.getType('image/png');
    return Buffer.from(await blob.arrayBuffer()).toString('base64');
  },
};

/** Replaces dialogs with scripted answers, and remembers what was asked. Runs in the main process. */
function scriptDialogs({ dialog, shell }: Main): void {
  const calls: { name: string; argument: unknown }[] = [];
  const answers = new Map<string, unknown[]>();
  const waiting = new Map<string, ((answer: unknown) => void)[]>();
  for (const kind of ['showOpenDialog', 'showSaveDialog', 'showMessageBox'] as const) {
    const name = `dialog.${kind}`;
    Object.assign(dialog, {
      [kind]: (...args: unknown[]) => {
        calls.push({ name, argument: args.at(-1) });
        const ready = answers.get(name)?.shift();
        if (ready !== undefined) return Promise.resolve(ready);
        return new Promise((give) => waiting.set(name, [...(waiting.get(name) ?? []), give]));
      },
    });
  }
  Object.assign(shell, {
    showItemInFolder: (path: string) => calls.push({ name: 'shell.showItemInFolder', argument: path }),
  });
  Object.assign(globalThis, { scripted: { calls, answers, waiting } });
}

interface Scripted {
  readonly calls: { readonly name: string; readonly argument: unknown }[];
  readonly answers: Map<string, unknown[]>;
  readonly waiting: Map<string, ((answer: unknown) => void)[]>;
}

/** The app on Electron itself, driven by Playwright. */
export class ElectronApp implements RunningApp {
  readonly #app: ElectronApplication;
  readonly exited: Promise<number | null>;
  output = '';

  private constructor(app: ElectronApplication) {
    this.#app = app;
    const child = app.process();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    }
    this.exited = new Promise((settle) => child.on('exit', settle));
  }

  static async launch(executablePath: string, options: LaunchOptions): Promise<ElectronApp> {
    const { size } = options;
    const launched = await _electron.launch({
      executablePath,
      args: argumentsFor(options),
      cwd: resolve('.'),
      env: environmentFor(options),
    });
    await launched.evaluate(scriptDialogs);
    const app = new ElectronApp(launched);
    if (size !== undefined) {
      await app.page();
      await launched.evaluate(({ BrowserWindow }, { width, height }) => {
        BrowserWindow.getAllWindows()[0].setContentSize(width, height);
      }, size);
    }
    return app;
  }

  static launchAgain(executablePath: string, options: LaunchOptions): Promise<number | null> {
    const child = spawn(executablePath, argumentsFor(options), {
      env: environmentFor(options),
      stdio: 'ignore',
    });
    return new Promise((settle) => child.on('exit', settle));
  }

  get pid(): number {
    return this.#app.process().pid as number;
  }

  page(): Promise<Page> {
    return this.#app.firstWindow();
  }

  command(command: string, argument: unknown = null): Promise<unknown> {
    const run = commands[command];
    if (run === undefined) throw new Error(`${command} is for the stand-in only`);
    return this.#app.evaluate(run as (electron: Main, argument: unknown) => unknown, argument);
  }

  async answer(name: string, answer: unknown): Promise<void> {
    await this.#app.evaluate(
      (_, { name, answer }) => {
        const { answers, waiting } = (globalThis as unknown as { scripted: Scripted }).scripted;
        const first = waiting.get(name)?.shift();
        if (first !== undefined) first(answer);
        else answers.set(name, [...(answers.get(name) ?? []), answer]);
      },
      { name, answer },
    );
  }

  calls(name: string): Promise<unknown[]> {
    if (name === 'BrowserWindow') {
      return this.#app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map(({ webContents }) => ({
          // Not in Electron's types, which leave out what is for tests.
          webPreferences: (
            webContents as unknown as { getLastWebPreferences(): unknown }
          ).getLastWebPreferences(),
        })),
      );
    }
    return this.#app.evaluate((_, wanted) => {
      const { calls } = (globalThis as unknown as { scripted: Scripted }).scripted;
      return calls.filter((call) => call.name === wanted).map(({ argument }) => argument);
    }, name);
  }

  drop(page: Page, paths: readonly string[], at?: { readonly x: number; readonly y: number }): Promise<void> {
    return dropFiles(page, paths, at);
  }

  async quit(): Promise<void> {
    await this.#app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  }

  async kill(): Promise<void> {
    this.#app.process().kill('SIGKILL');
    await this.exited;
  }

  async enginePid(): Promise<number> {
    const pid = await this.#app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Photomend engine')?.pid,
    );
    if (pid === undefined) throw new Error('there is no engine');
    return pid;
  }
}

function argumentsFor({ args = [] }: LaunchOptions): string[] {
  // Chromium's sandbox refuses root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...sandbox, resolve('.'), '--lang=en-US', ...args];
}

function environmentFor({ env = {} }: LaunchOptions): Record<string, string> {
  const all = { ...process.env, ...env };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
