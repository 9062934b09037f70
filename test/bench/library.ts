import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import { scanLibrary } from '../../electron/training/dataset/library.ts';
import { planOf } from '../../electron/training/plan.ts';
import { executeRun } from '../../electron/training/runs/execute.ts';
import { createRun } from '../../electron/training/runs/run-folder.ts';
import { RunLog } from '../../electron/training/runs/run-log.ts';
import type { BenchRow } from './main.ts';
import { useBuiltWorker } from './worker.ts';

/** `PHOTOMEND_BENCH_PHOTOS=100000 npm run bench library` for the full size. */
const photos = Number(process.env.PHOTOMEND_BENCH_PHOTOS ?? 5000);
const perFolder = 500;
const sidePx = 48;

/** A large library: memory of a scan, a second scan that reads nothing, and the way to the first training step. */
export async function benchLibrary(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-library-'));
  try {
    const library = join(folder, 'photos');
    await generate(library);
    const indexFolder = join(folder, 'index');
    let early = 0;
    let most = 0;
    const coldAt = performance.now();
    await scanLibrary(library, {
      indexFolder,
      onProgress: (done, total) => {
        if (done % 200 !== 0) return;
        const { rss } = process.memoryUsage();
        if (done <= total / 10) early = Math.max(early, rss);
        most = Math.max(most, rss);
      },
    });
    const coldMs = performance.now() - coldAt;
    const warmAt = performance.now();
    await scanLibrary(library, { indexFolder });
    const warmMs = performance.now() - warmAt;
    const firstStepMs = await timeFirstStep(library, indexFolder, folder);
    return [
      {
        name: `memory at the end of a first scan of ${photos} photos / after its first tenth`,
        value: most / early,
        unit: 'ratio',
        goal: { atMost: 1.5 },
        detail: `${(most / 2 ** 20).toFixed(0)} / ${(early / 2 ** 20).toFixed(0)} MiB`,
      },
      {
        name: `second scan of ${photos} photos / first scan`,
        value: warmMs / coldMs,
        unit: 'ratio',
        goal: { atMost: 0.1 },
        detail: `${(warmMs / 1000).toFixed(1)} / ${(coldMs / 1000).toFixed(1)} s`,
      },
      {
        name: `start to first step with ${photos} indexed photos / 30 s`,
        value: firstStepMs / 30_000,
        unit: 'ratio',
        goal: { atMost: 1 },
        detail: `${(firstStepMs / 1000).toFixed(1)} s`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function generate(library: string): Promise<void> {
  const random = createRandom(1);
  const size = 3 * sidePx * sidePx;
  for (let start = 0; start < photos; start += perFolder) {
    const folder = join(library, `folder ${start / perFolder}`);
    mkdirSync(folder, { recursive: true });
    const names = Array.from({ length: Math.min(perFolder, photos - start) }, (_, i) => start + i);
    await Promise.all(
      names.map(async (name) => {
        const base = random.integer(0, 200);
        const data = Uint8Array.from({ length: size }, (_, i) => (base + i * (1 + (name % 7))) & 255);
        data[name % size] = name & 255;
        data[(name >> 8) % size] = (name >> 8) & 255;
        const raw = { width: sidePx, height: sidePx, channels: 3 } as const;
        const bytes = await sharp(data, { raw }).png({ compressionLevel: 1 }).toBuffer();
        await writeFile(join(folder, `${name}.png`), bytes);
      }),
    );
  }
}

async function timeFirstStep(library: string, indexFolder: string, folder: string): Promise<number> {
  const run = join(folder, 'run');
  await createRun(run, {
    name: 'bench',
    goal: null,
    folders: [library],
    excluded: [],
    plan: planOf('photomend', { baseChannels: 8, batch: 4, sizePx: 32, limit: { steps: 5 } }),
    startWeights: null,
    provider: 'cpu',
    threads: null,
    parts: 1,
    checkpointSeconds: 120,
    validateEverySteps: 1000,
  });
  const stop = new AbortController();
  let firstStepMs = 0;
  const { close } = await useBuiltWorker();
  const startedAt = performance.now();
  await executeRun(run, {
    indexFolder,
    log: new RunLog(run),
    pickProvider: async () => 'cpu',
    signal: stop.signal,
    onEvent: (event) => {
      if (event.kind !== 'step' || firstStepMs > 0) return;
      firstStepMs = performance.now() - startedAt;
      stop.abort('at-once');
    },
  });
  await close();
  return firstStepMs;
}
