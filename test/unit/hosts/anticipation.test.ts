import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import type { DetailNetwork } from '../../../electron/engine/region/detail-repair.ts';
import type { RepairTools } from '../../../electron/engine/region/repair.ts';
import type { NetworkInput } from '../../../electron/engine/region/tiles.ts';
import { restore } from '../../../electron/engine/restore.ts';
import { Anticipation } from '../../../electron/hosts/engine/anticipation.ts';
import type { MaskedRegion } from '../../../electron/ipc/document.ts';

const size = 160;

/** Noise in blocks of 8 pixels. */
function mosaic(): Raster {
  const random = createRandom(1);
  const blocks = Uint8Array.from({ length: (size / 8) ** 2 }, () => 255 * random.next());
  const data = new Uint8Array(3 * size * size);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % size;
    const y = Math.floor(i / 3 / size);
    data[i] = blocks[(y >> 3) * (size / 8) + (x >> 3)];
  }
  return { width: size, height: size, channels: 3, depth: 8, data };
}

const picture = mosaic();
const rect = { x: 40, y: 48, width: 64, height: 56 };
const grid = { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 };

function regionOf(damage: MaskedRegion['damage']): MaskedRegion {
  return { id: 'a', rect, damage, model: 'auto' };
}

/** Tools without networks that count how often a repair is planned. */
function countingTools() {
  const count = { plans: 0 };
  const tools: RepairTools = {
    networkFor: async () => {
      count.plans++;
      return undefined;
    },
    defectNetwork: async () => undefined,
  };
  return { tools, count };
}

describe.each([
  ['mosaic', { kind: 'mosaic', grid }],
  ['blur', { kind: 'blur', sigmaPx: 2 }],
] as const)('a restoration that was foreseen, %s', (_, damage) => {
  const region = regionOf(damage);
  const request = (tools: object) => ({ photo: 'p', layers: [], region, tools });

  test('gives the same as any other, each time', async () => {
    const { tools } = countingTools();
    const direct = await restore(picture, [{ rect, damage }], tools);
    const anticipation = new Anticipation();
    anticipation.anticipate(request(tools), picture, [{ rect, damage }], tools);
    for (let time = 0; time < 2; time++) {
      const { run } = await anticipation.take(request(tools), picture, [{ rect, damage }], tools);
      const { patches, regions } = await run({});
      expect(regions).toEqual(direct.regions);
      expect(patches).toEqual(direct.patches);
    }
  });

  test('is planned once, and anew where anything is different', async () => {
    const { tools, count } = countingTools();
    const anticipation = new Anticipation();
    const asked = [picture, [{ rect, damage }], tools] as const;
    anticipation.anticipate(request(tools), ...asked);
    anticipation.anticipate(request(tools), ...asked);
    await anticipation.take({ ...request(tools), photo: 'other' }, ...asked);
    await anticipation.take({ ...request(tools), layers: [{ patch: 'x', strength: 1 }] }, ...asked);
    await anticipation.take({ ...request(tools), region: { ...region, model: 'none' } }, ...asked);
    await anticipation.take(request({}), ...asked);
    expect(count.plans).toBe(5);
    await anticipation.take(request(tools), ...asked);
    expect(count.plans).toBe(5);
    // It was taken.
    await anticipation.take(request(tools), ...asked);
    expect(count.plans).toBe(6);
    anticipation.anticipate(request(tools), ...asked);
    anticipation.forget();
    await anticipation.take(request(tools), ...asked);
    expect(count.plans).toBe(8);
  });
});

/** A network that darkens, and ends its run when it is told to. */
function slowNetwork(tileSizePx: number) {
  const darker = ({ start }: NetworkInput) => ({ ...start, data: start.data.map((value) => 0.5 * value) });
  const calls = { prepared: 0, run: 0, end: [] as (() => void)[] };
  const ended = () => new Promise<void>((resolve) => calls.end.push(resolve));
  const network: DetailNetwork = {
    id: 'n',
    tileSizePx,
    marginPx: 8,
    sizeMultiple: 4,
    limits: { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 },
    run: async (tile) => {
      calls.run++;
      return darker(tile);
    },
    prepare: (tile) => {
      calls.prepared++;
      return async () => {
        calls.run++;
        await ended();
        return darker(tile);
      };
    },
  };
  const tools = { networkFor: async () => network, defectNetwork: async () => undefined };
  return { calls, network, tools };
}

describe('a small region', () => {
  const damage = { kind: 'blur', sigmaPx: 2 } as const;
  const asked = (tools: RepairTools) => [picture, [{ rect, damage }], tools] as const;
  const request = (tools: object, photo = 'p') => ({ photo, layers: [], region: regionOf(damage), tools });

  test.each([
    [256, 1],
    [64, 4],
  ])('is repaired before anybody asks, tiles of %i pixels', async (tileSizePx, tiles) => {
    const { calls, network, tools } = slowNetwork(tileSizePx);
    const { prepare: _, ...plain } = network;
    const direct = await restore(picture, [{ rect, damage }], { ...tools, networkFor: async () => plain });
    calls.run = 0;
    const anticipation = new Anticipation();
    anticipation.anticipate(request(tools), ...asked(tools));
    await expect.poll(() => calls.run).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 25));
    calls.end[0]();
    await expect.poll(() => calls.run).toBe(tiles);
    await new Promise((resolve) => setTimeout(resolve, 25));
    const { run } = await anticipation.take(request(tools), ...asked(tools));
    const progress: number[] = [];
    const { patches, seconds } = await run({ onProgress: ({ tilesDone }) => progress.push(tilesDone) });
    // Of its work, not of the time somebody waited for it.
    expect(seconds).toBeGreaterThan(0.02);
    expect(patches).toEqual(direct.patches);
    expect(progress.at(-1)).toBe(tiles);
    expect(calls).toMatchObject({ prepared: 1, run: tiles });
  });

  test('that is on its way can be cancelled', async () => {
    const { calls, tools } = slowNetwork(256);
    const anticipation = new Anticipation();
    anticipation.anticipate(request(tools), ...asked(tools));
    await expect.poll(() => calls.run).toBe(1);
    const { run } = await anticipation.take(request(tools), ...asked(tools));
    const cancel = new AbortController();
    const running = run({ signal: cancel.signal });
    cancel.abort();
    calls.end[0]();
    await expect(running).rejects.toMatchObject({ code: 'restore/cancelled' });
    expect(calls.run).toBe(1);
  });

  test('gives way to the one that is drawn next, after its tile', async () => {
    const { calls, tools } = slowNetwork(64);
    const anticipation = new Anticipation();
    anticipation.anticipate(request(tools), ...asked(tools));
    await expect.poll(() => calls.run).toBe(1);
    anticipation.anticipate(request(tools, 'second'), ...asked(tools));
    anticipation.anticipate(request(tools, 'third'), ...asked(tools));
    await new Promise(setImmediate);
    expect(calls.run).toBe(1);
    calls.end[0]();
    // No other tile of the first, none of the second.
    await expect.poll(() => calls.end.length).toBe(2);
    expect(calls.run).toBe(2);
    calls.end[1]();
    const { run } = await anticipation.take(request(tools, 'third'), ...asked(tools));
    await run({});
    expect(calls.run).toBe(5);
  });

  test('whose repair went wrong unseen is repaired once more', async () => {
    const { calls, network, tools } = slowNetwork(256);
    const failing = { ...network, prepare: () => () => Promise.reject(new Error('the device is gone')) };
    const unlucky = { ...tools, networkFor: async () => failing };
    const anticipation = new Anticipation();
    anticipation.anticipate(request(unlucky), ...asked(unlucky));
    const { run } = await anticipation.take(request(unlucky), ...asked(unlucky));
    await expect(run({})).rejects.toThrow('the device is gone');
    expect(calls.run).toBe(0);
  });
});

test('what goes wrong ahead of time is told when it is asked for', async () => {
  const tools: RepairTools = {
    networkFor: () => Promise.reject(new Error('broken model')),
    defectNetwork: async () => undefined,
  };
  const anticipation = new Anticipation();
  const region = regionOf('mosaic');
  const request = { photo: 'p', layers: [], region, tools };
  const asked = [picture, [{ rect, damage: { kind: 'mosaic', grid } }], tools] as const;
  anticipation.anticipate(request, ...asked);
  await expect(anticipation.take(request, ...asked)).rejects.toThrow('broken model');
});
