import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { onCommand, record } from './control.ts';
import { guarded } from './unimplemented.ts';

type Theme = 'system' | 'light' | 'dark';

class NativeTheme extends EventEmitter {
  #source: Theme = 'system';
  #systemIsDark = process.env.PHOTOMEND_STANDIN_DARK === '1';

  get themeSource(): Theme {
    return this.#source;
  }

  set themeSource(source: Theme) {
    if (source === this.#source) return;
    this.#source = source;
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? this.#systemIsDark : this.#source === 'dark';
  }

  setSystemDark(isDark: boolean): void {
    this.#systemIsDark = isDark;
    this.emit('updated');
  }
}

const plainTheme = new NativeTheme();
export const nativeTheme = guarded('nativeTheme', plainTheme);
onCommand('nativeTheme.system', (isDark: boolean) => plainTheme.setSystemDark(isDark));

let opensFiles = true;
onCommand('shell.opensFiles', (opens: boolean) => {
  opensFiles = opens;
});

export const shell = guarded('shell', {
  // An empty text says that it was opened.
  async openPath(path: string): Promise<string> {
    record('shell.openPath', path);
    if (!existsSync(path)) return 'The file does not exist';
    return opensFiles ? '' : 'No application is set up for this file';
  },
  showItemInFolder: (path: string) => record('shell.showItemInFolder', path),
  // The system's bin keeps what is thrown away; here it is a record.
  async trashItem(path: string): Promise<void> {
    await rm(path);
    record('shell.trashItem', path);
  },
});

class PlainNotification extends EventEmitter {
  static isSupported(): boolean {
    return true;
  }

  readonly #options: { readonly title?: string; readonly body?: string };

  constructor(options: { readonly title?: string; readonly body?: string } = {}) {
    super();
    this.#options = options;
  }

  show(): void {
    record('Notification.show', this.#options);
  }
}

export const Notification = guarded('Notification', PlainNotification);
