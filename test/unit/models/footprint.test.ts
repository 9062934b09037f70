import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestTensorPerPixel, largestTilePx } from '../../../electron/engine/models/footprint.ts';
import { decodeModel } from '../../../electron/onnx/decode.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { exportModel } from '../../../electron/training/export.ts';
import type { NetworkSpec } from '../../../electron/training/network.ts';
import { initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';

/** The largest tensor that really arises, in numbers per pixel: every node's output is asked for. */
async function measured(file: Uint8Array, channels: number): Promise<number> {
  const model = decodeModel(file);
  const constants = new Set(model.initializers.map(({ name }) => name));
  const nodes = model.nodes.filter(({ inputs }) => !constants.has(inputs[0]));
  const outputs = nodes.flatMap((node) =>
    node.outputs.map((name) => ({
      name,
      type: 'float32' as const,
      dims: ['n', `${name} c`, `${name} h`, `${name} w`],
    })),
  );
  const side = 64;
  const session = await ort.InferenceSession.create(encodeModel({ ...model, outputs }));
  const input = new ort.Tensor('float32', new Float32Array(channels * side * side), [
    1,
    channels,
    side,
    side,
  ]);
  const results = await session.run({ input });
  await session.release();
  return Math.max(channels, ...Object.values(results).map(({ data }) => data.length / side ** 2));
}

const photomend = planOf('photomend').spec;
const article = planOf('article').spec;

describe('the largest tensor of a network', () => {
  test.each<[string, NetworkSpec]>([
    ['photomend', { ...photomend, baseChannels: 8 }],
    ['photomend without folding', { ...photomend, baseChannels: 4, spaceToDepth: false }],
    ['the article', { ...article, baseChannels: 4 }],
    ['defects', planOf('defects', { baseChannels: 4 }).spec],
  ])('%s: as estimated from its operators', async (_, spec) => {
    for (const precision of ['fp32', 'fp16'] as const) {
      const file = exportModel(spec, initialWeights(parametersOf(spec), 1), precision);
      const estimate = largestTensorPerPixel(decodeModel(file), spec.inputChannels);
      expect(estimate).toBe(await measured(file, spec.inputChannels));
    }
  });

  test('limits the tile', () => {
    const spec = { ...article, baseChannels: 4 };
    const model = decodeModel(exportModel(spec, initialWeights(parametersOf(spec), 1), 'fp16'));
    // Encoder and decoder joined: 8 channels of 4 bytes a pixel.
    expect(largestTensorPerPixel(model, 3)).toBe(8);
    expect(largestTilePx(model, 3, 8 * 4 * 1000 ** 2)).toBe(1000);
  });
});
