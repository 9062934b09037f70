import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BatchMaker } from '../../electron/training/dataset/batches.ts';
import type { Batch } from '../../electron/training/dataset/feed.ts';
import { usualMix } from '../../electron/training/dataset/mix.ts';
import type { Recipe } from '../../electron/training/dataset/recipe.ts';

/**
 * Makes training samples for train.py, until it is killed or `count` files are there:
 *
 *   node build/run.mjs build/pytorch/make-samples.ts RECIPE PHOTOS OUT SIZE SEED [COUNT]
 *
 * Every file holds 64 samples as float32: inputs, targets, masks and weights, one after the other. Files wait to be
 * taken (and deleted) by the training; no more than a few lie ready.
 */
const [recipe, photosFolder, outFolder, size, seed, count] = process.argv.slice(2);
const batch = 64;
const mostWaiting = 40;
const pollMs = 20;

const names = (await readdir(photosFolder)).sort();
const maker = new BatchMaker({
  recipe: recipe as Recipe,
  mix: usualMix,
  photos: names.map((name) => ({ path: join(photosFolder, name), hash: name })),
  batch,
  sizePx: Number(size),
  seed: Number(seed),
  startStep: 0,
  cacheBytes: 2 * 2 ** 30,
});

for (let step = 0; count === undefined || step < Number(count); step++) {
  while (count === undefined && (await readdir(outFolder)).length > mostWaiting) await setTimeout(pollMs);
  const name = join(outFolder, `${seed}-${step}`);
  await writeFile(`${name}.part`, bytesOf(await maker.make(step)));
  await rename(`${name}.part`, `${name}.f32`);
}

function bytesOf({ input, target, mask, weight }: Batch): Buffer {
  return Buffer.concat([input, target, mask, weight].map((part) => Buffer.from(part.buffer)));
}
