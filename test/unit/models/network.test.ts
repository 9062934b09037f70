import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { describeModel } from '../../../electron/engine/models/describe.ts';
import type { ModelEntry } from '../../../electron/engine/models/entry.ts';
import { parseManifest } from '../../../electron/engine/models/manifest.ts';
import { measureMargin } from '../../../electron/engine/models/margin.ts';
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

  test('in two halves it gives the same, as often as it is run', async () => {
    const network = makeNetwork(manifest, session, fallback());
    const given = input(70, 50);
    const right = await network.run(given);
    const run = network.prepare?.(given);
    expect((await run?.())?.data).toEqual(right.data);
    expect((await run?.())?.data).toEqual(right.data);
  });

  test('in two halves it helps itself as in one', async () => {
    const options = fallback(async () => session);
    const right = await makeNetwork(manifest, session, fallback()).run(input(70, 50));
    const run = makeNetwork(manifest, changed('webgpu', withNaN), options).prepare?.(input(70, 50));
    expect((await run?.())?.data).toEqual(right.data);
    expect(options.onNotice).toHaveBeenCalledOnce();
  });

  test('NaN from a device are computed again on the processor', async () => {
    const options = fallback(async () => session);
    const result = await makeNetwork(manifest, changed('webgpu', withNaN), options).run(input(70, 50));
    const right = await makeNetwork(manifest, session, fallback()).run(input(70, 50));
    expect(result.data).toEqual(right.data);
    expect(options.onNotice).toHaveBeenCalledWith(
      'webgpu failed: going on with the processor.',
      'provider-failed',
    );
  });

  /** The real model on a device that has no room for more than `mostPixels` at once. */
  function cramped(provider: string, mostPixels: number) {
    const sizes: number[] = [];
    const model: RunnableModel = {
      ...changed(provider, (output) => output),
      run: async (feeds) => {
        const [{ dims }] = Object.values(feeds);
        sizes.push(dims[2] * dims[3]);
        if (dims[2] * dims[3] > mostPixels) throw new AppError('runtime/out-of-memory', 'no room');
        return session.run(feeds);
      },
    };
    return { model, sizes };
  }

  test('tiles that are too much are halved, and stay so; what comes out is the same', async () => {
    const sizeMultiple = 16;
    const mostPixels = 128 * 128;
    const { model, sizes } = cramped('webgpu', mostPixels);
    const options = fallback(async () => session);
    const marginPx = await measureMargin(session, 6, sizeMultiple);
    const network = makeNetwork({ ...manifest, marginPx, sizeMultiple }, model, options);
    const given = input(500, 300);
    const whole = await makeNetwork({ ...manifest, sizeMultiple }, session, fallback()).run(given);
    const inParts = await network.run(given);
    const worst = inParts.data.reduce((most, value, i) => Math.max(most, Math.abs(value - whole.data[i])), 0);
    expect(worst).toBeLessThan(0.5 / 255);
    expect(options.onNotice.mock.calls.map(([notice]) => notice)).toEqual([
      'Too much for webgpu at once: going on in tiles of 250 pixels.',
      'Too much for webgpu at once: going on in tiles of 96 pixels.',
    ]);
    sizes.length = 0;
    await network.run(given);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mostPixels);
  });

  test('where not even the smallest tile fits, the processor takes over for good', async () => {
    const { model, sizes } = cramped('webgpu', 10);
    const options = fallback(async () => session);
    const network = makeNetwork(manifest, model, options);
    const given = input(300, 200);
    const result = await network.run(given);
    const right = await makeNetwork(manifest, session, fallback()).run(given);
    const worst = result.data.reduce((most, value, i) => Math.max(most, Math.abs(value - right.data[i])), 0);
    expect(worst).toBeLessThan(0.5 / 255);
    expect(options.onNotice).toHaveBeenLastCalledWith(
      'webgpu failed: going on with the processor.',
      'provider-failed',
    );
    sizes.length = 0;
    await network.run(given);
    expect(sizes).toEqual([]);
  });

  test('a processor without room for the smallest tile says so', async () => {
    const network = makeNetwork(manifest, cramped('cpu', 10).model, fallback());
    await expect(network.run(input(300, 200))).rejects.toMatchObject({ code: 'runtime/out-of-memory' });
  });

  test.each([64, 256])(
    'halving ends also where the grid of %i pixels is coarser than tiles',
    async (coarse) => {
      const { model } = cramped('cpu', 10);
      const network = makeNetwork({ ...manifest, sizeMultiple: coarse, tileSizePx: 1024 }, model, fallback());
      await expect(network.run(input(900, 300))).rejects.toMatchObject({ code: 'runtime/out-of-memory' });
    },
  );

  test.each([
    [32, 8, 64],
    [256, 64, 512],
    [16, 64, 160],
  ])(
    'a picture larger than the tile is run in tiles no larger: multiple %i, margin %i, tile %i',
    async (sizeMultiple, marginPx, tileSizePx) => {
      const { model, sizes } = cramped('cpu', 2 ** 30);
      const small = { ...manifest, sizeMultiple, marginPx, tileSizePx };
      parseManifest(JSON.stringify(small));
      const result = await makeNetwork(small, model, fallback()).run(input(530, 200));
      expect([result.width, result.height]).toEqual([530, 200]);
      const mostPx = Math.ceil(tileSizePx / sizeMultiple) * sizeMultiple;
      expect(Math.max(...sizes)).toBeLessThanOrEqual(mostPx ** 2);
    },
  );

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
