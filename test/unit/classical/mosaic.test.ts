import { beforeAll, describe, expect, it } from 'vitest';
import {
  applyMosaic,
  bicubicFromMeans,
  blockAxis,
  blockMeans,
  lanczosFromMeans,
  mosaicStart,
  observeMosaic,
  projectToMeans,
} from '../../../electron/engine/classical/mosaic.ts';
import type { MosaicGrid } from '../../../electron/engine/damage/kinds.ts';
import { meanSquaredError, psnr } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { loadPhoto } from './photos.ts';

function noise(width: number, height: number, seed: number): Planes {
  const random = createRandom(seed);
  const planes = createPlanes(width, height, 3);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = random.next();
  return planes;
}

const grids: readonly MosaicGrid[] = [
  { pitchX: 4, pitchY: 4, offsetX: 0, offsetY: 0 },
  { pitchX: 7.3, pitchY: 7.3, offsetX: 2.2, offsetY: 6.9 },
  { pitchX: 12, pitchY: 5.5, offsetX: 11.4, offsetY: 0.2 },
  { pitchX: 1, pitchY: 64, offsetX: 0, offsetY: 30 },
];

describe('blockAxis', () => {
  it('gives each pixel to the block that holds its centre', () => {
    for (const [length, pitch, offset] of [
      [50, 7.3, 2.2],
      [31, 4, 0],
      [31, 4, 3],
      [9, 20, 14],
      [40, 1, 0.5],
      [33, 2.5, 2.4],
    ]) {
      const axis = blockAxis(length, pitch, offset);
      expect(axis.edges[0]).toBe(0);
      expect(axis.edges[axis.edges.length - 1]).toBe(length);
      for (let k = 0; k + 1 < axis.edges.length; k++) {
        expect(axis.edges[k + 1]).toBeGreaterThan(axis.edges[k]);
        for (let x = axis.edges[k]; x < axis.edges[k + 1]; x++) {
          expect(Math.floor((x + 0.5 - offset) / pitch)).toBe(axis.first + k);
        }
      }
    }
  });

  it('refuses blocks below a pixel', () => {
    expect(() => blockAxis(10, 0.5, 0)).toThrow(expect.objectContaining({ code: 'mosaic/bad-grid' }));
    expect(() => blockAxis(10, Number.NaN, 0)).toThrow('at least one pixel');
  });
});

describe('applyMosaic', () => {
  it.each(grids)('gives flat blocks that keep every mean, %o', (grid) => {
    const picture = noise(50, 40, 1);
    const mosaic = applyMosaic(picture, grid);
    const before = blockMeans(picture, grid);
    const after = blockMeans(mosaic, grid);
    for (let i = 0; i < before.means.data.length; i++) {
      expect(after.means.data[i]).toBeCloseTo(before.means.data[i], 5);
    }
    const again = applyMosaic(mosaic, grid);
    expect(meanSquaredError(again, mosaic)).toBeLessThan(1e-12);
    const { across, down } = before;
    for (let x = across.edges[1]; x < across.edges[2] - 1; x++) {
      const at = down.edges[1] * 50 + x;
      if (down.edges.length > 2) expect(mosaic.data[at]).toBe(mosaic.data[at + 1]);
    }
  });

  it('leaves pixels outside the mask alone', () => {
    const picture = noise(20, 20, 2);
    const mask = createPlanes(20, 20, 1);
    mask.data.fill(1, 0, 200);
    const mosaic = applyMosaic(picture, grids[0], mask);
    expect(mosaic.data.subarray(200, 400)).toEqual(picture.data.subarray(200, 400));
    expect(mosaic.data[0]).toBe(mosaic.data[3]);
  });
});

describe('interpolation from block means', () => {
  it.each([lanczosFromMeans, bicubicFromMeans])(
    'goes through a ramp away from the edges, %o',
    (interpolate) => {
      const ramp = createPlanes(96, 96, 1);
      for (let i = 0; i < ramp.data.length; i++)
        ramp.data[i] = 0.1 + (i % 96) / 200 + Math.floor(i / 96) / 300;
      const grid = { pitchX: 6, pitchY: 6, offsetX: 2, offsetY: 5 };
      const smooth = interpolate(applyMosaic(ramp, grid), grid);
      for (let y = 24; y < 72; y++) {
        for (let x = 24; x < 72; x++)
          expect(Math.abs(smooth.data[y * 96 + x] - ramp.data[y * 96 + x])).toBeLessThan(0.002);
      }
    },
  );

  it('keeps a constant in blocks cut by the window', () => {
    const flat = createPlanes(37, 23, 3);
    flat.data.fill(0.61);
    for (const grid of grids) {
      for (const value of lanczosFromMeans(flat, grid).data) expect(value).toBeCloseTo(0.61, 5);
    }
  });
});

const copyOf = (planes: Planes): Planes => ({ ...planes, data: planes.data.slice() });

describe('projectToMeans', () => {
  it.each(grids)('puts every mean right and never raises the error, %o', (grid) => {
    const truth = noise(50, 40, 3);
    const observed = applyMosaic(truth, grid);
    const estimate = noise(50, 40, 4);
    const projected = projectToMeans(copyOf(estimate), observeMosaic(observed, grid));
    const wanted = blockMeans(observed, grid).means.data;
    const got = blockMeans(projected, grid).means.data;
    for (let i = 0; i < wanted.length; i++) expect(got[i]).toBeCloseTo(wanted[i], 5);
    expect(meanSquaredError(projected, truth)).toBeLessThan(meanSquaredError(estimate, truth));
  });

  it('touches only blocks inside the mask', () => {
    const truth = noise(32, 32, 5);
    const grid = { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 };
    const mask = createPlanes(32, 32, 1);
    // One whole block and a half of the next.
    for (let y = 8; y < 16; y++) mask.data.fill(1, y * 32 + 8, y * 32 + 20);
    const estimate = noise(32, 32, 6);
    const projected = projectToMeans(
      copyOf(estimate),
      observeMosaic(applyMosaic(truth, grid, mask), grid, mask),
    );
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const inBlock = x >= 8 && x < 16 && y >= 8 && y < 16;
        if (!inBlock) expect(projected.data[y * 32 + x]).toBe(estimate.data[y * 32 + x]);
      }
    }
    expect(projected.data[8 * 32 + 8]).not.toBe(estimate.data[8 * 32 + 8]);
  });
});

describe('on a photograph', () => {
  let photo: Planes;
  beforeAll(async () => {
    photo = await loadPhoto('black-canyon', 400);
  });

  it.each([4, 8, 16])('the classical start gains over the mosaic, pitch %s', (pitch) => {
    const grid = { pitchX: pitch, pitchY: pitch, offsetX: 1, offsetY: 3 };
    const mosaic = applyMosaic(photo, grid);
    const smooth = psnr(lanczosFromMeans(mosaic, grid), photo);
    expect(smooth).toBeGreaterThan(psnr(mosaic, photo) + 0.5);
    expect(psnr(mosaicStart(mosaic, grid), photo)).toBeGreaterThan(smooth);
    expect(smooth).toBeGreaterThan(psnr(bicubicFromMeans(mosaic, grid), photo));
  });

  it('the start returns pixels outside the region as they are', () => {
    const grid = { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 };
    const mask = createPlanes(photo.width, photo.height, 1);
    for (let y = 40; y < 104; y++) mask.data.fill(1, y * photo.width + 40, y * photo.width + 120);
    const mosaic = applyMosaic(photo, grid, mask);
    const start = mosaicStart(mosaic, grid, mask);
    for (let i = 0; i < mask.data.length; i++)
      if (mask.data[i] === 0) expect(start.data[i]).toBe(photo.data[i]);
    expect(psnr(start, photo, mask)).toBeGreaterThan(psnr(mosaic, photo, mask) + 0.5);
  });
});
