import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createProbe } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { isScripted, onCommand } from './control.ts';
import { handleScheme } from './session.ts';

const programs = [
  process.env.PHOTOMEND_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The system's Chromium. @throws Error where there is none */
export function chromiumPath(): string {
  const found = programs.find((path) => path !== undefined && existsSync(path));
  if (found === undefined)
    throw new Error('No Chromium or Chrome was found; PHOTOMEND_CHROMIUM can name one.');
  return found;
}

/**
 * Chromium in the place of Electron's own. `scheme://host` pages are served by a loopback server that asks the app's
 * protocol handlers: the only way that gives a secure context, a working policy and streaming.
 */
export class ChromiumHost {
  readonly #server: Server;
  readonly #isHeadless = isScripted && process.env.PHOTOMEND_STANDIN_WINDOW !== '1';
  readonly #profile: Promise<string>;
  #running: Promise<Browser | BrowserContext> | undefined;
  #debugPort = 0;
  #markStarted: () => void = () => {};
  readonly #started = new Promise<void>((resolve) => {
    this.#markStarted = resolve;
  });

  constructor() {
    this.#server = createServer(async (request, response) => {
      const url = `http://${request.headers.host}${request.url}`;
      try {
        const answer = await handleScheme(url, request.headers as Record<string, string>);
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        if (answer.body === null) response.end();
        else {
          const body = Readable.fromWeb(answer.body as never);
          // A request that Chromium gave up stops the reading.
          response.on('close', () => body.destroy());
          body.on('error', () => response.destroy());
          body.pipe(response);
        }
      } catch (error) {
        console.error(error);
        response.destroy();
      }
    });
    this.#profile = mkdtemp(join(tmpdir(), 'photomend-standin-'));
    onCommand('chromium.port', async () => {
      await this.#started;
      return this.#debugPort;
    });
  }

  /** A page of its own, before anything is loaded into it. */
  async newPage(size: { width: number; height: number }): Promise<Page> {
    this.#running ??= this.#start(size);
    const running = await this.#running;
    this.#markStarted();
    if (this.#isHeadless) {
      const context = await (running as Browser).newContext({ viewport: size });
      return context.newPage();
    }
    const context = running as BrowserContext;
    return context.pages().find((page) => !page.url().startsWith('http')) ?? context.newPage();
  }

  /** A page for a dialog of the stand-in. */
  async dialogPage(): Promise<Page> {
    const running = await this.#running;
    if (running === undefined) throw new Error('there is no Chromium yet');
    return running.newPage();
  }

  async end(): Promise<void> {
    await (await this.#running?.catch(() => undefined))?.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(await this.#profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  async #start(size: { width: number; height: number }): Promise<Browser | BrowserContext> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    this.#debugPort = await freePort();
    const options = {
      executablePath: chromiumPath(),
      headless: this.#isHeadless,
      // Tests and the person's Ctrl+C end the main process, which ends Chromium.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        `--host-resolver-rules=MAP *.localhost:80 127.0.0.1:${port}`,
        `--window-size=${size.width},${size.height}`,
        ...(isScripted ? [`--remote-debugging-port=${this.#debugPort}`] : []),
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...(this.#isHeadless ? [] : ['--app=data:text/html,<title>Photomend</title>', '--test-type']),
      ],
    };
    if (this.#isHeadless) return chromium.launch(options);
    return chromium.launchPersistentContext(await this.#profile, { ...options, viewport: null });
  }
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createProbe();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

export const chromiumHost = new ChromiumHost();
