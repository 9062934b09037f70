import { existsSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeModel } from '../../electron/onnx/encode.ts';
import { adamDefaults } from '../../electron/training/graph/adam.ts';
import {
  evaluationModel,
  gradientSumModel,
  trainingStepModel,
  updateModel,
} from '../../electron/training/graph/step.ts';
import { graphTarget } from '../../electron/training/graph-target.ts';
import type { NetworkSpec } from '../../electron/training/network.ts';
import { initialWeights, parametersOf, type Weights } from '../../electron/training/parameters.ts';
import { planOf } from '../../electron/training/plan.ts';
import {
  initialState,
  type StepBatch,
  Stepper,
  type StepReport,
  type TrainingState,
} from '../../electron/training/stepper.ts';
import { trainingSession } from '../../electron/training/training-session.ts';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const present = existsSync(driver);
const size = 16;
const batch = 2;

/** One of each kind: with batch norm and biases that it cancels, and with a step from space to depth. */
const networks: Record<string, NetworkSpec> = {
  article: { ...planOf('article', { baseChannels: 4 }).spec, stages: 1 },
  photomend: { ...planOf('photomend', { baseChannels: 4 }).spec, stages: 1, units: 1 },
};

function wave(count: number, pitch: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * pitch) / 2);
}

function batchOf(spec: NetworkSpec, step: number): StepBatch {
  const pixels = batch * size * size;
  return {
    input: wave(pixels * spec.inputChannels, 0.7 + step / 10),
    target: wave(pixels * spec.outputChannels, 0.3),
    pixelWeight: new Float32Array(pixels).fill(1 / (pixels * spec.outputChannels)),
  };
}

function startOf(spec: NetworkSpec): TrainingState {
  const parameters = parametersOf(spec);
  return initialState(parameters, initialWeights(parameters, 1), true);
}

function create(provider: 'cpu' | 'webgpu', spec: NetworkSpec, parts: number, state: TrainingState) {
  return Stepper.create(
    {
      spec,
      loss: 'mse',
      adam: { ...adamDefaults, clipNorm: 1 },
      averaging: true,
      session: trainingSession(provider, undefined),
      batch,
      parts,
      height: size,
      width: size,
    },
    state,
  );
}

async function steps(stepper: Stepper, spec: NetworkSpec, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await stepper.run(batchOf(spec, stepper.step), 1e-3, 0.1));
  return reports;
}

/** Relative L2 distance of all tensors together. */
function distance(ours: Weights, reference: Weights): number {
  expect([...ours.keys()].toSorted()).toEqual([...reference.keys()].toSorted());
  let difference = 0;
  let length = 0;
  for (const [name, data] of reference) {
    const other = ours.get(name) as Float32Array;
    expect(other.length, name).toBe(data.length);
    for (let i = 0; i < data.length; i++) {
      difference += (other[i] - data[i]) ** 2;
      length += data[i] ** 2;
    }
  }
  return Math.sqrt(difference / length);
}

const stateParts = ['weights', 'first', 'second', 'average'] as const;

// One run at a time: the provider does not bear two.
describe.skipIf(!present)(`training on WebGPU${present ? '' : ' (skipped: no chromium)'}`, () => {
  beforeAll(() => {
    process.env.VK_ICD_FILENAMES ??= driver;
  });

  test.each([
    ['article', 1],
    ['article', 2],
    ['photomend', 1],
  ] as const)(
    '%s in %i parts takes the same steps as on the processor, and goes on from what was read back',
    async (name, parts) => {
      const spec = networks[name];
      const here = await create('cpu', spec, parts, startOf(spec));
      const there = await create('webgpu', spec, parts, startOf(spec));
      const expected = await steps(here, spec, 3);
      const reports = await steps(there, spec, 3);
      for (const [i, { loss, gradientNorm }] of reports.entries()) {
        expect(Math.abs(loss / expected[i].loss - 1)).toBeLessThan(0.02);
        expect(Math.abs(gradientNorm / expected[i].gradientNorm - 1)).toBeLessThan(0.02);
      }
      const [reference, read] = [await here.snapshot(), await there.snapshot()];
      await here.release();
      expect(read.step).toBe(3);
      for (const part of stateParts) expect(distance(read[part], reference[part]), part).toBeLessThan(0.02);
      expect(distance(await there.usableWeights(), new Map([...read.weights, ...read.average]))).toBe(0);

      const resumed = await create('webgpu', spec, parts, read);
      const [goneOn] = await steps(resumed, spec, 1);
      const [further] = await steps(there, spec, 1);
      await there.release();
      await resumed.release();
      expect(goneOn.loss).toBeCloseTo(further.loss, 6);
      expect(goneOn.gradientNorm).toBeCloseTo(further.gradientNorm, 5);
    },
    300_000,
  );

  test.each([
    ['article', 'mse'],
    ['article', 'l1'],
    ['photomend', 'charbonnier'],
    ['photomend', 'gradient'],
    ['photomend', 'crossEntropy'],
  ] as const)(
    '%s with the loss %s has no operator that is left to the processor',
    async (name, loss) => {
      const options = trainingSession('webgpu', undefined);
      const strict = { ...options, extra: { session: { disable_cpu_ep_fallback: '1' } } };
      const spec = networks[name];
      const shape = { batch, height: size, width: size, ...(await graphTarget(strict)) };
      const step = { ...shape, spec, loss, averaging: true, adam: { ...adamDefaults, clipNorm: 1 } };
      for (const model of [
        trainingStepModel(step),
        gradientSumModel(step),
        updateModel(step),
        evaluationModel(spec, shape),
      ]) {
        const session = await ort.InferenceSession.create(encodeModel(model), strict);
        await session.release();
      }
      const usual = encodeModel(trainingStepModel({ ...step, webgpu: false }));
      await expect(ort.InferenceSession.create(usual, strict)).rejects.toThrow(/fallback/);
    },
    120_000,
  );

  test('a step without a finite loss leaves the state as it was, and no tensor is left behind', async () => {
    const made = vi.spyOn(ort.Tensor, 'fromGpuBuffer');
    const freed = vi.spyOn(ort.Tensor.prototype, 'dispose');
    const alive = () =>
      made.mock.results.length -
      freed.mock.contexts.filter((tensor) => made.mock.results.some(({ value }) => value === tensor)).length;
    const spec = networks.article;
    for (const parts of [1, 2]) {
      const stepper = await create('webgpu', spec, parts, startOf(spec));
      await steps(stepper, spec, 2);
      const usual = alive();
      expect(usual).toBeGreaterThan(0);
      const before = await stepper.snapshot();
      const bad = {
        ...batchOf(spec, 2),
        pixelWeight: new Float32Array(batch * size * size).fill(Number.NaN),
      };
      await expect(stepper.run(bad, 1e-3, 0.1)).rejects.toMatchObject({ code: 'train/non-finite-loss' });
      const after = await stepper.snapshot();
      expect(after).toEqual(before);
      await steps(stepper, spec, 3);
      expect(alive()).toBe(usual);
      await stepper.release();
      expect(alive()).toBe(0);
    }
  }, 300_000);
});
