import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint } from '../electron/training/checkpoint.ts';
import { type ModelFacts, writeModelFolder } from '../electron/training/model-folder.ts';
import { usableWeights } from '../electron/training/stepper.ts';

/** Makes a bundled model from a training: node build/run.mjs build/pack-model.ts RUN_FOLDER ID */
const [run, id] = process.argv.slice(2);

const names: Record<string, Pick<ModelFacts, 'name' | 'priority'>> = {
  restorer: { name: 'Photomend restorer: blur and mosaics', priority: 100 },
  defects: { name: 'Photomend defects: stains and scratches', priority: 100 },
  fill: { name: 'Photomend fill: what stains and scratches hid', priority: 100 },
  fine: { name: 'Photomend fine: blur and mosaics, slower', priority: 50 },
  article: { name: "The article's U-Net, 16 base channels", priority: 10 },
};
const { record, state } = await loadCheckpoint(run);
const log = (await readFile(join(run, 'log.jsonl'), 'utf8'))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const curve = log
  .filter(({ event }) => event === 'validation')
  .map(({ step, score, startScore }) => [step, round(score), round(startScore)]);
const { photos } = log.find(({ event }) => event === 'library');

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const { folder, ...facts } = {
  ...names[id],
  id,
  version: '1',
  licence: 'MIT; trained on freely licensed photographs, see docs/models.md',
  source: 'Trained by "photomend train"; see docs/models.md',
  folder: join('resources/models', id),
  training: {
    plan: record.plan,
    photos,
    steps: record.step,
    minutes: round(record.elapsedSeconds / 60),
    // step, validation score of the network, score of its starting point
    validation: curve,
  },
};
const manifest = await writeModelFolder(folder, record.plan, usableWeights(state), facts);
console.log(`${folder}: ${manifest.bytes} bytes, margin ${manifest.marginPx} px`);
