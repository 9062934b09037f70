import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../../electron/onnx/decode.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { fromFloat16, toFloat16 } from '../../../electron/onnx/float16.ts';
import { float32Tensor, int64Tensor, type OnnxModel } from '../../../electron/onnx/model.ts';

const model: OnnxModel = {
  irVersion: 8,
  producer: 'photomend',
  opsets: { '': 17, 'com.microsoft': 1 },
  metadata: { 'who?': '照片 📷' },
  graphName: 'g',
  inputs: [{ name: 'x', type: 'float32', dims: ['batch', 3, 'height', 8] }],
  outputs: [{ name: 'y', type: 'float32', dims: [1] }],
  nodes: [
    {
      name: 'n',
      opType: 'Conv',
      domain: '',
      inputs: ['x', '', 'w'],
      outputs: ['y'],
      attributes: {
        pads: { kind: 'ints', value: [1, 0, -3, 2 ** 40] },
        alpha: { kind: 'float', value: 0.5 },
        mode: { kind: 'string', value: 'DCR' },
        axis: { kind: 'int', value: -1 },
        values: { kind: 'floats', value: [0.25, -2] },
        none: { kind: 'ints', value: [] },
        t: { kind: 'tensor', value: int64Tensor('c', [2], [7, -9]) },
      },
    },
  ],
  initializers: [float32Tensor('w', [2, 2], Float32Array.of(1, -2, 3.5, 0))],
};

describe('onnx files', () => {
  test('what is written is read back', () => {
    const back = decodeModel(encodeModel(model));
    expect(back).toEqual(model);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('this is not a model')],
    ['a cut-off model', encodeModel(model).subarray(0, 60)],
  ])('%s is no model', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'model/not-a-model' }));
  });
});

describe('half precision', () => {
  test('every half comes back as itself', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = toFloat16(fromFloat16(halves));
    const isNan = (half: number) => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
    expect(halves.every((half, i) => back[i] === half || (isNan(half) && isNan(back[i])))).toBe(true);
  });

  test('rounds to nearest, ties to even, and overflows to infinity', () => {
    const rounded = fromFloat16(
      toFloat16(Float32Array.of(1 + 1 / 2048, 1 + 3 / 2048, 1e-8, 65519, 65520, -1e9)),
    );
    expect([...rounded]).toEqual([1, 1 + 2 / 1024, 0, 65504, Infinity, -Infinity]);
  });
});
