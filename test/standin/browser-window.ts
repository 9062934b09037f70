import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { app, preventable } from './app.ts';
import { chromiumHost } from './chromium.ts';
import { cloned } from './clone.ts';
import { record } from './control.ts';
import { PageBridge } from './page-bridge.ts';
import { fromChromium, isCancelled, toChromium } from './session.ts';
import { nativeTheme } from './system.ts';
import { guarded } from './unimplemented.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  readonly webPreferences?: { readonly preload?: string };
}

const windows: BrowserWindow[] = [];
let nextId = 1;

class WebContents extends EventEmitter {
  readonly id: number;
  readonly #window: () => Page | undefined;
  #bridge: PageBridge | undefined;
  #openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  isGone = false;

  constructor(id: number, page: () => Page | undefined) {
    super();
    this.id = id;
    this.#window = page;
  }

  send(channel: string, ...args: unknown[]): void {
    const [value] = cloned(args) as unknown[];
    void this.#bridge?.send(channel, value);
  }

  getURL(): string {
    return fromChromium(this.#window()?.url() ?? '');
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  reload(): void {
    void this.#window()?.reload();
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  /** For the rest of the stand-in. @param self this object as the app knows it */
  async attach(page: Page, preload: string | undefined, self: WebContents): Promise<void> {
    this.#bridge = new PageBridge(page, self, preload === undefined ? '' : readFileSync(preload, 'utf8'));
    await this.#bridge.install();
    page.on('popup', (popup) => {
      if (this.#openHandler({ url: popup.url() }).action === 'deny') void popup.close();
    });
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }));
    page.on('load', () => this.emit('did-finish-load', {}));
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`page: ${message.text()}`);
    });
    await page.route(/^(?!http:\/\/[a-z]+\.[a-z]+\.localhost\/)/, async (route) => {
      const request = route.request();
      const url = fromChromium(request.url());
      if (request.isNavigationRequest()) {
        const event = preventable({ url });
        this.emit(request.frame().parentFrame() === null ? 'will-navigate' : 'will-frame-navigate', event);
        if (event.defaultPrevented) return route.abort('aborted');
      }
      return (await isCancelled(request.url())) ? route.abort('blockedbyclient') : route.continue();
    });
  }
}

export class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContents;
  readonly #options: WindowOptions;
  #page: Page | undefined;
  #isDestroyed = false;
  #isVisible = false;
  #bounds: Bounds;

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static fromWebContents(contents: unknown): BrowserWindow | null {
    return windows.find((window) => window.webContents === contents) ?? null;
  }

  static getFocusedWindow(): BrowserWindow | null {
    return windows[0] ?? null;
  }

  constructor(options: WindowOptions = {}) {
    super();
    record('BrowserWindow', options);
    this.#options = options;
    this.#bounds = { x: 0, y: 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.id = nextId++;
    this.webContents = guarded('webContents', new WebContents(this.id, () => this.#page));
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
    // biome-ignore lint/correctness/noConstructorReturn: members that are missing must throw here as well.
    return guarded('BrowserWindow', this);
  }

  async loadURL(url: string): Promise<void> {
    const page = await chromiumHost.newPage(windowSize(this.#bounds));
    this.#page = page;
    page.on('close', () => this.#gone());
    await this.#followTheme();
    nativeTheme.on('updated', () => void this.#followTheme());
    await this.webContents.attach(page, this.#options.webPreferences?.preload, this.webContents);
    await page.goto(toChromium(url), { waitUntil: 'commit' });
    await page.waitForLoadState('domcontentloaded');
    this.emit('ready-to-show');
  }

  show(): void {
    this.#isVisible = true;
    this.emit('show');
  }

  focus(): void {
    record('BrowserWindow.focus', null);
  }

  restore(): void {
    record('BrowserWindow.restore', null);
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isMinimized(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  getBounds(): Bounds {
    return { ...this.#bounds };
  }

  setTitle(title: string): void {
    record('BrowserWindow.setTitle', title);
  }

  setBackgroundColor(colour: string): void {
    record('BrowserWindow.setBackgroundColor', colour);
  }

  setTitleBarOverlay(options: unknown): void {
    record('BrowserWindow.setTitleBarOverlay', options);
  }

  setDocumentEdited(edited: boolean): void {
    record('BrowserWindow.setDocumentEdited', edited);
  }

  setProgressBar(progress: number): void {
    record('BrowserWindow.setProgressBar', progress);
  }

  close(): void {
    if (this.#isDestroyed) return;
    const event = preventable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    const page = this.#page;
    this.#gone();
    void page?.close().catch(() => undefined);
  }

  #gone(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.webContents.isGone = true;
    windows.splice(
      windows.findIndex((window) => window.id === this.id),
      1,
    );
    this.emit('closed');
    if (windows.length === 0) app.lastWindowClosed();
  }

  async #followTheme(): Promise<void> {
    const colorScheme = nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
    await this.#page?.emulateMedia({ colorScheme }).catch(() => undefined);
  }
}

/** Tests choose the size of the first window. */
function windowSize({ width, height }: Bounds): { width: number; height: number } {
  const wanted = /^(\d+)x(\d+)$/.exec(process.env.PHOTOMEND_STANDIN_SIZE ?? '');
  return wanted === null ? { width, height } : { width: Number(wanted[1]), height: Number(wanted[2]) };
}

app.attach({
  closeAll: () => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
    return windows.length === 0;
  },
  end: () => chromiumHost.end(),
});
// The main module has finished its top-level work by the time that this is ready, as in Electron.
setTimeout(() => app.makeReady(), 0);
