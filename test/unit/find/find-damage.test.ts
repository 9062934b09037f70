import { describe, expect, test } from 'vitest';
import { applyMosaic } from '../../../electron/engine/classical/mosaic.ts';
import { findDamage } from '../../../electron/engine/find/find-damage.ts';
import { crop, pasteInto } from '../../../electron/engine/pixels/crop.ts';
import { createPlanes, type Planes, type Rect } from '../../../electron/engine/pixels/planes.ts';
import { maxSample, type Raster } from '../../../electron/engine/pixels/raster.ts';
import type { RestoreProgress } from '../../../electron/engine/progress.ts';
import type { Network } from '../../../electron/engine/region/tiles.ts';
import { loadPhoto, photoNames, throughJpeg } from '../classical/photos.ts';

function sameForAll<T>(value: T) {
  return { stain: value, scratch: value, dust: value };
}

const none = { defectNetwork: async () => undefined };

function toRaster(planes: Planes, depth: 8 | 16 = 8): Raster {
  const size = planes.width * planes.height;
  const data = depth === 8 ? new Uint8Array(3 * size) : new Uint16Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(maxSample(depth) * planes.data[c * size + i]);
  }
  return { width: planes.width, height: planes.height, channels: 3, depth, data };
}

/** Marks what is nearly white as damage, looking 8 pixels around: a stand-in for a network, of known reach. */
function whiteFinder(tileSizePx: number, thresholds: Partial<NonNullable<Network['find']>> = {}): Network {
  return {
    id: 'white',
    tileSizePx,
    marginPx: 16,
    sizeMultiple: 8,
    find: {
      likelyLogit: 0,
      likelyLine: 0,
      weights: sameForAll([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      gate: sameForAll(0.9),
      least: { stain: 0.5, scratch: 0.5, dust: 0.5 },
      ...thresholds,
    },
    run: async ({ window }) => {
      const out = createPlanes(window.width, window.height, 1);
      for (let i = 0; i < out.data.length; i++) out.data[i] = window.data[i] > 0.95 ? 0.99 : 0.01;
      return out;
    },
  };
}

function greyPicture(width: number, height: number, white: readonly Rect[]): Planes {
  const planes = createPlanes(width, height, 3);
  planes.data.fill(0.4);
  for (const rect of white) {
    for (let c = 0; c < 3; c++) {
      for (let y = rect.y; y < rect.y + rect.height; y++) {
        const row = (c * height + y) * width;
        planes.data.fill(1, row + rect.x, row + rect.x + rect.width);
      }
    }
  }
  return planes;
}

describe('mosaics', () => {
  test.each([4, 8, 13, 24])('of %i pixels are found with their grid and place', async (pitch) => {
    const planes = await loadPhoto('dust-bowl-home', 600);
    const box = { x: 153, y: 141, width: 15 * pitch, height: 12 * pitch };
    const grid = { pitchX: pitch, pitchY: pitch, offsetX: 0, offsetY: 0 };
    pasteInto(planes, applyMosaic(crop(planes, box), grid), box.x, box.y);
    const { regions } = await findDamage(toRaster(planes), none);
    expect(regions).toHaveLength(1);
    const [{ kind, rect, damage, confidence }] = regions;
    expect(kind).toBe('mosaic');
    expect(confidence).toBeGreaterThan(0.5);
    expect(damage.kind === 'mosaic' && damage.grid.pitchX).toBeCloseTo(pitch, 1);
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs(rect[side] - box[side])).toBeLessThanOrEqual(3 * pitch);
    }
  });

  test('survive JPEG and 16 bit', async () => {
    const planes = await loadPhoto('dust-bowl-home', 600);
    const box = { x: 150, y: 180, width: 120, height: 108 };
    const grid = { pitchX: 12, pitchY: 12, offsetX: 0, offsetY: 0 };
    pasteInto(planes, applyMosaic(crop(planes, box), grid), box.x, box.y);
    const { regions } = await findDamage(toRaster(await throughJpeg(planes, 90), 16), none);
    expect(regions.map(({ kind }) => kind)).toEqual(['mosaic']);
  });
});

test.each(photoNames)('finds no mosaic or blur in %s', async (name) => {
  const planes = await loadPhoto(name, 500);
  expect((await findDamage(toRaster(planes), none)).regions).toEqual([]);
});

describe('marks', () => {
  const scratch = { x: 10, y: 90, width: 380, height: 2 };
  const speck = { x: 300, y: 200, width: 4, height: 4 };
  const blot = { x: 80, y: 150, width: 40, height: 44 };
  const picture = toRaster(greyPicture(400, 300, [scratch, speck, blot]));
  const finder = (network: Network) => ({ defectNetwork: async () => network });

  test('become regions with exact masks and kinds', async () => {
    const { regions } = await findDamage(picture, finder(whiteFinder(512)));
    expect(regions.map(({ kind }) => kind).sort()).toEqual(['dust', 'scratch', 'stain']);
    const found = regions.find(({ kind }) => kind === 'stain');
    expect(found?.rect).toEqual({ x: 79, y: 149, width: 42, height: 46 });
    expect(found?.mask?.every((value) => value === 255)).toBe(true);
    expect(found?.damage).toEqual({ kind: 'fill' });
  });

  test('are the same in tiles as in one piece', async () => {
    const whole = await findDamage(picture, finder(whiteFinder(512)));
    const tiled = await findDamage(picture, finder(whiteFinder(96)));
    expect(tiled.map?.data).toEqual(whole.map?.data);
    expect(tiled.regions).toEqual(whole.regions);
  });

  test('count only where one passes the gate', async () => {
    const network = whiteFinder(512, {
      weights: sameForAll([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      gate: sameForAll(0.9),
    });
    expect((await findDamage(picture, finder(network))).regions).toEqual([]);
    const lower = whiteFinder(512, {
      weights: sameForAll([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      gate: sameForAll(0.7),
    });
    expect((await findDamage(picture, finder(lower))).regions).toHaveLength(3);
  });

  test('that do not suffice are doubtful, where others do', async () => {
    const weights = sameForAll([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const least = { stain: 0.99, scratch: 0.5, dust: 0.5 };
    const found = await findDamage(
      picture,
      finder(whiteFinder(512, { weights, gate: sameForAll(0.7), least })),
    );
    expect(found.regions.map(({ kind }) => kind).sort()).toEqual(['dust', 'scratch']);
    expect(found.doubtful().map(({ kind }) => kind)).toEqual(['stain']);
    expect(found.least).toMatchObject(least);
    const sound = await findDamage(
      picture,
      finder(whiteFinder(512, { weights, gate: sameForAll(0.9), least })),
    );
    expect(sound.doubtful()).toEqual([]);
  });

  test('too faint by themselves are found by the line that they make', async () => {
    const faint = greyPicture(400, 300, []);
    for (let i = 0; i < 150; i++) {
      const at = (60 + i) * 400 + 40 + 2 * i;
      for (let c = 0; c < 3; c++) for (const x of [0, 1, 400, 401]) faint.data[c * 400 * 300 + at + x] = 0.9;
      // As faint, here and there: nothing.
      faint.data[((7919 * i) % 300) * 400 + ((104_729 * i) % 400)] = 0.9;
    }
    const finderOf = (likelyLine: number) => {
      const network = whiteFinder(512, { likelyLogit: 0, likelyLine });
      const run: Network['run'] = async ({ window }) => {
        const out = createPlanes(window.width, window.height, 1);
        // A chance of 0.4 is a logit of -0.4.
        for (let i = 0; i < out.data.length; i++) out.data[i] = window.data[i] > 0.8 ? 0.4 : 0.01;
        return out;
      };
      return finder({ ...network, run });
    };
    const { regions } = await findDamage(toRaster(faint), finderOf(-2));
    expect(regions.map(({ kind }) => kind)).toEqual(['scratch']);
    expect(regions[0].rect.width).toBeGreaterThan(280);
    expect((await findDamage(toRaster(faint), finderOf(0))).regions).toEqual([]);
  });

  test('that are specks count only where there are several', async () => {
    const speckAt = (x: number) => ({ x, y: 100, width: 4, height: 4 });
    const withSpecks = (count: number) =>
      toRaster(
        greyPicture(
          400,
          300,
          Array.from({ length: count }, (_, i) => speckAt(50 + 60 * i)),
        ),
      );
    expect((await findDamage(withSpecks(4), finder(whiteFinder(512)))).regions).toEqual([]);
    const { regions } = await findDamage(withSpecks(5), finder(whiteFinder(512)));
    expect(regions.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'dust'));
  });

  test('of unwanted kinds are left out', async () => {
    const { regions } = await findDamage(picture, finder(whiteFinder(512)), { kinds: ['scratch'] });
    expect(regions.map(({ kind }) => kind)).toEqual(['scratch']);
  });

  test('are searched for with progress, and a cancel is heard between tiles', async () => {
    const seen: RestoreProgress[] = [];
    await findDamage(picture, finder(whiteFinder(96)), { onProgress: (state) => seen.push(state) });
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.at(-1)?.tilesDone).toBe(seen.at(-1)?.tiles);
    const controller = new AbortController();
    const finding = findDamage(picture, finder(whiteFinder(96)), {
      signal: controller.signal,
      onProgress: ({ tilesDone }) => tilesDone > 0 && controller.abort(),
    });
    await expect(finding).rejects.toMatchObject({ code: 'restore/cancelled' });
  });
});
