import { beforeAll, describe, expect, it } from 'vitest';
import { blurStart, richardsonLucy, unsharp } from '../../../electron/engine/classical/blur.ts';
import { crop } from '../../../electron/engine/pixels/crop.ts';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { blend } from '../../../electron/engine/pixels/mask.ts';
import { psnr } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { loadPhoto, type PhotoName, throughJpeg, toEightBit } from './photos.ts';

const names: readonly PhotoName[] = ['black-canyon', 'nagasaki-boats', 'allium-oreophilum'];
let photos: Planes[];

beforeAll(async () => {
  photos = [];
  for (const name of names)
    photos.push(crop(await loadPhoto(name, 400), { x: 20, y: 10, width: 160, height: 144 }));
});

function meanPsnr(restore: (photo: Planes) => Planes): number {
  return photos.reduce((sum, photo) => sum + psnr(restore(photo), photo), 0) / photos.length;
}

describe('unsharp', () => {
  it('steepens an edge and keeps a plain', () => {
    const edge = createPlanes(40, 1, 1);
    for (let x = 0; x < 40; x++) edge.data[x] = x < 20 ? 0.3 : 0.7;
    const soft = gaussianBlur(edge, 2);
    const sharp = unsharp(soft, 2, 1);
    // The slope of an edge falls as 1 / sigma, and two blurs of 2 make one of 2 times the root of 2.
    const gain = (sharp.data[20] - sharp.data[19]) / (soft.data[20] - soft.data[19]);
    expect(Math.abs(gain - (2 - Math.SQRT1_2))).toBeLessThan(0.02);
    expect(sharp.data[2]).toBeCloseTo(0.3, 4);
  });
});

describe('blurStart', () => {
  it.each([1.5, 3, 6])('beats the blur, the best unsharp mask and Richardson-Lucy at sigma %s', (sigmaPx) => {
    const blurred = (photo: Planes) => toEightBit(gaussianBlur(photo, sigmaPx));
    const start = meanPsnr((photo) => blurStart(blurred(photo), sigmaPx));
    expect(start).toBeGreaterThan(meanPsnr(blurred) + 1.5);
    expect(start).toBeGreaterThan(meanPsnr((photo) => unsharp(blurred(photo), 0.7 * sigmaPx, 4)) + 0.5);
    expect(start).toBeGreaterThan(meanPsnr((photo) => richardsonLucy(blurred(photo), sigmaPx, 20)) + 0.3);
  });

  it('holds back where JPEG has left little to sharpen', async () => {
    let gain = 0;
    for (const photo of photos) {
      const damaged = await throughJpeg(gaussianBlur(photo, 2), 75);
      gain += psnr(blurStart(damaged, 2), photo) - psnr(damaged, photo);
    }
    expect(gain / photos.length).toBeGreaterThan(0.5);
  });

  it('restores a blurred rectangle in sharp surroundings and leaves those alone', () => {
    for (const photo of photos) {
      const mask = createPlanes(photo.width, photo.height, 1);
      for (let y = 40; y < 104; y++) mask.data.fill(1, y * photo.width + 48, y * photo.width + 120);
      const damaged = toEightBit(blend(photo, gaussianBlur(photo, 3), mask));
      const start = blurStart(damaged, 3, mask);
      expect(psnr(start, photo, mask)).toBeGreaterThan(psnr(damaged, photo, mask) + 1);
      for (let i = 0; i < mask.data.length; i++)
        if (mask.data[i] === 0) expect(start.data[i]).toBe(damaged.data[i]);
    }
  });

  it('keeps a flat picture, an empty region and a sigma of 0 as they are', () => {
    const flat = createPlanes(50, 30, 3);
    flat.data.fill(0.4);
    for (const value of blurStart(flat, 3).data) expect(value).toBeCloseTo(0.4, 5);
    expect(blurStart(photos[0], 3, createPlanes(160, 144, 1)).data).toEqual(photos[0].data);
    expect(blurStart(photos[0], 0).data).toEqual(photos[0].data);
    expect(() => blurStart(flat, 2, createPlanes(3, 3, 1))).toThrow('size');
  });

  it('stays finite on sizes of one pixel and on noise', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 40],
      [17, 3],
    ]) {
      const tiny = createPlanes(width, height, 3);
      for (let i = 0; i < tiny.data.length; i++) tiny.data[i] = ((i * 7919) % 256) / 255;
      for (const value of blurStart(tiny, 4).data) expect(Number.isFinite(value)).toBe(true);
    }
  });
});

describe('richardsonLucy', () => {
  it('sharpens with the true kernel and never goes below zero', () => {
    const photo = photos[1];
    const blurred = gaussianBlur(photo, 2);
    const sharp = richardsonLucy(blurred, 2, 20);
    expect(psnr(sharp, photo)).toBeGreaterThan(psnr(blurred, photo) + 1);
    expect(sharp.data.every((value) => value >= 0)).toBe(true);
  });
});
