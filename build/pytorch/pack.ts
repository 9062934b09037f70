import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, parseManifest } from '../../electron/engine/models/manifest.ts';
import { importWeights } from '../../electron/training/import-weights.ts';
import { writeModelFolder } from '../../electron/training/model-folder.ts';
import { decodeSafetensors } from '../../electron/training/safetensors.ts';

/**
 * Makes a model of weights that train.py wrote:
 *
 *   node build/run.mjs build/pytorch/pack.ts WEIGHTS.safetensors FOLDER ID NAME [PRIORITY]
 *
 * The folder can be imported (`photomend models import`), or become one of resources/models. Where it holds a model of
 * this id already, that is what the training began with: the new one is its next version, keeps its thresholds and
 * names its training.
 */
const [path, folder, id, name, priority = '100'] = process.argv.slice(2);
const { preset, spec, weights } = await importWeights(path);
const { metadata } = decodeSafetensors(await readFile(path));
const before = await predecessor();

async function predecessor(): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  const found = text === undefined ? undefined : parseManifest(text);
  return found?.id === id ? found : undefined;
}

/** A training as a later one names it: of its curve only the end. */
function startedFrom({ version, training }: Manifest): object {
  const { validation, ...rest } = training;
  const last = Array.isArray(validation) ? { validation: validation.slice(-1) } : {};
  return { startedFrom: { what: `version ${version}`, ...rest, ...last } };
}

const manifest = await writeModelFolder(folder, { preset, spec }, weights, {
  id,
  name,
  version: before === undefined ? '1' : String(Number(before.version) + 1),
  licence: 'MIT; trained on freely licensed photographs, see docs/models.md',
  source: 'Trained with PyTorch by build/pytorch/train.py; see docs/models.md',
  priority: Number(priority),
  ...(before?.find !== undefined && { find: before.find }),
  training: {
    plan: {
      preset,
      spec: { ...spec },
      recipe: metadata.recipe,
      loss: metadata.loss,
      batch: Number(metadata.batch),
      sizePx: Number(metadata.size),
      learningRate: Number(metadata.rate),
      warmupSteps: Number(metadata.warmup),
      schedule: 'cosine',
      averageDecay: Number(metadata.average_decay),
      precision: metadata.precision,
    },
    device: metadata.device,
    steps: Number(metadata.steps),
    samples: Number(metadata.made),
    minutes: Math.round(Number(metadata.seconds) / 6) / 10,
    // step, validation score of the network, score of its starting point
    validation: JSON.parse(metadata.validation),
    ...(before !== undefined && startedFrom(before)),
  },
});
console.log(
  `${folder}: version ${manifest.version}, ${manifest.bytes} bytes, margin ${manifest.marginPx} px`,
);
