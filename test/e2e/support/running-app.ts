import type { Page } from 'playwright-core';

/** The app in the hands of a test, on the stand-in or on Electron itself. */
export interface RunningApp {
  /** What it wrote. */
  readonly output: string;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number | null>;
  readonly pid: number;
  page(): Promise<Page>;
  /** Does what only a person or the system could, such as `app.emit` or `menu.click`. */
  command(command: string, argument?: unknown): Promise<unknown>;
  /** The answer to the next dialog of a kind, such as `dialog.showSaveDialog`. */
  answer(name: string, answer: unknown): Promise<void>;
  /** Calls that were recorded, such as `dialog.showSaveDialog`. */
  calls(name: string): Promise<unknown[]>;
  /** Drops files from the file manager onto the page. */
  drop(page: Page, paths: readonly string[], at?: { readonly x: number; readonly y: number }): Promise<void>;
  quit(): Promise<void>;
  kill(): Promise<void>;
}
