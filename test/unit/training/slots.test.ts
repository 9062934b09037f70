import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { adamDefaults } from '../../../electron/training/graph/adam.ts';
import { elements } from '../../../electron/training/graph/builder.ts';
import { gradientSumModel, nextPrefix, trainingStepModel } from '../../../electron/training/graph/step.ts';
import { initialWeights, parametersOf, type Weights } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';
import { pack, slotsOf, unpack } from '../../../electron/training/slots.ts';

const article = { ...planOf('article', { baseChannels: 8 }).spec, stages: 1 };
const photomend = { ...planOf('photomend', { baseChannels: 8 }).spec, stages: 1, units: 1 };

describe('parameters end to end', () => {
  test('a vector for each role, in which every parameter has its place', () => {
    const weights = initialWeights(parametersOf(article), 1);
    const slots = slotsOf(article, true);
    expect(slots.map(({ name }) => name)).toEqual(['trained', 'statistic', 'cancelled']);
    const back: Weights = new Map(slots.flatMap((slot) => unpack(slot, pack(slot, weights))));
    expect(back).toEqual(new Map([...back.keys()].map((name) => [name, weights.get(name)])));
    expect(back.size).toBe(weights.size);
    for (const data of back.values()) expect(data.buffer.byteLength).toBe(data.byteLength);
  });

  test('a network without batch norm has but trained ones', () => {
    expect(slotsOf(photomend, true).map(({ name }) => name)).toEqual(['trained']);
  });

  test('a tensor that is missing is told', () => {
    const [slot] = slotsOf(photomend, true);
    expect(() => pack(slot, new Map())).toThrow(expect.objectContaining({ code: 'train/missing-tensor' }));
  });
});

/** The results of a graph that is made of random inputs, those of a slot cut into parameters. */
async function run(
  spec: typeof article,
  webgpu: boolean,
  make: typeof trainingStepModel,
): Promise<Record<string, Float32Array>> {
  const shape = { batch: 2, height: 16, width: 16, webgpu };
  const adam = { ...adamDefaults, clipNorm: 0.1, weightDecay: 0.01 };
  const model = make({ ...shape, spec, loss: 'mse', adam, averaging: true });
  const session = await ort.InferenceSession.create(encodeModel(model));
  const slots = slotsOf(spec, webgpu);
  const parameters = parametersOf(spec);
  const random = createRandom(2);
  const values = Object.fromEntries(
    ['weight', 'first', 'second', 'average', 'sum'].map((kind) => [
      kind,
      new Map(
        parameters.map(({ name, shape }) => [
          name,
          Float32Array.from({ length: elements(shape) }, () => random.uniform(0.01, 0.1)),
        ]),
      ),
    ]),
  );
  const feeds: Record<string, ort.Tensor> = {};
  for (const { name, dims } of model.inputs) {
    const [kind, ...rest] = name.split('/');
    const slot = slots.find((one) => one.name === rest.join('/'));
    const data =
      slot === undefined
        ? Float32Array.from({ length: elements(dims as number[]) }, (_, i) => 0.01 + Math.sin(i) / 500)
        : pack(slot, values[kind]);
    feeds[name] = new ort.Tensor('float32', data, dims as number[]);
  }
  const results: Record<string, Float32Array> = {};
  for (const [name, { data }] of Object.entries(await session.run(feeds))) {
    const [prefix, kind, ...rest] = name.split('/');
    const slot = slots.find((one) => one.name === rest.join('/'));
    if (`${prefix}/` !== nextPrefix || slot === undefined) results[name] = data as Float32Array;
    else for (const [member, part] of unpack(slot, data as Float32Array)) results[`${kind}/${member}`] = part;
  }
  await session.release();
  return results;
}

test.each([
  ['a step of article', article, trainingStepModel],
  ['a step of photomend', photomend, trainingStepModel],
  ['a sum of gradients of article', article, gradientSumModel],
] as const)('%s is the same where slots are joined', async (_, spec, make) => {
  const [apart, joined] = [await run(spec, false, make), await run(spec, true, make)];
  expect(Object.keys(joined).toSorted()).toEqual(Object.keys(apart).toSorted());
  for (const [name, data] of Object.entries(apart)) {
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    data.forEach((value, i) => {
      expect(Math.abs(value - joined[name][i]), name).toBeLessThan(1e-5 * largest);
    });
  }
});
