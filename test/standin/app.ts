import { EventEmitter } from 'node:events';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCommand, record } from './control.ts';
import { SingleInstance } from './single-instance.ts';
import { guarded } from './unimplemented.ts';

/** Windows and Chromium, as far as the app's end needs them. */
export interface Ending {
  closeAll(): boolean;
  end(): Promise<void>;
}

const home = homedir();
const paths = new Map<string, string>([
  ['home', home],
  ['appData', process.env.XDG_CONFIG_HOME ?? join(home, '.config')],
  ['userData', join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'photomend')],
  ['temp', tmpdir()],
  ...['Desktop', 'Documents', 'Downloads', 'Music', 'Pictures', 'Videos'].map((name): [string, string] => [
    name.toLowerCase(),
    join(home, name),
  ]),
]);
const given = process.argv.find((argument) => argument.startsWith('--user-data-dir='));
if (given !== undefined) paths.set('userData', given.slice(given.indexOf('=') + 1));

class App extends EventEmitter {
  readonly isPackaged = false;
  name = 'photomend';
  #isReady = false;
  #ending: Ending | undefined;
  #isQuitting = false;
  /** It quits, and its windows are being closed. */
  #isClosing = false;
  #instance: SingleInstance | undefined;

  /** For the rest of the stand-in. */
  attach(ending: Ending): void {
    this.#ending = ending;
  }

  makeReady(): void {
    this.#isReady = true;
    this.emit('ready', {}, {});
  }

  isReady(): boolean {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    if (this.#isReady) return Promise.resolve();
    return new Promise((resolve) => this.once('ready', () => resolve()));
  }

  requestSingleInstanceLock(data: unknown = {}): boolean {
    this.#instance ??= new SingleInstance(this.getPath('userData'), (message) => {
      this.emit('second-instance', {}, message.argv, message.cwd, message.data);
    });
    return this.#instance.acquire({ argv: process.argv, cwd: process.cwd(), data });
  }

  hasSingleInstanceLock(): boolean {
    return this.#instance?.isHeld ?? false;
  }

  quit(): void {
    if (this.#isQuitting || this.#isClosing) return;
    const event = preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.#isClosing = true;
    const isClosed = this.#ending?.closeAll() ?? true;
    this.#isClosing = false;
    // Windows that stay open stop it; the app calls again when they may close.
    if (isClosed) this.finish();
  }

  /** The last window is gone. Where that is because the app quits, nobody is asked what to do. */
  lastWindowClosed(): void {
    if (this.#isClosing) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }

  /** All windows are gone. */
  finish(): void {
    if (this.#isQuitting) return;
    const event = preventable();
    this.emit('will-quit', event);
    if (event.defaultPrevented) return;
    this.#isQuitting = true;
    this.emit('quit', {}, 0);
    void this.exit(0);
  }

  async exit(code = 0): Promise<void> {
    this.#instance?.release();
    await this.#ending?.end();
    process.exit(code);
  }

  getPath(name: string): string {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    paths.set(name, path);
  }

  getVersion(): string {
    return process.env.npm_package_version ?? '0.1.0';
  }

  getAppPath(): string {
    return process.cwd();
  }

  getName(): string {
    return this.name;
  }

  getLocale(): string {
    return this.getPreferredSystemLanguages()[0];
  }

  getPreferredSystemLanguages(): string[] {
    return (process.env.LANGUAGE || process.env.LANG || 'en_US')
      .split(':')
      .map((name) => name.split('.')[0].replace('_', '-'))
      .map((name) => (name === 'C' || name === '' ? 'en-US' : name));
  }

  addRecentDocument(path: string): void {
    record('app.addRecentDocument', path);
  }

  clearRecentDocuments(): void {
    record('app.clearRecentDocuments', null);
  }

  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id);
  }
}

/** An event that a listener may stop. */
export function preventable<Extra extends object>(extra?: Extra) {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
    ...extra,
  } as { defaultPrevented: boolean; preventDefault(): void } & Extra;
}

const plainApp = new App();
export const app = guarded('app', plainApp);

onCommand('app.emit', ({ name, args }: { name: string; args: unknown[] }) => {
  plainApp.emit(name, preventable(), ...args);
});
onCommand('app.quit', () => {
  // Answered first: a process that is gone answers nothing.
  setTimeout(() => plainApp.quit(), 0);
});
