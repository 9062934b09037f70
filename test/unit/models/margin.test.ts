import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readEntry } from '../../../electron/engine/models/entry.ts';
import { measureMargin } from '../../../electron/engine/models/margin.ts';
import { ModelSession } from '../../../electron/engine/runtime/session.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { float32Tensor, type OnnxNode } from '../../../electron/onnx/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend-margin-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Toy {
  readonly kernel: readonly number[];
  readonly kernelShape: readonly [height: number, width: number];
  readonly stride?: number;
}

/** A network of one convolution of one channel that keeps the size; with a stride its result is folded out again. */
async function toy({ kernel, kernelShape: [height, width], stride = 1 }: Toy): Promise<ModelSession> {
  const [top, left] = [(height - 1) >> 1, (width - 1) >> 1];
  const channels = stride ** 2;
  const weight = Float32Array.from(Array.from({ length: channels }, () => kernel).flat());
  const ints = (...value: number[]) => ({ kind: 'ints', value }) as const;
  const node = (opType: string, inputs: string[], outputs: string[], attributes: OnnxNode['attributes']) => ({
    name: opType,
    opType,
    domain: '',
    inputs,
    outputs,
    attributes,
  });
  const dims = ['n', 1, 'h', 'w'];
  const file = encodeModel({
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: {},
    graphName: 'toy',
    inputs: [{ name: 'picture in', type: 'float32', dims }],
    outputs: [{ name: 'picture out', type: 'float32', dims }],
    nodes: [
      node('Conv', ['picture in', 'weight'], ['between'], {
        kernel_shape: ints(height, width),
        strides: ints(stride, stride),
        pads: ints(top, left, top, left),
      }),
      node('DepthToSpace', ['between'], ['picture out'], { blocksize: { kind: 'int', value: stride } }),
    ],
    initializers: [float32Tensor('weight', [channels, 1, height, width], weight)],
  });
  const path = join(folder, 'toy.onnx');
  writeFileSync(path, file);
  return ModelSession.open(path, 'cpu', 1);
}

async function marginOf(network: Toy, multiple: number): Promise<number> {
  const session = await toy(network);
  try {
    return await measureMargin(session, 1, multiple);
  } finally {
    await session.release();
  }
}

/** A kernel of zeros but for one tap. */
function tap(length: number, at: number, value = 1): number[] {
  return Array.from({ length }, (_, i) => (i === at ? value : 0));
}

describe('the margin of a network', () => {
  test.each<[string, Toy]>([
    ['the left', { kernel: tap(23, 0), kernelShape: [1, 23] }],
    ['the right', { kernel: tap(23, 22), kernelShape: [1, 23] }],
    ['above', { kernel: tap(23, 0), kernelShape: [23, 1] }],
    ['below', { kernel: tap(23, 22), kernelShape: [23, 1] }],
  ])('that looks 11 pixels to %s is 11', async (_, network) => {
    expect(await marginOf(network, 1)).toBe(11);
  });

  test('is rounded up to the multiple that the network works in', async () => {
    expect(await marginOf({ kernel: tap(23, 0), kernelShape: [1, 23] }, 4)).toBe(12);
    expect(await marginOf({ kernel: [1], kernelShape: [1, 1] }, 256)).toBe(128);
  });

  test('is one multiple where a network sees nothing but the pixel itself', async () => {
    expect(await marginOf({ kernel: [1], kernelShape: [1, 1] }, 1)).toBe(1);
  });

  test('does not count what cannot be seen', async () => {
    const faint = tap(23, 11).map((value, i) => (i === 0 ? 1e-3 : value));
    expect(await marginOf({ kernel: faint, kernelShape: [1, 23] }, 1)).toBe(1);
  });

  test('is judged by the size of the output', async () => {
    // Ten times as much of everything: what is invisible stays so.
    const faint = tap(23, 11, 1000).map((value, i) => (i === 0 ? 1 : value));
    expect(await marginOf({ kernel: faint, kernelShape: [1, 23] }, 1)).toBe(1);
  });

  test('of a network that halves its resolution', async () => {
    // A result for pixels 2i and 2i + 1 is read at 2i - 5, or at 2i + 5: not equally far out of the block.
    expect(await marginOf({ kernel: tap(11, 0), kernelShape: [1, 11], stride: 2 }, 2)).toBe(6);
    expect(await marginOf({ kernel: tap(11, 10), kernelShape: [1, 11], stride: 2 }, 2)).toBe(4);
  });

  test('has a limit', async () => {
    expect(await marginOf({ kernel: tap(301, 0), kernelShape: [1, 301] }, 1)).toBe(128);
  });
});

const bundled = readdirSync('resources/models', { withFileTypes: true }).filter((each) => each.isDirectory());

test.each(bundled.map(({ name }) => name))('the bundled model %s has the margin it needs', async (name) => {
  const { manifest, modelPath } = await readEntry(join('resources/models', name), true);
  const session = await ModelSession.open(modelPath, 'cpu', 1);
  const needed = await measureMargin(session, manifest.input.channels, manifest.sizeMultiple);
  await session.release();
  expect(manifest.marginPx).toBeGreaterThanOrEqual(needed);
});
