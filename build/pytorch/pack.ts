import { readFile } from 'node:fs/promises';
import { importWeights } from '../../electron/training/import-weights.ts';
import { writeModelFolder } from '../../electron/training/model-folder.ts';
import { decodeSafetensors } from '../../electron/training/safetensors.ts';

/**
 * Makes a model of weights that train.py wrote: node build/run.mjs build/pytorch/pack.ts WEIGHTS.safetensors FOLDER ID NAME
 * The folder can be imported (`photomend models import`), or become one of resources/models.
 */
const [path, folder, id, name] = process.argv.slice(2);
const { preset, spec, weights } = await importWeights(path);
const { metadata } = decodeSafetensors(await readFile(path));
const { steps, batch, made, seconds, rate, validation } = metadata;
const manifest = await writeModelFolder(folder, { preset, spec }, weights, {
  id,
  name,
  version: '1',
  licence: 'MIT; trained on freely licensed photographs, see docs/models.md',
  source: 'Trained with PyTorch by build/pytorch/train.py',
  priority: 100,
  training: {
    plan: { preset, spec: { ...spec } },
    steps: Number(steps),
    batch: Number(batch),
    samples: Number(made),
    minutes: Number(seconds) / 60,
    learningRate: Number(rate),
    validation: JSON.parse(validation),
  },
});
console.log(`${folder}: ${manifest.bytes} bytes, margin ${manifest.marginPx} px`);
