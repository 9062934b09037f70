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

const repeats = 9;
/** Longer than a step, which a pause lets end. */
const afterPauseMs = 3000;
const settledMs = 1500;
const stepTurns = 7;
const settlingSteps = 6;
const timedMs = 7000;
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
    const photomend = await Photomend.start({ args: [photo], home });
    try {
      const { page } = photomend;
      await photomend.photoShown();
      await photomend.draw(rect);
      await page
        .getByText(/Mosaic, 8 px/)
        .first()
        .waitFor();
      // The first loads the networks.
      await restoreNow(photomend);
      const started = await page.evaluate((id) => window.photomend['training.continue']({ run: id }), run);
      if (!started.ok) throw new Error(started.error.message);
      await untilStep(photomend, 4);
      const { during, without } = await pressInTurns(photomend);
      const { inApp, bare } = await stepsInTurns(photomend);
      return [
        {
          name: 'press Restore while a training runs / without, 512x512',
          value: during / without,
          unit: 'ratio',
          goal: { atMost: 1.2 },
          detail: `${during.toFixed(0)} / ${without.toFixed(0)} ms, medians of ${repeats}`,
        },
        {
          name: 'training steps per second in the app / of the bare graph',
          value: bare / inApp,
          unit: 'ratio',
          goal: { atLeast: 0.9 },
          detail: `step ${inApp.toFixed(0)} ms in the app, ${bare.toFixed(0)} ms bare, medians of ${stepTurns}`,
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

/** Median times of a press of Restore, with and without a training, in turns: other programs then slow both alike. */
async function pressInTurns(photomend: Photomend): Promise<{ during: number; without: number }> {
  const { page } = photomend;
  const during: number[] = [];
  const without: number[] = [];
  for (let i = 0; i < repeats; i++) {
    // The training is back at work, as it is for a person who looks at a photo for a while.
    await untilStep(photomend, (await stepNow(photomend)) + 2);
    during.push(await press(photomend));
    await page.evaluate(() => window.photomend['training.pause']({}));
    await page.waitForTimeout(afterPauseMs);
    without.push(await press(photomend));
    await page.evaluate(() => window.photomend['training.resume']({}));
  }
  return { during: median(during), without: median(without) };
}

/** Takes the repair back and presses Restore as soon as the damage is told again: until its result is there. */
async function press(photomend: Photomend): Promise<number> {
  const { page } = photomend;
  await page.keyboard.press('Control+z');
  await page
    .getByText(/Mosaic, 8 px/)
    .first()
    .waitFor();
  const taken = await restoreNow(photomend);
  // What belongs to the repair, such as how far it can be trusted, is done as well.
  await page.waitForTimeout(settledMs);
  return taken;
}

async function restoreNow(photomend: Photomend): Promise<number> {
  const at = await photomend.onScreen(rect.x + rect.width / 2, rect.y + rect.height / 2, sampleSize);
  await photomend.restoreButton.waitFor();
  return photomend.page.evaluate(pressAndWait, at);
}

async function stepNow({ page }: Photomend): Promise<number> {
  const reply = await page.evaluate(() => window.photomend['training.state']({}));
  return reply.ok ? (reply.value.active?.step ?? 0) : 0;
}

async function untilStep(photomend: Photomend, step: number): Promise<void> {
  while ((await stepNow(photomend)) < step) await photomend.page.waitForTimeout(30);
}

/** Median times of a step in the app and of the bare graph, in turns: see `pressInTurns`. */
async function stepsInTurns(photomend: Photomend): Promise<{ inApp: number; bare: number }> {
  const { page } = photomend;
  const inApp: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < stepTurns; i++) {
    inApp.push(await stepTime(photomend));
    await page.evaluate(() => window.photomend['training.pause']({}));
    await page.waitForTimeout(afterPauseMs);
    const { stepMs } = await measureSpeed(plan, 'cpu', availableParallelism(), 1);
    bare.push(stepMs);
    await page.evaluate(() => window.photomend['training.resume']({}));
  }
  return { inApp: median(inApp), bare: median(bare) };
}

/** Milliseconds of a step with all that belongs to it, once the batches that lay ready are used up. */
async function stepTime(photomend: Photomend): Promise<number> {
  await untilStep(photomend, (await stepNow(photomend)) + settlingSteps);
  const [from, fromAt] = [await stepNow(photomend), performance.now()];
  // Asking takes time of its own, so it is left until about the end.
  await photomend.page.waitForTimeout(timedMs);
  const to = (await stepNow(photomend)) + 1;
  await untilStep(photomend, to);
  return (performance.now() - fromAt) / (to - from);
}
