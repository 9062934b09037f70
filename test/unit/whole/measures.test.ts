import { describe, expect, test } from 'vitest';
import { blockDct, inverseBlockDct } from '../../../electron/engine/classical/block-dct.ts';
import { psnr } from '../../../electron/engine/pixels/measure.ts';
import type { Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { cleanPart, planCleaning } from '../../../electron/engine/whole/cleaning.ts';
import { measureFading } from '../../../electron/engine/whole/fading.ts';
import { measureJpeg } from '../../../electron/engine/whole/jpeg-traces.ts';
import { measureNoise } from '../../../electron/engine/whole/noise.ts';
import { loadPhoto, throughJpeg, toEightBit } from '../classical/photos.ts';
import { coloured, faded, noisy, toRaster, wholeOf } from './pictures.ts';

test('the block transform is orthonormal and undone by its inverse', () => {
  const random = createRandom(3);
  const block = Float64Array.from({ length: 64 }, () => random.normal());
  const energy = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
  const there = block.slice();
  blockDct(there);
  // Definition of the DCT-II for one coefficient.
  let expected = 0;
  for (let i = 0; i < 64; i++) {
    const [y, x] = [i >> 3, i & 7];
    expected +=
      0.25 *
      block[i] *
      Math.cos(((2 * y + 1) * 3 * Math.PI) / 16) *
      Math.cos(((2 * x + 1) * 5 * Math.PI) / 16);
  }
  expect(there[3 * 8 + 5]).toBeCloseTo(expected, 10);
  expect(energy(there)).toBeCloseTo(energy(block), 9);
  inverseBlockDct(there);
  there.forEach((value, i) => {
    expect(value).toBeCloseTo(block[i], 10);
  });
});

describe('noise', () => {
  test.each([4, 8, 16])('of %i levels is measured', async (sigma) => {
    const photo = await loadPhoto('airplane-from-above', 600);
    const { luma } = measureNoise(toRaster(noisy(photo, sigma, 1)));
    // Three independent channels: the luma of their noise is 0.67 of it.
    expect(luma).toBeGreaterThan(0.8 * 0.67 * sigma);
    expect(luma).toBeLessThan(1.35 * 0.67 * sigma + 1);
  });

  test('is taken away, and the photo comes nearer to what it was', async () => {
    const photo = toEightBit(await loadPhoto('nagasaki-boats', 400));
    const noised = noisy(photo, 12, 2);
    const raster = toRaster(noised);
    const cleaning = planCleaning(measureNoise(raster), undefined);
    if (cleaning === undefined) throw new Error('No noise was seen.');
    const cleaned = cleanPart(raster, wholeOf(raster), cleaning);
    expect(psnr(cleaned, photo)).toBeGreaterThan(psnr(noised, photo) + 2.5);
  });
});

describe('JPEG', () => {
  test.each([10, 30, 50, 75])('of quality %i is recognised and smoothed', async (quality) => {
    const photo = toEightBit(await loadPhoto('dust-bowl-home', 480));
    const lossy = await throughJpeg(photo, quality);
    const raster = toRaster(lossy);
    const traces = measureJpeg(raster);
    expect(traces).toMatchObject({ phaseX: 0, phaseY: 0 });
    expect(Math.abs((traces?.quality ?? 0) - quality)).toBeLessThanOrEqual(3);
    const cleaning = planCleaning(undefined, traces);
    if (cleaning === undefined) throw new Error('Nothing is to be cleaned.');
    const cleaned = cleanPart(raster, wholeOf(raster), cleaning);
    expect(psnr(cleaned, photo)).toBeGreaterThan(psnr(lossy, photo));
  });

  test('that was cropped since is recognised where its blocks lie', async () => {
    const lossy = await throughJpeg(await loadPhoto('allium-oreophilum', 480), 40);
    const { width, height, data } = toRaster(lossy);
    const cut = { width: width - 3, height: height - 5, channels: 3, depth: 8 } as const;
    const part = new Uint8Array(3 * cut.width * cut.height);
    for (let y = 0; y < cut.height; y++) {
      const from = 3 * ((y + 5) * width + 3);
      part.set(data.subarray(from, from + 3 * cut.width), 3 * y * cut.width);
    }
    expect(measureJpeg({ ...cut, data: part })).toMatchObject({ phaseX: 5, phaseY: 3 });
  });

  test('is not seen where it was not', async () => {
    const photo = await loadPhoto('black-canyon', 300);
    // Shrunk photos have no blocks of their source.
    expect(measureJpeg(toRaster(photo))).toBeUndefined();
    expect(planCleaning({ luma: 1, chroma: 1 }, { quality: 92, phaseX: 0, phaseY: 0 })).toBeUndefined();
  });
});

describe('fading', () => {
  test.each(['acanthus-mollis', 'allium-oreophilum', 'black-canyon', 'nagasaki-boats'] as const)(
    '%s is in good order',
    async (name) => {
      expect(measureFading(toRaster(await loadPhoto(name, 400)))).toBeUndefined();
    },
  );

  test('of a print without colours leaves one tone', async () => {
    const fading = measureFading(toRaster(await loadPhoto('airplane-from-above', 400)));
    expect(fading?.amount).toBeGreaterThan(0.5);
    expect(fading?.curves).toHaveLength(1);
  });

  test('is undone, and a cast with it', async () => {
    const photo = coloured(await loadPhoto('acanthus-mollis', 400));
    const pale = faded(photo);
    const fading = measureFading(toRaster(pale));
    expect(fading?.amount).toBeGreaterThan(0.7);
    expect(fading?.curves).toHaveLength(3);
    for (const curve of fading?.curves ?? []) {
      for (let i = 1; i < curve.length; i++) expect(curve[i]).toBeGreaterThanOrEqual(curve[i - 1]);
      expect(curve[0]).toBeGreaterThanOrEqual(0);
      expect(curve[curve.length - 1]).toBeLessThanOrEqual(1);
    }
    const mean = (planes: Planes, c: number) => {
      const size = planes.width * planes.height;
      return planes.data.subarray(c * size, (c + 1) * size).reduce((sum, value) => sum + value, 0) / size;
    };
    const cast = (planes: Planes) => mean(planes, 0) - mean(planes, 2);
    const better: Planes = {
      ...pale,
      data: pale.data.map((value, i) => {
        const curve = fading?.curves[Math.floor(i / (pale.width * pale.height))];
        return curve?.[Math.round(value * (curve.length - 1))] ?? value;
      }),
    };
    expect(Math.abs(cast(better) - cast(photo))).toBeLessThan(Math.abs(cast(pale) - cast(photo)));
    expect(psnr(better, photo)).toBeGreaterThan(psnr(pale, photo) + 3);
  });
});
