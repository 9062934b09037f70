import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { encode } from '../../electron/batch/steps.ts';
import { openPhoto, probePhoto } from '../../electron/engine/photo/open.ts';
import { encodeThumbnail } from '../../electron/engine/photo/screen.ts';
import { applyPatch } from '../../electron/engine/region/patch.ts';
import { restore } from '../../electron/engine/restore.ts';
import type { BatchSettings } from '../../electron/ipc/batch.ts';
import { fillSettings, newFolder, runOf, smallPhoto, startHost } from '../support/batch.ts';
import type { BenchRow } from './main.ts';
import { largeJpeg } from './photos.ts';
import { bundledTools } from './restore.ts';

const throughputPhotos = 16;
const region = { x: 1500, y: 1000, width: 384, height: 384 };
const settings: BatchSettings = {
  ...fillSettings,
  where: {
    kind: 'rects',
    rects: [{ unit: 'px', corner: 'top-left', ...region, damage: { kind: 'blur', sigmaPx: 2 } }],
  },
  how: { ...fillSettings.how, model: 'auto' },
};

/** A batch against its slowest stage alone, and its memory with few and many photos. Needs `npm run build`. */
export async function benchBatch(): Promise<BenchRow[]> {
  return [await throughput(), await memory()];
}

async function throughput(): Promise<BenchRow> {
  const source = await largeJpeg(4000, 3000);
  const folder = await newFolder();
  for (let i = 0; i < throughputPhotos; i++) await copyFile(source, join(folder, `${i}.jpg`));
  const alone = await stagesAlone(source);
  const [out, home, first] = [await newFolder(), await newFolder(), await newFolder()];
  const host = startHost(resolve('out'), home);
  // The networks are loaded before the clock starts, as they are for the stages alone.
  await mkdir(join(first, 'in'));
  await copyFile(source, join(first, 'in', 'a.jpg'));
  await host.call('run', runOf(join(first, 'in'), join(first, 'out'), { settings }));
  const startedAt = performance.now();
  await host.call('run', runOf(folder, out, { settings }));
  const perPhoto = (performance.now() - startedAt) / throughputPhotos;
  host.close();
  for (const path of [folder, out, home, first]) await rm(path, { recursive: true });
  const slowest = Math.max(...Object.values(alone));
  const times = Object.entries(alone).map(([stage, ms]) => `${stage} ${ms.toFixed(0)}`);
  return {
    name: 'batch of 12-megapixel JPEGs / its slowest stage alone',
    value: slowest / perPhoto,
    unit: 'ratio',
    goal: { atLeast: 0.85 },
    detail: `${perPhoto.toFixed(0)} ms a photo; alone ${times.join(', ')} ms`,
  };
}

/** Milliseconds of each stage for one photo with nothing beside it: the median of five. */
async function stagesAlone(path: string): Promise<Record<'decode' | 'repair' | 'encode', number>> {
  const tools = bundledTools();
  const runs: Record<'decode' | 'repair' | 'encode', number>[] = [];
  for (let i = 0; i < 6; i++) {
    const at = [performance.now()];
    const photo = await openPhoto(await probePhoto(path));
    await encodeThumbnail(photo, 256);
    at.push(performance.now());
    const regions = [{ rect: region, damage: { kind: 'blur' as const, sigmaPx: 2 } }];
    const { patches } = await restore(photo.raster, regions, tools);
    for (const patch of patches) applyPatch(photo.raster, patch, 1);
    at.push(performance.now());
    await encode(photo, path, settings, new AbortController().signal);
    await encodeThumbnail(photo, 256);
    at.push(performance.now());
    // The first one loads the network.
    if (i > 0) runs.push({ decode: at[1] - at[0], repair: at[2] - at[1], encode: at[3] - at[2] });
  }
  const median = (stage: 'decode' | 'repair' | 'encode') =>
    runs.map((run) => run[stage]).sort((a, b) => a - b)[runs.length >> 1];
  return { decode: median('decode'), repair: median('repair'), encode: median('encode') };
}

async function memory(): Promise<BenchRow> {
  const few = await peakBytes(20);
  const many = await peakBytes(2000);
  return {
    name: 'peak memory of a batch, 2,000 photos / 20 photos',
    value: many / few,
    unit: 'ratio',
    goal: { atMost: 1.1 },
    detail: `${(many / 2 ** 20).toFixed(0)} / ${(few / 2 ** 20).toFixed(0)} MiB`,
  };
}

/** Of the process that does it, as Linux counts it. */
async function peakBytes(count: number): Promise<number> {
  const [folder, out, home] = [await newFolder(), await newFolder(), await newFolder()];
  await smallPhoto(join(folder, '0.jpg'), 0);
  for (let i = 1; i < count; i++) await copyFile(join(folder, '0.jpg'), join(folder, `${i}.jpg`));
  const host = startHost(resolve('out'), home);
  await host.call('run', runOf(folder, out));
  const status = await readFile(`/proc/${host.pid}/status`, 'utf8');
  host.close();
  for (const path of [folder, out, home]) await rm(path, { recursive: true });
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
}
