import { describe, expect, test } from 'vitest';
import type { Damage } from '../../../electron/engine/damage/kinds.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { clusterRegions } from '../../../electron/engine/region/cluster.ts';
import { damagedPixels } from '../../../electron/engine/region/damaged-pixels.ts';
import { featherInward } from '../../../electron/engine/region/feather.ts';
import type { Patch } from '../../../electron/engine/region/patch.ts';
import { clipRegion, coverage } from '../../../electron/engine/region/region.ts';
import { planTiles, runTiles } from '../../../electron/engine/region/tiles.ts';
import { shrink, shrinkFactor } from '../../../electron/engine/region/working-scale.ts';
import { type RestoreProgress, restore } from '../../../electron/engine/restore.ts';
import { noPause } from '../../support/no-pause.ts';

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('regions', () => {
  test('are cut to the photo, masks with them', () => {
    const mask = Uint8Array.from({ length: 12 }, (_, i) => i);
    const region = clipRegion({ rect: rect(-1, 2, 4, 3), mask, damage: 'auto' }, 10, 4);
    expect(region.rect).toEqual(rect(0, 2, 3, 2));
    expect([...(region.mask ?? [])]).toEqual([1, 2, 3, 5, 6, 7]);
  });

  test.each([
    ['outside', rect(20, 0, 5, 5), 'region/outside'],
    ['without area', rect(0, 0, 0, 5), 'region/bad-rect'],
    ['of fractions', rect(0.5, 0, 5, 5), 'region/bad-rect'],
    ['of nonsense', rect(Number.NaN, 0, 5, 5), 'region/bad-rect'],
  ])('%s are refused', (_, bad, code) => {
    expect(() => clipRegion({ rect: bad, damage: 'auto' }, 10, 10)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('a mask of another size is refused', () => {
    const region = { rect: rect(0, 0, 4, 4), mask: new Uint8Array(3), damage: 'auto' } as const;
    expect(() => clipRegion(region, 10, 10)).toThrow(expect.objectContaining({ code: 'region/bad-mask' }));
  });

  test('coverage is the largest of overlapping regions', () => {
    const soft = new Uint8Array(4).fill(51);
    const planes = coverage(
      [
        { rect: rect(1, 1, 2, 2), mask: soft, damage: 'auto' },
        { rect: rect(2, 2, 2, 2), damage: 'auto' },
      ],
      rect(0, 0, 4, 4),
    );
    expect([...planes.data].map((v) => Math.round(v * 10))).toEqual([
      0, 0, 0, 0, 0, 2, 2, 0, 0, 2, 10, 10, 0, 0, 10, 10,
    ]);
  });
});

describe('clusters', () => {
  const blur: Damage = { kind: 'blur', sigmaPx: 3 };
  const mosaicAt = (offsetX: number): Damage => ({
    kind: 'mosaic',
    grid: { pitchX: 8, pitchY: 8, offsetX, offsetY: 0 },
  });

  test('near regions of the same damage share a window, far ones and others do not', () => {
    const regions = [
      { rect: rect(1000, 1000, 100, 100), damage: blur },
      { rect: rect(1150, 1000, 100, 100), damage: blur },
      { rect: rect(1020, 1150, 50, 50), damage: { kind: 'stain' } as const },
      { rect: rect(3000, 3000, 100, 100), damage: blur },
    ];
    const clusters = clusterRegions(regions, 6000, 4000);
    expect(clusters.map((cluster) => cluster.regions.length)).toEqual([2, 1, 1]);
    expect(clusters[0].box).toEqual(rect(1000, 1000, 250, 100));
    expect(clusters[0].window).toEqual(rect(872, 872, 506, 356));
  });

  test('mosaics join only where their blocks lie on one grid', () => {
    const regions = (offset: number) => [
      { rect: rect(100, 100, 64, 64), damage: mosaicAt(0) },
      { rect: rect(165, 100, 64, 64), damage: mosaicAt(offset) },
    ];
    // 65 pixels further to the right a grid that starts 7 pixels in is the same grid.
    expect(clusterRegions(regions(7), 1000, 1000)).toHaveLength(1);
    expect(clusterRegions(regions(3), 1000, 1000)).toHaveLength(2);
  });
});

describe('feathering', () => {
  test('fades inward only and leaves the middle whole', () => {
    const mask = createPlanes(12, 12, 1);
    for (let y = 2; y < 10; y++) mask.data.fill(1, y * 12 + 2, y * 12 + 10);
    const out = featherInward(mask, 2);
    mask.data.forEach((value, i) => {
      if (value === 0) expect(out.data[i]).toBe(0);
      else expect(out.data[i]).toBeGreaterThan(0);
    });
    expect(out.data[6 * 12 + 6]).toBe(1);
    expect(out.data[2 * 12 + 6]).toBeCloseTo(0.25);
  });

  test("the window's own border is no edge", () => {
    const mask = createPlanes(6, 6, 1);
    mask.data.fill(1);
    expect([...featherInward(mask, 3).data].every((value) => value === 1)).toBe(true);
  });
});

describe('damaged pixels', () => {
  const side = 60;
  const region = { ...createPlanes(side, side, 1), data: new Float32Array(side * side).fill(1) };
  /** A clear vertical line at x = 10, a less likely one at x = 20, a thick clear square at 30..54. */
  const map = createPlanes(side, side, 1);
  for (let y = 5; y < 55; y++) {
    map.data[y * side + 10] = y === 30 ? 0.99 : 0.75;
    map.data[y * side + 20] = 0.55;
    if (y >= 30) map.data.fill(0.99, y * side + 30, y * side + 55);
  }
  const at = (planes: Planes, x: number, y: number) => planes.data[y * side + x];
  // An even picture, in which nothing tells paint from photo: what is marked is taken.
  const window = createPlanes(side, side, 3);

  test('reach as far as damage is likely, from where it is clear', async () => {
    const pixels = await damagedPixels(window, map, region, 'stain', noPause);
    expect(at(pixels, 10, 50)).toBe(1);
    expect(at(pixels, 11, 50)).toBe(0);
    expect(at(pixels, 20, 30)).toBe(0);
    expect(at(pixels, 40, 40)).toBe(1);
  });

  test('what is thick is no scratch', async () => {
    const pixels = await damagedPixels(window, map, region, 'scratch', noPause);
    expect(at(pixels, 10, 50)).toBe(1);
    expect(at(pixels, 40, 40)).toBe(0);
    expect(at(pixels, 31, 31)).toBe(0);
  });

  test('stay inside the region', async () => {
    const half = createPlanes(side, side, 1);
    half.data.fill(1, 0, (side * side) / 2);
    const pixels = await damagedPixels(window, map, half, 'stain', noPause);
    expect(pixels.data.subarray((side * side) / 2).every((value) => value === 0)).toBe(true);
  });
});

describe('tiles', () => {
  test('cores cover the box exactly once and outer parts stay inside the window', () => {
    const box = rect(37, 11, 700, 430);
    const tiles = planTiles(900, 500, box, { tileSizePx: 256, marginPx: 32, sizeMultiple: 16 });
    const seen = new Uint8Array(900 * 500);
    for (const { outer, core } of tiles) {
      expect(Math.max(outer.width, outer.height)).toBeLessThanOrEqual(256);
      expect(outer.x).toBeGreaterThanOrEqual(0);
      expect(outer.x % 16).toBe(0);
      expect(outer.x + outer.width).toBeLessThanOrEqual(900);
      expect(outer.y + outer.height).toBeLessThanOrEqual(500);
      for (let y = core.y; y < core.y + core.height; y++) {
        for (let x = core.x; x < core.x + core.width; x++) seen[y * 900 + x]++;
      }
    }
    let wrong = 0;
    for (let y = 0; y < 500; y++) {
      for (let x = 0; x < 900; x++) {
        const inside = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
        if (seen[y * 900 + x] !== (inside ? 1 : 0)) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  test('end where the network needs no padding, as far as the window goes', () => {
    const tiling = { tileSizePx: 768, marginPx: 32, sizeMultiple: 16 };
    const [inner] = planTiles(608, 400, rect(50, 60, 500, 200), tiling);
    expect(inner.outer).toEqual(rect(16, 16, 576, 288));
    const [atEdge] = planTiles(300, 300, rect(100, 100, 190, 190), tiling);
    expect(atEdge.outer).toEqual(rect(64, 64, 236, 236));
  });

  test('joined tiles of an operation without reach equal the operation on the whole', async () => {
    const random = createRandom(2);
    const window = createPlanes(150, 90, 3);
    for (let i = 0; i < window.data.length; i++) window.data[i] = random.next();
    const mask = createPlanes(150, 90, 1);
    mask.data.fill(1);
    const input = { window, start: window, mask, blurSigmaPx: 0, mosaicPitchPx: 0 };
    const tiles = planTiles(150, 90, rect(0, 0, 150, 90), { tileSizePx: 64, marginPx: 8, sizeMultiple: 4 });
    expect(tiles.length).toBeGreaterThan(4);
    const result = await runTiles(input, window, tiles, async (tile) => ({
      ...tile.window,
      data: tile.window.data.map((v) => 1 - v),
    }));
    const worst = result.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (1 - window.data[i]))), 0);
    expect(worst).toBeLessThan(1e-6);
  });
});

describe('working scale', () => {
  const limits = { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 };

  test('strong damage is shrunk to what the network knows, weak damage is not', () => {
    expect(shrinkFactor({ kind: 'blur', sigmaPx: 3 }, limits)).toBe(1);
    expect(shrinkFactor({ kind: 'blur', sigmaPx: 15 }, limits)).toBe(3.75);
    const mosaic = (pitch: number): Damage => ({
      kind: 'mosaic',
      grid: { pitchX: pitch, pitchY: pitch, offsetX: 0, offsetY: 0 },
    });
    expect(shrinkFactor(mosaic(8), limits)).toBe(1);
    expect(shrinkFactor(mosaic(16), limits)).toBe(2);
  });

  test('whole factors keep whole blocks', () => {
    const window = createPlanes(50, 50, 3);
    const mask = createPlanes(50, 50, 1);
    const grid = { pitchX: 16, pitchY: 16, offsetX: 4, offsetY: 10 };
    const small = shrink(window, mask, { kind: 'mosaic', grid }, 2);
    expect([small.window.width, small.window.height]).toEqual([25, 25]);
    expect(small.damage).toEqual({ kind: 'mosaic', grid: { pitchX: 8, pitchY: 8, offsetX: 2, offsetY: 5 } });
    expect(
      shrink(createPlanes(51, 50, 3), createPlanes(51, 50, 1), { kind: 'mosaic', grid }, 2).window.width,
    ).toBe(26);
  });
});

describe('filling', () => {
  const side = 96;
  const hole = rect(30, 30, 24, 24);
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return x % 8 < 4 === y % 6 < 3 ? 220 : 40;
  });
  const picture = { width: side, height: side, channels: 3, depth: 8, data } as const;
  const nothing = async () => undefined;

  async function filled(addsTexture: boolean) {
    const progress: RestoreProgress[] = [];
    const { patches } = await restore(picture, [{ rect: hole, damage: { kind: 'fill' } }], {
      networkFor: nothing,
      defectNetwork: nothing,
      addsTexture,
      onProgress: (state) => progress.push(state),
    });
    const levels = new Set(patches.flatMap((patch) => [...rgbOf(patch)]));
    return { levels, last: progress.at(-1) };
  }

  /** The colours of a patch, without its coverage. */
  function rgbOf({ data: pixels }: Patch): number[] {
    return [...pixels].filter((_, i) => i % 4 < 3 && pixels[i - (i % 4) + 3] > 0);
  }

  test('is smooth, or with texture where that is wanted, and its progress ends at all', async () => {
    const [smooth, textured] = [await filled(false), await filled(true)];
    // Nothing but the two levels of the checks is taken from elsewhere.
    expect(smooth.levels.size).toBeGreaterThan(20);
    expect([...textured.levels].sort((a, b) => a - b)).toEqual([40, 220]);
    for (const { last } of [smooth, textured]) expect(last?.tilesDone).toBe(last?.tiles);
    expect(textured.last?.tiles).toBe(1);
  });
});
