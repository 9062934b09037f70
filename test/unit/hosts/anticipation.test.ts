import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import type { DetailNetwork } from '../../../electron/engine/region/detail-repair.ts';
import type { RepairTools } from '../../../electron/engine/region/repair.ts';
import type { NetworkInput } from '../../../electron/engine/region/tiles.ts';
import { restore, runPlan } from '../../../electron/engine/restore.ts';
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
      const plan = await anticipation.plan(request(tools), picture, [{ rect, damage }], tools);
      const { patches, regions } = await runPlan(picture, plan, {});
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
    await anticipation.plan(request(tools), ...asked);
    expect(count.plans).toBe(1);
    await anticipation.plan({ ...request(tools), photo: 'other' }, ...asked);
    await anticipation.plan({ ...request(tools), layers: [{ patch: 'x', strength: 1 }] }, ...asked);
    await anticipation.plan({ ...request(tools), region: { ...region, model: 'none' } }, ...asked);
    await anticipation.plan(request({}), ...asked);
    expect(count.plans).toBe(5);
    anticipation.forget();
    await anticipation.plan(request(tools), ...asked);
    expect(count.plans).toBe(6);
  });
});

test('what a network needs for its first tile is made ahead of time', async () => {
  const darker = ({ start }: NetworkInput) => ({ ...start, data: start.data.map((value) => 0.5 * value) });
  const network = (tileSizePx: number) => {
    const calls = { prepared: 0, run: 0 };
    const made: DetailNetwork = {
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
        return async () => darker(tile);
      },
    };
    const tools = { networkFor: async () => made, defectNetwork: async () => undefined };
    return { calls, tools };
  };
  const damage = { kind: 'blur', sigmaPx: 2 } as const;
  for (const [tileSizePx, others] of [
    [256, 0],
    [64, 3],
  ]) {
    const { calls, tools } = network(tileSizePx);
    const { prepare: _, ...plain } = await tools.networkFor();
    const direct = await restore(picture, [{ rect, damage }], { ...tools, networkFor: async () => plain });
    calls.run = 0;
    const anticipation = new Anticipation();
    const request = { photo: 'p', layers: [], region: regionOf(damage), tools };
    anticipation.anticipate(request, picture, [{ rect, damage }], tools);
    const plan = await anticipation.plan(request, picture, [{ rect, damage }], tools);
    expect(calls).toEqual({ prepared: 1, run: 0 });
    const { patches } = await runPlan(picture, plan, {});
    expect(patches).toEqual(direct.patches);
    expect(calls).toEqual({ prepared: 1, run: others });
  }
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
  await expect(anticipation.plan(request, ...asked)).rejects.toThrow('broken model');
});
