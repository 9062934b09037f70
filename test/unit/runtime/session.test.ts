import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { probeInput } from '../../../electron/engine/runtime/probe-job.ts';
import { sessionOptions } from '../../../electron/engine/runtime/providers.ts';
import {
  closeSessions,
  isWorthRetryingSmaller,
  openSession,
  type PlainTensor,
} from '../../../electron/engine/runtime/session.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import type { ElementType, OnnxNode } from '../../../electron/onnx/model.ts';

const probe = 'resources/probe/probe.onnx';
const folder = mkdtempSync(join(tmpdir(), 'photomend 会话 '));
afterEach(closeSessions);
afterAll(() => rmSync(folder, { recursive: true }));

function tensor(side: number, value: number): PlainTensor {
  return { dims: [1, 6, side, side], data: new Float32Array(6 * side * side).fill(value) };
}

/** A model of one operator, `y = op(x)`. */
function writeModel(
  name: string,
  node: Partial<OnnxNode>,
  outputType: ElementType = 'float32',
  inputType: ElementType = 'float32',
): string {
  const path = join(folder, name);
  const dims = ['n'];
  const op = { name: 'op', opType: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} };
  const model = {
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: {},
    graphName: 'test',
    inputs: [{ name: 'x', type: inputType, dims }],
    outputs: [{ name: 'y', type: outputType, dims }],
    nodes: [{ ...op, ...node }],
    initializers: [],
  };
  writeFileSync(path, encodeModel(model));
  return path;
}

describe('a model session', () => {
  test('sends no telemetry', async () => {
    vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined);
    vi.resetModules();
    await import('../../../electron/engine/runtime/ort.ts');
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1');
  });

  test('takes no arena and keeps to one provider', () => {
    expect(sessionOptions('cpu', 3)).toMatchObject({
      executionProviders: ['cpu'],
      enableCpuMemArena: false,
      enableMemPattern: false,
      intraOpNumThreads: 3,
    });
    expect(sessionOptions('webgpu').executionProviders).toEqual(['webgpu', 'cpu']);
  });

  test('gives the same bits for the same input, alone or among others', async () => {
    const session = await openSession(probe, 'cpu', 1);
    const alone = (await session.run({ input: tensor(32, 0.3) })).output;
    expect(alone.dims).toEqual([1, 3, 32, 32]);
    const crowd = await Promise.all(
      [0.1, 0.3, 0.5, 0.3].map(async (value) => (await session.run({ input: tensor(32, value) })).output),
    );
    expect(crowd[1].data).toEqual(alone.data);
    expect(crowd[3].data).toEqual(alone.data);
    expect(crowd[2].data).not.toEqual(alone.data);
  });

  test('a failed run does not stop those behind it', async () => {
    const session = await openSession(probe, 'cpu', 1);
    const wrongSize = { dims: [1, 6, 33, 32], data: new Float32Array(6 * 33 * 32) };
    const [failed, passed] = await Promise.allSettled([
      session.run({ input: wrongSize }),
      session.run({ input: tensor(32, 0.3) }),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'runtime/provider-failed' } });
    expect(passed.status).toBe('fulfilled');
  });

  test('the probe says something: its result is far from flat', async () => {
    const session = await openSession(probe, 'cpu', 1);
    const { data } = (await session.run({ input: probeInput() })).output;
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0.05);
  });

  test.each([
    ['a missing file', () => join(folder, 'missing.onnx'), 'model/missing'],
    ['a text', () => writeText('text.onnx', 'no model at all'), 'model/not-a-model'],
    ['an empty file', () => writeText('empty.onnx', ''), 'model/not-a-model'],
    [
      'half a model',
      () => writeText('half.onnx', readFileSync(probe).subarray(0, 9000)),
      'model/not-a-model',
    ],
    ['an unknown operator', () => writeModel('odd.onnx', { opType: 'Rewind' }), 'model/not-a-model'],
  ])('%s is refused with a code', async (_, path, code) => {
    await expect(openSession(path(), 'cpu', 1)).rejects.toMatchObject({ code });
  });

  function writeText(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  test('tensors that cannot be are refused before they reach native code', async () => {
    const session = await openSession(probe, 'cpu', 1);
    const short = { dims: [1, 6, 32, 32], data: new Float32Array(7) };
    await expect(session.run({ input: short })).rejects.toMatchObject({ code: 'runtime/bad-tensor' });
    const data = new Float32Array(2 ** 27 + 1);
    await expect(session.run({ input: { dims: [data.length], data } })).rejects.toMatchObject({
      code: 'runtime/tensor-too-large',
    });
  });

  test('an output of whole numbers is read as numbers', async () => {
    const node = { opType: 'Cast', attributes: { to: { kind: 'int', value: 7 } as const } };
    const session = await openSession(writeModel('whole.onnx', node, 'int64'), 'cpu', 1);
    const x = { dims: [2], data: Float32Array.of(1, -2) };
    expect((await session.run({ x })).y).toEqual({ dims: [2], data: Float32Array.of(1, -2) });
  });

  test.each<[ElementType, number[], number[]]>([
    ['float64', [0.1, -7], [Math.fround(0.1), -7]],
    ['float16', [0.1, -7], [0.0999755859375, -7]],
    ['uint8', [-3, 0.6, 254.4, 300], [0, 1, 254, 255]],
    ['int32', [-3, 0.6], [-3, 1]],
    ['int64', [-3, 0.6], [-3, 1]],
  ])('inputs and outputs of the type %s are converted', async (type, given, expected) => {
    const session = await openSession(
      writeModel(`${type}.onnx`, { opType: 'Identity' }, type, type),
      'cpu',
      1,
    );
    const x = { dims: [given.length], data: Float32Array.from(given) };
    expect([...(await session.run({ x })).y.data]).toEqual(expected);
  });

  test('is opened once, and anew when its file was replaced', async () => {
    const path = join(folder, 'replaced.onnx');
    copyFileSync(probe, path);
    const [first, second] = await Promise.all([openSession(path, 'cpu', 1), openSession(path, 'cpu', 1)]);
    expect(second).toBe(first);
    expect(await openSession(path, 'cpu', 2)).not.toBe(first);
    copyFileSync(writeModel('relu.onnx', {}), path);
    const replaced = await openSession(path, 'cpu', 1);
    expect(replaced.inputNames).toEqual(['x']);
    expect((await replaced.run({ x: { dims: [2], data: Float32Array.of(-1, 2) } })).y.data).toEqual(
      Float32Array.of(0, 2),
    );
    // Who still works with the old model may finish.
    expect((await first.run({ input: tensor(32, 0.3) })).output.dims).toEqual([1, 3, 32, 32]);
  });

  test('a file that could not be opened is tried again', async () => {
    const path = join(folder, 'later.onnx');
    await expect(openSession(path, 'cpu', 1)).rejects.toMatchObject({ code: 'model/missing' });
    copyFileSync(probe, path);
    expect((await openSession(path, 'cpu', 1)).inputNames).toEqual(['input']);
  });
});

test('smaller tiles are tried where they may help, and only there', () => {
  const coded = (code: string) => isWorthRetryingSmaller(new AppError(code, ''));
  expect(['runtime/out-of-memory', 'runtime/tensor-too-large', 'runtime/provider-failed'].every(coded)).toBe(
    true,
  );
  expect(['model/not-a-model', 'model/wrong-output', 'restore/cancelled'].some(coded)).toBe(false);
  expect(isWorthRetryingSmaller(new Error('out of memory'))).toBe(false);
});
