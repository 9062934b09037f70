import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { describeModel } from '../../../electron/engine/models/describe.ts';
import type { ModelEntry } from '../../../electron/engine/models/entry.ts';
import { makeNetwork, type RunnableModel } from '../../../electron/engine/models/network.ts';
import { ModelRegistry } from '../../../electron/engine/models/registry.ts';
import { repairTools } from '../../../electron/engine/models/tools.ts';
import type { Planes } from '../../../electron/engine/pixels/planes.ts';
import type { NetworkInput } from '../../../electron/engine/region/tiles.ts';
import {
  isWorthRetryingSmaller,
  openSession,
  type PlainTensor,
} from '../../../electron/engine/runtime/session.ts';

const modelPath = 'resources/probe/probe.onnx';
const manifest = await describeModel(modelPath);
const entry: ModelEntry = { manifest, folder: 'resources/probe', modelPath, bundled: false };
const session = await openSession(modelPath, 'cpu', 1);

function plane(width: number, height: number, channels: number): Planes {
  const data = Float32Array.from({ length: width * height * channels }, (_, i) => 0.5 + 0.4 * Math.sin(i));
  return { width, height, channels, data };
}

function input(width: number, height: number): NetworkInput {
  const window = plane(width, height, 3);
  return { window, start: window, mask: plane(width, height, 1), blurSigmaPx: 1, mosaicPitchPx: 0 };
}

/** The real model, with its answers changed on the way out. */
function changed(provider: string, change: (output: PlainTensor) => PlainTensor): RunnableModel {
  return {
    provider,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds) => ({ output: change((await session.run(feeds)).output) }),
  };
}

const withNaN = ({ dims, data }: PlainTensor): PlainTensor => {
  const copy = data.slice();
  copy[copy.length >> 1] = Number.NaN;
  return { dims, data: copy };
};

function fallback(openOnCpu?: () => Promise<RunnableModel>) {
  return { isWorthRetryingSmaller, openOnCpu, onNotice: vi.fn<(notice: string) => void>() };
}

describe('a network', () => {
  test('takes any size and gives the same size back', async () => {
    const network = makeNetwork(manifest, session, fallback());
    for (const [width, height] of [
      [1, 1],
      [33, 7],
      [64, 64],
    ]) {
      const result = await network.run(input(width, height));
      expect([result.width, result.height, result.channels]).toEqual([width, height, 3]);
    }
  });

  test('NaN from a device are computed again on the processor', async () => {
    const options = fallback(async () => session);
    const result = await makeNetwork(manifest, changed('webgpu', withNaN), options).run(input(70, 50));
    const right = await makeNetwork(manifest, session, fallback()).run(input(70, 50));
    expect(result.data).toEqual(right.data);
    expect(options.onNotice).toHaveBeenCalledWith('webgpu failed: going on with the processor.');
  });

  test('NaN on the processor are a fault of the model', async () => {
    const network = makeNetwork(manifest, changed('cpu', withNaN), fallback());
    await expect(network.run(input(64, 64))).rejects.toMatchObject({ code: 'model/wrong-output' });
  });

  test.each([
    ['fewer channels', ({ dims: [n, , h, w], data }: PlainTensor) => ({ dims: [n, 1, h, w], data })],
    ['twice the size', ({ dims: [n, c, h, w], data }: PlainTensor) => ({ dims: [n, c, 2 * h, w], data })],
    ['no picture', ({ data }: PlainTensor) => ({ dims: [data.length], data })],
  ])('an answer of %s is an error, not a wrong picture', async (_, change) => {
    const network = makeNetwork(manifest, changed('cpu', change), fallback());
    await expect(network.run(input(64, 64))).rejects.toMatchObject({ code: 'model/wrong-output' });
  });
});

describe('the tools of a restoration', () => {
  const registry = new ModelRegistry({ bundledFolder: 'does-not-exist', userFolder: 'does-not-exist' });
  const onCpu = async () => session;

  test('a model that its device cannot load is loaded on the processor, once', async () => {
    const onNotice = vi.fn<(notice: string) => void>();
    const open = vi.fn(async () => {
      throw new AppError('runtime/provider-failed', 'no room');
    });
    const options = { registry, open, openOnCpu: onCpu, isWorthRetryingSmaller, onNotice, preferred: entry };
    const tools = repairTools(options);
    const [first, second] = [await tools.networkFor('blur'), await tools.networkFor('mosaic')];
    expect(first).toBe(second);
    expect(open).toHaveBeenCalledTimes(1);
    expect(onNotice).toHaveBeenCalledTimes(1);
    expect((await first?.run(input(40, 40)))?.width).toBe(40);
  });

  test('a model that is none is not tried elsewhere', async () => {
    const open = async () => {
      throw new AppError('model/not-a-model', 'no');
    };
    const onNotice = () => {};
    const options = { registry, open, openOnCpu: onCpu, isWorthRetryingSmaller, onNotice, preferred: entry };
    await expect(repairTools(options).networkFor('blur')).rejects.toMatchObject({
      code: 'model/not-a-model',
    });
  });

  test('a changed file is never loaded', async () => {
    const open = vi.fn(onCpu);
    const preferred = { ...entry, manifest: { ...manifest, sha256: '00'.repeat(32) } };
    const onNotice = () => {};
    const options = { registry, open, openOnCpu: undefined, isWorthRetryingSmaller, onNotice, preferred };
    await expect(repairTools(options).networkFor('blur')).rejects.toMatchObject({ code: 'model/corrupt' });
    expect(open).not.toHaveBeenCalled();
  });

  test('damage that no model is for is left to classical methods', async () => {
    const options = {
      registry,
      open: onCpu,
      openOnCpu: undefined,
      isWorthRetryingSmaller,
      onNotice: () => {},
    };
    expect(await repairTools({ ...options, preferred: entry }).networkFor('fill')).toBeUndefined();
    expect(await repairTools(options).networkFor('blur')).toBeUndefined();
  });
});
