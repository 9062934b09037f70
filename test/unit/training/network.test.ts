import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { decodeModel } from '../../../electron/onnx/decode.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { exportModel } from '../../../electron/training/export.ts';
import { weightFeeds } from '../../../electron/training/forward-pass.ts';
import { evaluationModel } from '../../../electron/training/graph/step.ts';
import { type NetworkSpec, sizeMultiple } from '../../../electron/training/network.ts';
import { countWeights, initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf, presetNames } from '../../../electron/training/plan.ts';

describe('the network family', () => {
  test("the article's network has 34,183,427 weights and PyTorch's names", () => {
    const parameters = parametersOf(planOf('article').spec);
    expect(countWeights(parameters)).toBe(34_183_427);
    const names = new Set(parameters.map(({ name }) => name));
    for (const name of [
      'encoder.blk0.model.0.weight',
      'encoder.blk4.model.4.running_var',
      'encoder.down0.model.0.weight',
      'decoder.up3.model.0.weight',
      'decoder.up0.model.1.bias',
      'decoder.last_conv.weight',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('the auto-encoder is the same without skips', () => {
    const shapes = (preset: 'article' | 'autoencoder') =>
      new Map(parametersOf(planOf(preset).spec).map(({ name, shape }) => [name, shape]));
    const article = shapes('article');
    const autoencoder = shapes('autoencoder');
    expect([...autoencoder.keys()]).toEqual([...article.keys()]);
    expect(article.get('decoder.blk2.model.0.weight')).toEqual([256, 512, 3, 3]);
    expect(autoencoder.get('decoder.blk2.model.0.weight')).toEqual([256, 256, 3, 3]);
  });

  /** Statistics and scales as after some training: folding them must not change the output. */
  const ranges: [suffix: string, low: number, high: number][] = [
    ['running_mean', -0.3, 0.3],
    ['running_var', 0.3, 2],
    ['tail.weight', -0.2, 0.2],
  ];
  const small = (spec: NetworkSpec): NetworkSpec => ({ ...spec, baseChannels: 4 });
  const specs: [string, NetworkSpec][] = presetNames.map((name) => [name, small(planOf(name).spec)]);

  test.each(specs)('%s: the exported model computes what the evaluation graph computes', async (_, spec) => {
    const parameters = parametersOf(spec);
    const random = createRandom(3);
    const weights = initialWeights(parameters, 5);
    for (const { name } of parameters) {
      const data = weights.get(name);
      const range = ranges.find(([suffix]) => name.endsWith(suffix));
      if (data === undefined || range === undefined) continue;
      for (let i = 0; i < data.length; i++) data[i] = random.uniform(range[1], range[2]);
    }
    const size = 2 * sizeMultiple(spec);
    const input = Float32Array.from({ length: spec.inputChannels * size * size }, () =>
      random.uniform(-0.5, 0.5),
    );
    const tensor = new ort.Tensor('float32', input, [1, spec.inputChannels, size, size]);
    const reference = await ort.InferenceSession.create(
      encodeModel(evaluationModel(spec, { batch: 1, height: size, width: size })),
    );
    const { prediction } = await reference.run({ ...weightFeeds(spec, weights), input: tensor });
    const worstOf = async (precision: 'fp32' | 'fp16') => {
      const bytes = exportModel(spec, weights, precision);
      expect(decodeModel(bytes).opsets['']).toBe(17);
      const session = await ort.InferenceSession.create(bytes);
      const { output } = await session.run({ input: tensor });
      expect(output.dims).toEqual([1, spec.outputChannels, size, size]);
      const data = output.data as Float32Array;
      return (prediction.data as Float32Array).reduce(
        (worst, v, i) => Math.max(worst, Math.abs(v - data[i])),
        0,
      );
    };
    expect(await worstOf('fp32')).toBeLessThan(2e-5);
    expect(await worstOf('fp16')).toBeLessThan(1e-2);
  });

  test('photomend starts from the classical estimate: its first output is zero', async () => {
    const spec = small(planOf('photomend').spec);
    const session = await ort.InferenceSession.create(
      exportModel(spec, initialWeights(parametersOf(spec), 1), 'fp32'),
    );
    const size = sizeMultiple(spec);
    const input = new Float32Array(spec.inputChannels * size * size).fill(0.3);
    const { output } = await session.run({
      input: new ort.Tensor('float32', input, [1, spec.inputChannels, size, size]),
    });
    expect((output.data as Float32Array).every((value) => value === 0)).toBe(true);
  });
});
