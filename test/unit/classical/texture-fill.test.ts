import { describe, expect, it } from 'vitest';
import { diffuseFill } from '../../../electron/engine/classical/fill.ts';
import { textureFill } from '../../../electron/engine/classical/texture-fill.ts';
import { psnr } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { noPause } from '../../support/no-pause.ts';
import { loadPhoto, photoNames } from './photos.ts';

const width = 120;
const height = 100;

/** A weave: stripes across each other, with a little grain. */
function weave(): Planes {
  const random = createRandom(4);
  const planes = createPlanes(width, height, 3);
  for (let i = 0; i < planes.data.length; i++) {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    planes.data[i] =
      0.5 + 0.2 * Math.sign((x % 8) - 3.5) + 0.15 * Math.sign((y % 6) - 2.5) + 0.02 * random.next();
  }
  return planes;
}

function box(left: number, top: number, across: number, down: number, of = { width, height }): Planes {
  const mask = createPlanes(of.width, of.height, 1);
  for (let y = top; y < top + down; y++) mask.data.fill(1, y * of.width + left, y * of.width + left + across);
  return mask;
}

describe('textureFill', () => {
  it('continues a pattern that a smooth filling loses', async () => {
    const picture = weave();
    const mask = box(45, 35, 26, 22);
    const smooth = diffuseFill(picture, mask);
    const filled = await textureFill(smooth, mask, noPause);
    expect(psnr(smooth, picture, mask)).toBeLessThan(15);
    expect(psnr(filled, picture, mask)).toBeGreaterThan(25);
  });

  it('is nearly as full of detail as what was there, in photographs', async () => {
    const ratios = { smooth: 0, filled: 0 };
    for (const name of photoNames) {
      const photo = await loadPhoto(name, 240);
      const mask = box(60, 60, 30, 30, photo);
      const detail = (planes: Planes) => {
        let sum = 0;
        for (let at = 0; at + 1 < mask.data.length; at++) {
          if (mask.data[at] + mask.data[at + 1] === 2) sum += Math.abs(planes.data[at + 1] - planes.data[at]);
        }
        return sum;
      };
      const smooth = diffuseFill(photo, mask);
      ratios.smooth += detail(smooth) / detail(photo) / photoNames.length;
      ratios.filled += detail(await textureFill(smooth, mask, noPause)) / detail(photo) / photoNames.length;
    }
    expect(ratios.smooth).toBeLessThan(0.4);
    expect(ratios.filled).toBeGreaterThan(0.6);
    expect(ratios.filled).toBeLessThan(1.2);
  });

  it('leaves what is known and narrow holes bit for bit, and gives the same every time', async () => {
    const picture = weave();
    const mask = box(20, 20, 12, 12);
    const narrow = box(80, 10, 5, 70);
    narrow.data.forEach((value, at) => {
      if (value === 1) mask.data[at] = 1;
    });
    const smooth = diffuseFill(picture, mask);
    const before = smooth.data.slice();
    const filled = await textureFill(smooth, mask, noPause);
    expect(smooth.data).toEqual(before);
    const changed = [...filled.data.keys()].filter((i) => filled.data[i] !== smooth.data[i]);
    expect(changed.length).toBeGreaterThan(200);
    const isInBox = (i: number) => i % width < 32 && Math.floor(i / width) % height < 32;
    expect(changed.every((i) => mask.data[i % (width * height)] === 1 && isInBox(i))).toBe(true);
    expect((await textureFill(smooth, mask, noPause)).data).toEqual(filled.data);
  });

  it.each([
    ['all is a hole', box(0, 0, width, height)],
    ['nothing is', createPlanes(width, height, 1)],
    ['no whole patch is left', box(0, 5, width, height - 10)],
  ])('keeps the smooth filling where %s', async (_, mask) => {
    const picture = weave();
    expect((await textureFill(picture, mask, noPause)).data).toEqual(picture.data);
  });

  it.each([
    [1, 1],
    [8, 40],
    [30, 9],
  ])('copes with a picture of %i x %i pixels', async (across, down) => {
    const picture = createPlanes(across, down, 3);
    const mask = box(0, 0, Math.min(8, across), Math.min(8, down), picture);
    const filled = await textureFill(picture, mask, noPause);
    expect(filled.data.every((value) => value === 0)).toBe(true);
  });

  it('can be given up', async () => {
    const stop = () => Promise.reject(new Error('enough'));
    await expect(textureFill(weave(), box(45, 35, 26, 22), stop)).rejects.toThrow('enough');
  });
});
