import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BatchMaker } from '../../electron/training/dataset/batches.ts';
import type { Batch } from '../../electron/training/dataset/feed.ts';
import { type LibraryPhoto, scanLibrary } from '../../electron/training/dataset/library.ts';
import { usualMix } from '../../electron/training/dataset/mix.ts';
import type { Recipe } from '../../electron/training/dataset/recipe.ts';
import { splitLibrary } from '../../electron/training/dataset/split.ts';

/**
 * Makes training samples for train.py, until it is killed or every process has made FILES files to train on:
 *
 *   node build/run.mjs build/pytorch/make-samples.ts RECIPE LIBRARY OUT SIZE PROCESSES [SEED [FILES]]
 *
 * First some files in OUT/validation, of the photos that `photomend train` keeps aside, then as many as are taken in
 * OUT/training. Every file holds 64 samples as float32: inputs, targets, masks and weights, one after the other. Files
 * wait to be taken (and deleted) by the training; no more than a few lie ready.
 */
const batch = 64;
const validationFiles = 15;
const mostWaiting = 40;
const pollMs = 20;
const validationSeed = 9000;

/** What one process makes. */
interface Share {
  readonly recipe: Recipe;
  readonly photos: readonly LibraryPhoto[];
  readonly out: string;
  readonly sizePx: number;
  readonly seed: number;
  /** So many files; without end where it is null. */
  readonly files: number | null;
}

async function makeShare({ recipe, photos, out, sizePx, seed, files }: Share): Promise<void> {
  const cacheBytes = 2 * 2 ** 30;
  const maker = new BatchMaker({
    recipe,
    mix: usualMix,
    photos,
    batch,
    sizePx,
    seed,
    startStep: 0,
    cacheBytes,
  });
  for (let step = 0; files === null || step < files; step++) {
    while (files === null && (await readdir(out)).length > mostWaiting) await setTimeout(pollMs);
    const name = join(out, `${seed}-${step}`);
    await writeFile(`${name}.part`, bytesOf(await maker.make(step)));
    await rename(`${name}.part`, `${name}.f32`);
  }
}

function bytesOf({ input, target, mask, weight }: Batch): Buffer {
  return Buffer.concat([input, target, mask, weight].map((part) => Buffer.from(part.buffer)));
}

/** Starts a process for a share; a failed one is the end of all. */
function start(share: Share): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [], { serialization: 'advanced' });
  child.send(share);
  return new Promise((done, failed) => {
    child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`A process ended with ${code}.`))));
  });
}

async function makeAll(): Promise<void> {
  const [recipe, library, out, size, processes, seed = '100', most] = process.argv.slice(2);
  const split = splitLibrary((await scanLibrary(resolve(library))).photos);
  const share = (part: 'training' | 'validation') => ({
    recipe: recipe as Recipe,
    photos: split[part],
    out: resolve(out, part),
    sizePx: Number(size),
  });
  for (const part of ['training', 'validation']) await mkdir(resolve(out, part), { recursive: true });
  const numbers = Array.from({ length: Number(processes) }, (_, i) => i);
  const filesOf = (i: number) => Math.ceil((validationFiles - i) / numbers.length);
  await Promise.all(
    numbers.map((i) => start({ ...share('validation'), seed: validationSeed + i, files: filesOf(i) })),
  );
  console.log(`${split.training.length} photos to train on, ${split.validation.length} to validate with`);
  const files = most === undefined ? null : Number(most);
  await Promise.all(numbers.map((i) => start({ ...share('training'), seed: Number(seed) + i, files })));
}

if (process.send === undefined) await makeAll();
else {
  process.once('disconnect', () => process.exit());
  process.once('message', async (share: Share) => {
    await makeShare(share);
    process.exit();
  });
}
