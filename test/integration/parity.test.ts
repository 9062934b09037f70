import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { encodeModel } from '../../electron/onnx/encode.ts';
import { channelBlock } from '../../electron/training/channel-block.ts';
import { adamDefaults } from '../../electron/training/graph/adam.ts';
import { evaluationModel, gradientModel } from '../../electron/training/graph/step.ts';
import type { NetworkSpec } from '../../electron/training/network.ts';
import { type Parameter, parametersOf, type Weights } from '../../electron/training/parameters.ts';
import { decodeSafetensors, type NamedTensor } from '../../electron/training/safetensors.ts';
import { initialState, Stepper } from '../../electron/training/stepper.ts';

const folder =
  process.env.PHOTOMEND_PARITY_DIR ?? join(import.meta.dirname, '../../../shared/fixtures/pytorch-unet-w8');
const webgpuDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

interface Run {
  readonly network: { readonly baseChannels: number; readonly stages: number };
  readonly optimizer: {
    readonly lr: number;
    readonly betas: readonly [number, number];
    readonly eps: number;
  };
  readonly losses: readonly number[];
}

interface Tolerances {
  readonly loss: number;
  readonly tensorGradient: number;
  readonly allGradients: number;
  readonly evaluation: number;
}

function load(name: string): Map<string, NamedTensor> {
  return decodeSafetensors(readFileSync(join(folder, `${name}.safetensors`))).tensors;
}

function tensor(tensors: Map<string, NamedTensor>, name: string): NamedTensor {
  const found = tensors.get(name);
  if (found === undefined) throw new Error(`the fixture lacks ${name}`);
  return found;
}

/** Relative L2 distance; a reference of (nearly) zero is measured against `floor`. */
function relativeError(ours: Float32Array, reference: Float32Array, floor: number): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < reference.length; i++) {
    difference += (ours[i] - reference[i]) ** 2;
    size += reference[i] ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), floor);
}

function fixture(channelBlock: number | undefined) {
  const run: Run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  const initial = load('initial');
  const batches = load('batches');
  const batchCount = [...batches.keys()].filter((name) => name.startsWith('image')).length;
  const first = tensor(batches, 'image0');
  const [batch, channels, height, width] = first.shape;
  const spec: NetworkSpec = {
    family: 'article',
    inputChannels: channels,
    outputChannels: channels,
    baseChannels: run.network.baseChannels,
    stages: run.network.stages,
    units: 0,
    batchNorm: true,
    spaceToDepth: false,
  };
  const parameters = parametersOf(spec);
  const weights: Weights = new Map(parameters.map(({ name }) => [name, tensor(initial, name).data.slice()]));
  const shape = { batch, height, width, channelBlock };
  const pixelWeight = new Float32Array(batch * height * width).fill(1 / (batch * channels * height * width));
  const batchOf = (step: number) => ({
    input: tensor(batches, `masked${step % batchCount}`).data,
    target: tensor(batches, `image${step % batchCount}`).data,
    pixelWeight,
  });
  return { run, spec, parameters, weights, shape, batchOf, channels };
}

function feedsOf(parameters: readonly Parameter[], weights: Weights): Record<string, ort.Tensor> {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const data = weights.get(name);
      if (data === undefined) throw new Error(name);
      return [`weight/${name}`, new ort.Tensor('float32', data, shape)];
    }),
  );
}

async function compare(provider: string, steps: number, tolerance: Tolerances): Promise<void> {
  const session: ort.InferenceSession.SessionOptions = { executionProviders: [provider] };
  const { run, spec, parameters, weights, shape, batchOf, channels } = fixture(await channelBlock(session));
  const dims = [shape.batch, channels, shape.height, shape.width];
  const image = (data: Float32Array) => new ort.Tensor('float32', data, dims);

  // First gradients
  const gradients = load('first_gradients');
  const gradientSession = await ort.InferenceSession.create(
    encodeModel(gradientModel(spec, 'mse', shape)),
    session,
  );
  const batch = batchOf(0);
  const results = await gradientSession.run({
    ...feedsOf(parameters, weights),
    input: image(batch.input),
    target: image(batch.target),
    pixelWeight: new ort.Tensor('float32', batch.pixelWeight, [shape.batch, 1, shape.height, shape.width]),
  });
  await gradientSession.release();
  const norm = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const largest = Math.max(...[...gradients.values()].map(({ data }) => norm(data)));
  let difference = 0;
  let size = 0;
  let worst = { name: '', error: 0 };
  for (const [name, { data }] of gradients) {
    // A bias ahead of a batch norm: its gradient is zero, PyTorch's is rounding noise.
    const made = results[`gradient/${name}`];
    const ours = made === undefined ? new Float32Array(data.length) : (made.data as Float32Array);
    for (let i = 0; i < data.length; i++) {
      difference += (ours[i] - data[i]) ** 2;
      size += data[i] ** 2;
    }
    const error = relativeError(ours, data, made === undefined ? largest * 1e-3 : 0);
    if (error > worst.error) worst = { name, error };
  }
  console.log(
    `${provider}: worst gradient ${worst.name} ${worst.error.toExponential(2)}, all ${Math.sqrt(difference / size).toExponential(2)}`,
  );
  expect(worst.error, worst.name).toBeLessThan(tolerance.tensorGradient);
  expect(Math.sqrt(difference / size)).toBeLessThan(tolerance.allGradients);

  // Steps
  const stepper = await Stepper.create(
    {
      spec,
      ...shape,
      loss: 'mse',
      adam: {
        ...adamDefaults,
        beta1: run.optimizer.betas[0],
        beta2: run.optimizer.betas[1],
        epsilon: run.optimizer.eps,
      },
      averaging: false,
      session,
    },
    initialState(parameters, weights, false),
  );
  let worstLoss = 0;
  for (let step = 0; step < Math.min(steps, run.losses.length); step++) {
    const { loss } = await stepper.run(batchOf(step), run.optimizer.lr, 0);
    worstLoss = Math.max(worstLoss, Math.abs(loss / run.losses[step] - 1));
    if (step === 0) compareFirstStep((await stepper.snapshot()).weights, run.optimizer.lr);
  }
  console.log(`${provider}: worst loss ${worstLoss.toExponential(2)}`);
  expect(worstLoss).toBeLessThan(tolerance.loss);
  await stepper.release();

  // Evaluation with running statistics, from PyTorch's final weights
  const final = load('final');
  const finalWeights: Weights = new Map(parameters.map(({ name }) => [name, tensor(final, name).data]));
  const evaluation = await ort.InferenceSession.create(encodeModel(evaluationModel(spec, shape)), session);
  const output = await evaluation.run({ ...feedsOf(parameters, finalWeights), input: image(batch.input) });
  await evaluation.release();
  const reference = tensor(load('eval_output'), 'output').data;
  const ours = output.prediction.data as Float32Array;
  const worstPixel = reference.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0);
  console.log(`${provider}: evaluation output ${worstPixel.toExponential(2)}`);
  expect(worstPixel).toBeLessThan(tolerance.evaluation);
}

function compareFirstStep(ours: Weights, learningRate: number): void {
  let close = 0;
  let total = 0;
  let worst = 0;
  for (const [name, { data }] of load('after_one_step')) {
    const mine = ours.get(name);
    if (mine === undefined || /running_|num_batches/.test(name)) continue;
    for (let i = 0; i < data.length; i++) {
      const error = Math.abs(mine[i] - data[i]);
      if (error < 1e-5) close++;
      worst = Math.max(worst, error);
      total++;
    }
  }
  console.log(
    `after one step: ${((100 * close) / total).toFixed(2)} % within 1e-5, worst ${worst.toExponential(2)}`,
  );
  expect(close / total).toBeGreaterThan(0.98);
  expect(worst).toBeLessThan(2 * learningRate * 1.001);
}

describe('parity with PyTorch', () => {
  const present = existsSync(join(folder, 'run.json'));
  test.skipIf(!present)(
    `CPU reproduces ${folder}${present ? '' : ' (skipped: the folder is not there)'}`,
    async () => {
      await compare('cpu', Number.POSITIVE_INFINITY, {
        loss: 0.01,
        tensorGradient: 0.01,
        allGradients: 0.002,
        evaluation: 3e-2,
      });
    },
    120_000,
  );

  const gpu = present && existsSync(webgpuDriver);
  test.skipIf(!gpu)(
    `WebGPU on software Vulkan reproduces it${gpu ? '' : ' (skipped: no chromium or no fixtures)'}`,
    async () => {
      process.env.VK_ICD_FILENAMES ??= webgpuDriver;
      await compare('webgpu', 2, { loss: 0.02, tensorGradient: 0.05, allGradients: 0.01, evaluation: 5e-2 });
    },
    600_000,
  );
});
