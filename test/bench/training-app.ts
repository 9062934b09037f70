import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { planOf } from '../../electron/training/plan.ts';
import { createRun, trainingFolders } from '../../electron/training/runs/run-folder.ts';
import { measureSpeed } from '../../electron/training/speed.ts';
import { Photomend, samplePath, sampleSize } from '../e2e/support/photomend.ts';
import { pressAndWait } from './app.ts';
import type { BenchRow } from './main.ts';
import { median } from './training-step.ts';

const repeats = 7;
const rect = { x: 256, y: 152, width: 512, height: 512 };
const blockPx = 8;
/** Small enough to be measured in seconds, with steps long enough to be in the way of an edit. */
const plan = planOf('photomend', { batch: 8, limit: { minutes: 600 } });

/** A training in the app: its speed over the bare graph's, and what it costs the person who edits meanwhile. */
export async function benchTrainingApp(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-training-'));
  const home = join(folder, 'home');
  try {
    const photo = await mosaicPhoto(folder);
    const run = await prepareRun(folder, home);
    const threads = availableParallelism();
    const photomend = await Photomend.start({ args: [photo], home });
    try {
      const { page } = photomend;
      await photomend.photoShown();
      await photomend.draw(rect);
      await page
        .getByText(/Mosaic, 8 px/)
        .first()
        .waitFor();
      await pressRepeatedly(photomend, 1);
      const without = await pressRepeatedly(photomend, repeats);
      const started = await page.evaluate((id) => window.photomend['training.continue']({ run: id }), run);
      if (!started.ok) throw new Error(started.error.message);
      await page.waitForFunction(async () => {
        const reply = await window.photomend['training.state']({});
        return reply.ok && (reply.value.active?.step ?? 0) > 3;
      });
      const during = await pressRepeatedly(photomend, repeats);
      const stepMs = await stepTime(photomend);
      await page.evaluate(() => window.photomend['training.pause']({}));
      await page.waitForTimeout(2000);
      const bare = await measureSpeed(plan, 'cpu', threads, 1);
      return [
        {
          name: 'press Restore while a training runs / without, 512x512',
          value: during / without,
          unit: 'ratio',
          goal: { atMost: 1.2 },
          detail: `${during.toFixed(0)} / ${without.toFixed(0)} ms`,
        },
        {
          name: 'training steps per second in the app / of the bare graph',
          value: bare.stepMs / stepMs,
          unit: 'ratio',
          goal: { atLeast: 0.9 },
          detail: `step ${stepMs.toFixed(0)} ms in the app, ${bare.stepMs.toFixed(0)} ms bare`,
        },
      ];
    } finally {
      await photomend.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function mosaicPhoto(folder: string): Promise<string> {
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
  return photo;
}

async function prepareRun(folder: string, home: string): Promise<string> {
  const library = join(folder, 'library');
  mkdirSync(library);
  const packages = resolve('node_modules/@stdlib');
  for (const name of readdirSync(packages).filter((entry) => entry.startsWith('datasets-img-'))) {
    cpSync(join(packages, name, 'data/image.jpg'), join(library, `${name}.jpg`));
  }
  const { id } = await createRun(join(trainingFolders(home).runs, 'bench'), {
    name: 'bench',
    goal: null,
    folders: [library],
    excluded: [],
    plan,
    startWeights: null,
    provider: 'cpu',
    threads: null,
    parts: 1,
    checkpointSeconds: 600,
    validateEverySteps: 100_000,
  });
  return id;
}

/** Median time of a press of Restore until its result is there. */
async function pressRepeatedly(photomend: Photomend, times: number): Promise<number> {
  const { page } = photomend;
  const at = await photomend.onScreen(rect.x + rect.width / 2, rect.y + rect.height / 2, sampleSize);
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    await photomend.restoreButton.waitFor();
    taken.push(await page.evaluate(pressAndWait, at));
    await page.keyboard.press('Control+z');
    await page
      .getByText(/Mosaic, 8 px/)
      .first()
      .waitFor();
    // The training comes back to work in between, as it does for a person.
    await page.waitForTimeout(2500);
  }
  return median(taken);
}

/** Milliseconds of a step with all that belongs to it, over some seconds. */
async function stepTime(photomend: Photomend): Promise<number> {
  const stepNow = () =>
    photomend.page.evaluate(async () => {
      const reply = await window.photomend['training.state']({});
      return reply.ok ? (reply.value.active?.step ?? 0) : 0;
    });
  await photomend.page.waitForTimeout(3000);
  const [from, fromAt] = [await stepNow(), performance.now()];
  await photomend.page.waitForTimeout(20_000);
  const [to, toAt] = [await stepNow(), performance.now()];
  return (toAt - fromAt) / Math.max(1, to - from);
}
