import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createPlanes } from '../../electron/engine/pixels/planes.ts';
import { Photomend, samplePath, sampleSize } from '../e2e/support/photomend.ts';
import { LaunchedApp } from '../standin/launch.ts';
import type { BenchRow } from './main.ts';
import { bundledTools } from './restore.ts';
import { median } from './training-step.ts';

const repeats = 5;
/** What a person takes at least to read what was found. */
const readingMs = 1000;
const rect = { x: 256, y: 152, width: 512, height: 512 };
const blockPx = 8;

/** A window with one line of text: what starting Chromium costs in any case. */
const bareMain = `
import { app, BrowserWindow, protocol } from 'electron';
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
await app.whenReady();
protocol.handle('app', () => new Response('<title>bare</title><p>bare</p>', { headers: { 'content-type': 'text/html' } }));
await new BrowserWindow({ width: 1280, height: 840 }).loadURL('app://bundle/index.html');
`;

/** The app in its window (on the stand-in): answers to a person, over what cannot be avoided. */
export async function benchApp(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-app-'));
  try {
    return [...(await benchPress(folder)), await benchLaunch(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * From pressing Restore until the repaired pixels are on the screen, over the network's run on the same pixels. Both are
 * measured in turns: other programs then slow both alike. What was drawn is repaired ahead of time: pressed a second later,
 * most of it is done.
 */
async function benchPress(folder: string): Promise<BenchRow[]> {
  const photo = join(folder, 'mosaic.png');
  const box = { left: rect.x, top: rect.y, width: rect.width, height: rect.height };
  const blocks = await sharp(samplePath)
    .extract(box)
    .resize(rect.width / blockPx, rect.height / blockPx)
    .png()
    .toBuffer();
  const mosaic = await sharp(blocks).resize(rect.width, rect.height, { kernel: 'nearest' }).png().toBuffer();
  await sharp(samplePath)
    .composite([{ input: mosaic, left: rect.x, top: rect.y }])
    .png()
    .toFile(photo);

  const photomend = await Photomend.start({ args: [photo] });
  const runNetwork = await bareNetwork();
  const [atOnce, afterReading, bares]: number[][] = [[], [], []];
  try {
    const { page } = photomend;
    await photomend.photoShown();
    await photomend.draw(rect);
    const whatWasFound = page.getByText(/Mosaic, 8 px/).first();
    await whatWasFound.waitFor();
    const at = await photomend.onScreen(rect.x + rect.width / 2, rect.y + rect.height / 2, sampleSize);
    const press = async () => {
      await photomend.restoreButton.waitFor();
      return page.evaluate(pressAndWait, at);
    };
    const undo = async () => {
      await page.keyboard.press('Control+z');
      await whatWasFound.waitFor();
    };
    // Loads the networks.
    await press();
    for (let run = 0; run < repeats; run++) {
      await undo();
      atOnce.push(await press());
      await undo();
      await page.waitForTimeout(readingMs);
      afterReading.push(await press());
      await page.waitForTimeout(readingMs);
      bares.push(await runNetwork());
    }
  } finally {
    await photomend.end();
  }
  const bare = median(bares);
  const row = (name: string, presses: readonly number[]): BenchRow => ({
    name,
    value: median(presses) / bare,
    unit: 'ratio',
    goal: { atMost: 1.25 },
    detail: `${median(presses).toFixed(0)} / ${bare.toFixed(0)} ms`,
  });
  return [
    row('press Restore as soon as the damage is told, to pixels on screen / bare network, 512x512', atOnce),
    row('the same, pressed a second later', afterReading),
  ];
}

/**
 * Runs in the page. Looks at the photo whenever something was drawn on it, and at no other time: a look every four
 * milliseconds took a third of the processor time that Chromium had for the press, from the cores that the network wants.
 */
export async function pressAndWait(at: { x: number; y: number }): Promise<number> {
  const canvas = document.querySelector('canvas');
  const context = canvas?.getContext('2d');
  const button = [...document.querySelectorAll('button')].find(({ innerText }) =>
    innerText.startsWith('Restore'),
  );
  if (!canvas || !context || !button) throw new Error('there is no photo or no button');
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  // Across three blocks of the mosaic.
  const look = () =>
    context.getImageData((at.x - box.x - 12) * scale, (at.y - box.y) * scale, 24 * scale, 1).data.join();
  const before = look();
  const startedAt = performance.now();
  try {
    return await new Promise((resolve) => {
      const lookNow = () => {
        if (look() !== before) resolve(performance.now() - startedAt);
      };
      context.drawImage = (...drawn: unknown[]) => {
        CanvasRenderingContext2D.prototype.drawImage.apply(context, drawn as never);
        // After the frame that is being drawn.
        setTimeout(lookNow);
      };
      button.click();
    });
  } finally {
    Reflect.deleteProperty(context, 'drawImage');
  }
}

/** Gives a function that runs the network once, on the pixels of the region, and says how many milliseconds it took. */
async function bareNetwork(): Promise<() => Promise<number>> {
  const network = await bundledTools().networkFor('mosaic');
  if (network === undefined) throw new Error('there is no bundled model for mosaics');
  const side = rect.width + 2 * network.marginPx;
  const planes = (channels: number) => createPlanes(side, side, channels);
  return async () => {
    const startedAt = performance.now();
    const window = planes(3);
    await network.run({ window, start: window, mask: planes(1), blurSigmaPx: 0, mosaicPitchPx: blockPx });
    return performance.now() - startedAt;
  };
}

/** From the launch with a photo to its first pixels, over the launch of a bare window. */
async function benchLaunch(folder: string): Promise<BenchRow> {
  const main = join(folder, 'bare.mjs');
  writeFileSync(main, bareMain);
  const [own, bare]: [number[], number[]] = [[], []];
  for (let run = 0; run <= repeats; run++) {
    const bareAt = performance.now();
    const app = new LaunchedApp({ main });
    const page = await app.page();
    await page.getByText('bare').waitFor();
    if (run > 0) bare.push(performance.now() - bareAt);
    await app.kill();
    const ownAt = performance.now();
    const photomend = await Photomend.start({ args: [samplePath] });
    await photomend.firstPixels();
    if (run > 0) own.push(performance.now() - ownAt);
    await photomend.end();
  }
  return {
    name: 'double-click to first pixels / bare window',
    value: median(own) / median(bare),
    unit: 'ratio',
    goal: { atMost: 1.5 },
    detail: `${median(own).toFixed(0)} / ${median(bare).toFixed(0)} ms`,
  };
}
