import { readdirSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatchMaker } from '../../../electron/training/dataset/batches.ts';
import {
  type Batch,
  createFeed,
  type FeedOptions,
  workerEntry,
} from '../../../electron/training/dataset/feed.ts';
import { type LibraryPhoto, scanLibrary } from '../../../electron/training/dataset/library.ts';
import { type Recipe, recipeChannels } from '../../../electron/training/dataset/recipe.ts';
import { temporaryLibrary } from './fixtures.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
let library: Awaited<ReturnType<typeof temporaryLibrary>>;
let photos: readonly LibraryPhoto[];

beforeAll(async () => {
  library = await temporaryLibrary();
  photos = (await scanLibrary(library.folder)).photos;
});

afterAll(() => library.remove());

function options(recipe: Recipe, changes: Partial<FeedOptions> = {}): FeedOptions {
  const cacheBytes = 2 ** 26;
  return { photos, recipe, batch: 3, sizePx: 64, seed: 11, startStep: 0, workers: 0, cacheBytes, ...changes };
}

async function batchesOf(feedOptions: FeedOptions, count: number): Promise<Batch[]> {
  const feed = createFeed(feedOptions);
  try {
    const batches: Batch[] = [];
    for (let i = 0; i < count; i++) batches.push(await feed.next());
    return batches;
  } finally {
    await feed.close();
  }
}

const recipes = ['article', 'detail', 'defects'] as const;

test.each(recipes)('%s: layouts, numbers of steps and finite values', async (recipe) => {
  const [first, second] = await batchesOf(options(recipe, { startStep: 5 }), 2);
  const pixels = 3 * 64 * 64;
  const { input, target } = recipeChannels[recipe];
  expect([first.step, second.step]).toEqual([5, 6]);
  for (const batch of [first, second]) {
    const lengths = [batch.input, batch.target, batch.mask, batch.weight].map((part) => part.length);
    expect(lengths).toEqual([input * pixels, target * pixels, pixels, 3]);
    for (const part of [batch.input, batch.target, batch.mask, batch.weight]) {
      expect(part.every(Number.isFinite)).toBe(true);
    }
    expect(batch.mask.every((value) => value >= 0 && value <= 1)).toBe(true);
  }
  expect(second.input).not.toEqual(first.input);
});

test.each(recipes)('%s: the same seed gives the same bytes, another seed does not', async (recipe) => {
  const first = await batchesOf(options(recipe), 2);
  expect(await batchesOf(options(recipe), 2)).toEqual(first);
  const [other] = await batchesOf(options(recipe, { seed: 12 }), 1);
  expect(other.input).not.toEqual(first[0].input);
});

test('a feed that starts at a later step goes on where another stopped', async () => {
  // 8 photos in batches of 3: the steps cross from one shuffled epoch to the next.
  const all = await batchesOf(options('detail'), 6);
  expect(await batchesOf(options('detail', { startStep: 4 }), 2)).toEqual(all.slice(4));
});

test('every photo comes once before any comes again', async () => {
  const maker = new BatchMaker({ ...options('article', { batch: photos.length }), cacheBytes: 0 });
  const { target } = await maker.make(3);
  const samples = Array.from(photos, (_, i) => {
    const part = target.slice(i * 3 * 64 * 64, (i + 1) * 3 * 64 * 64);
    return part.join();
  });
  expect(new Set(samples).size).toBe(photos.length);
});

test('the cache stays within its bytes and changes nothing but the time', async () => {
  const photoBytes = 768 * 512 * 3;
  const roomy = new BatchMaker({ ...options('defects'), cacheBytes: 2 ** 30 });
  const tight = new BatchMaker({ ...options('defects'), cacheBytes: 2.5 * photoBytes });
  const none = new BatchMaker({ ...options('defects'), cacheBytes: 0 });
  for (let step = 0; step < 5; step++) {
    const batch = await roomy.make(step);
    expect(await tight.make(step)).toEqual(batch);
    expect(await none.make(step)).toEqual(batch);
    expect(tight.cachedBytes).toBeLessThanOrEqual(2.5 * photoBytes);
    expect(none.cachedBytes).toBe(0);
  }
  expect(tight.cachedBytes).toBeGreaterThan(0);
  expect(roomy.cachedBytes).toBeGreaterThan(tight.cachedBytes);
});

test('a photo that vanished is replaced, a library that vanished is an error', async () => {
  const [first] = photos;
  await rename(first.path, `${first.path}.away`);
  try {
    const batches = await batchesOf(options('article'), 4);
    expect(batches.every(({ input }) => input.every(Number.isFinite))).toBe(true);
  } finally {
    await rename(`${first.path}.away`, first.path);
  }
  const gone = [{ path: join(library.folder, 'gone.jpg'), hash: '00' }];
  await expect(batchesOf(options('detail', { photos: gone }), 1)).rejects.toMatchObject({
    code: 'train/photos-gone',
  });
});

describe('in a worker thread', () => {
  const before = workerEntry.url;
  let built: string;

  beforeAll(async () => {
    // Inside the repository, where the built file finds its packages.
    built = await mkdtemp(join(repository, 'node_modules', '.dataset-worker-'));
    await build({
      configFile: join(repository, 'build', 'vite.node.config.ts'),
      logLevel: 'error',
      build: {
        outDir: built,
        sourcemap: false,
        rollupOptions: {
          input: { 'dataset-worker': join(repository, 'electron/training/dataset/worker.ts') },
        },
      },
    });
    workerEntry.url = pathToFileURL(join(built, 'dataset-worker.js'));
  });

  afterAll(async () => {
    workerEntry.url = before;
    await rm(built, { recursive: true, force: true });
  });

  test.each(recipes)('%s: the same batches as without', async (recipe) => {
    const inline = await batchesOf(options(recipe, { startStep: 2 }), 3);
    expect(await batchesOf(options(recipe, { startStep: 2, workers: 1 }), 3)).toEqual(inline);
  });

  test('batches are made ahead, so that a slow taker does not wait', async () => {
    const feed = createFeed(options('detail', { workers: 1 }));
    const waited = async () => {
      const before = feed.waitedMs;
      await feed.next();
      return feed.waitedMs - before;
    };
    const first = await waited();
    expect(first).toBeGreaterThan(0);
    // Behind a training step the next batch has time enough, be the computer busy or not.
    const taken = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return waited();
    };
    await expect.poll(taken, { timeout: 20_000 }).toBeLessThan(first / 10);
    await feed.close();
  });

  const { PRIORITY_LOW } = constants.priority;
  const canStandBehind = process.platform === 'linux' && getPriority() < PRIORITY_LOW;

  test.runIf(canStandBehind)('it stands behind all other threads', async () => {
    const standingBehind = () =>
      readdirSync('/proc/self/task').filter((thread) => getPriority(Number(thread)) === PRIORITY_LOW);
    expect(standingBehind()).toEqual([]);
    const feed = createFeed(options('detail', { workers: 1 }));
    await feed.next();
    expect(standingBehind()).toHaveLength(1);
    await feed.close();
  });

  test('what fails in the worker keeps its code', async () => {
    const gone = [{ path: join(library.folder, 'gone.jpg'), hash: '00' }];
    await expect(batchesOf(options('detail', { photos: gone, workers: 1 }), 1)).rejects.toMatchObject({
      code: 'train/photos-gone',
    });
  });

  test('a worker that cannot start, or is ended, leaves nobody waiting', async () => {
    const ended = createFeed(options('detail', { workers: 1 }));
    const waiting = expect(ended.next()).rejects.toMatchObject({ code: 'train/data-worker' });
    await ended.close();
    await waiting;

    const url = workerEntry.url;
    workerEntry.url = new URL('./missing.js', url);
    const broken = createFeed(options('detail', { workers: 1 }));
    workerEntry.url = url;
    await expect(broken.next()).rejects.toMatchObject({ code: 'train/data-worker' });
    await broken.close();
  });
});
