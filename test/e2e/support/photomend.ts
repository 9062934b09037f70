import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { launchApp } from './launch-app.ts';
import type { RunningApp } from './running-app.ts';

export const samplePath = resolve('resources/samples/sample.jpg');
/** Where `build/make-sample.ts` damaged the sample, drawn a little too large as a person would. */
export const sampleMosaic = { x: 364, y: 428, width: 184, height: 144 };
export const sampleBlur = { x: 620, y: 470, width: 210, height: 150 };
export const sampleInk = { x: 100, y: 570, width: 190, height: 145 };
export const sampleSize = { width: 1024, height: 819 };

/** Around a photo that fits its window. */
const fitMarginPx = 16;

interface Options {
  readonly args?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of an earlier run, to start the app once more in it. */
  readonly home?: string;
}

/** The running app, and what a person does with it. */
export class Photomend {
  readonly app: RunningApp;
  readonly page: Page;
  readonly home: string;

  private constructor(app: RunningApp, page: Page, home: string) {
    this.app = app;
    this.page = page;
    this.home = home;
  }

  static async start({ args = [], size, env = {}, home = newFolder() }: Options = {}): Promise<Photomend> {
    const app = await launchApp({
      args,
      ...(size !== undefined && { size }),
      env: { PHOTOMEND_HOME: home, LANGUAGE: 'en_US', ...env },
    });
    const page = await app.page();
    page.setDefaultTimeout(40_000);
    await page
      .getByRole('button', { name: /open|打开/i })
      .first()
      .waitFor();
    return new Photomend(app, page, home);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** The main button at the foot of the panel. */
  get restoreButton(): Locator {
    return this.page.getByRole('button', { name: /^Restore/ });
  }

  /** Waits until the photo is on the screen in full resolution. */
  async photoShown(): Promise<void> {
    await this.firstPixels();
    await this.page.locator('[role=application][aria-busy=false]').waitFor();
  }

  /** Waits until something of the photo is on the screen. */
  async firstPixels(): Promise<void> {
    await this.page.locator('canvas').first().waitFor();
    await this.page.waitForFunction(() => {
      const canvas = document.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context || canvas.width === 0) return false;
      const { data } = context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1);
      return data[3] === 255;
    });
  }

  /** Where a pixel of a photo that fits its window is on the screen. */
  async onScreen(x: number, y: number, photo = sampleSize): Promise<{ x: number; y: number }> {
    const box = await this.page.locator('canvas').first().boundingBox();
    if (box === null) throw new Error('there is no photo');
    const scale = Math.min(
      (box.width - 2 * fitMarginPx) / photo.width,
      (box.height - 2 * fitMarginPx) / photo.height,
    );
    return {
      x: box.x + box.width / 2 + (x - photo.width / 2) * scale,
      y: box.y + box.height / 2 + (y - photo.height / 2) * scale,
    };
  }

  /** Draws a rectangle with the mouse. */
  async draw(
    rect: { x: number; y: number; width: number; height: number },
    photo = sampleSize,
  ): Promise<void> {
    const from = await this.onScreen(rect.x, rect.y, photo);
    const to = await this.onScreen(rect.x + rect.width, rect.y + rect.height, photo);
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await this.page.mouse.move(to.x, to.y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Colours of a part of what the canvas shows, as numbers. */
  async pixels(
    rect: { x: number; y: number; width: number; height: number },
    photo = sampleSize,
  ): Promise<number[]> {
    const from = await this.onScreen(rect.x, rect.y, photo);
    const to = await this.onScreen(rect.x + rect.width, rect.y + rect.height, photo);
    const box = await this.page.locator('canvas').first().boundingBox();
    if (box === null) throw new Error('there is no photo');
    return this.canvasPixels({
      x: from.x - box.x,
      y: from.y - box.y,
      width: to.x - from.x,
      height: to.y - from.y,
    });
  }

  /** Colours of a part of the canvas, in CSS pixels from its corner, once all that was asked for is painted. */
  async canvasPixels(part: { x: number; y: number; width: number; height: number }): Promise<number[]> {
    return this.page.evaluate(async (part) => {
      // The first frame may have begun before the last key or click came.
      for (let frame = 0; frame < 2; frame++) {
        await new Promise((painted) => requestAnimationFrame(painted));
      }
      const canvas = document.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [];
      const scale = canvas.width / canvas.getBoundingClientRect().width;
      const { x, y, width, height } = part;
      const [across, down] = [width * scale, height * scale].map((side) => Math.max(1, side));
      return Array.from(context.getImageData(x * scale, y * scale, across, down).data);
    }, part);
  }

  /** Changes the language of the window. */
  async speak(language: 'en' | 'zh-CN'): Promise<void> {
    await this.page.evaluate((its) => window.photomend['settings.change']({ language: its }), language);
    await this.page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
  }

  /** Presses Restore and waits for the result. */
  async restore(): Promise<void> {
    await this.restoreButton.click();
    await this.page
      .getByText(/regions? repaired/i)
      .first()
      .waitFor();
  }

  async end(): Promise<void> {
    await this.app.kill();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'photomend-e2e-'));
}

/** How much two pictures differ on average. */
export function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}
