import { describe, expect, it } from 'vitest';
import { diffuseFill } from '../../../electron/engine/classical/fill.ts';
import { createPixelHeap } from '../../../electron/engine/classical/heap.ts';
import { teleaFill } from '../../../electron/engine/classical/telea.ts';
import { psnr } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { loadPhoto } from './photos.ts';

function discs(width: number, height: number, count: number, radius: number): Planes {
  const random = createRandom(count);
  const mask = createPlanes(width, height, 1);
  for (let n = 0; n < count; n++) {
    const cx = random.uniform(0, width);
    const cy = random.uniform(0, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < radius * radius) mask.data[y * width + x] = 1;
      }
    }
  }
  return mask;
}

function spoiled(picture: Planes, mask: Planes): Planes {
  const size = mask.data.length;
  return {
    ...picture,
    data: picture.data.map((value, i) => (mask.data[i % size] > 0.5 ? Number.NaN : value)),
  };
}

const methods: ReadonlyArray<[string, (planes: Planes, mask: Planes) => Planes]> = [
  ['diffuse', diffuseFill],
  ['telea', (planes, mask) => teleaFill(planes, mask, 5)],
];

describe.each(methods)('%s fill', (name, fill) => {
  it('restores a smooth gradient without reading damaged pixels', () => {
    const picture = createPlanes(60, 50, 3);
    for (let i = 0; i < picture.data.length; i++) {
      const x = i % 60;
      const y = Math.floor(i / 60) % 50;
      picture.data[i] = 0.2 + x / 150 + y / 200;
    }
    const mask = discs(60, 50, 4, 6);
    const filled = fill(spoiled(picture, mask), mask);
    expect(psnr(filled, picture)).toBeGreaterThan(name === 'diffuse' ? 45 : 40);
  });

  it('leaves known pixels bit for bit and fills every damaged one, up to the edges', () => {
    const picture = createPlanes(33, 29, 2);
    const random = createRandom(8);
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.next();
    const mask = discs(33, 29, 6, 5);
    for (let x = 0; x < 33; x++) mask.data[x] = 1;
    mask.data[33 * 29 - 1] = 1;
    const filled = fill(spoiled(picture, mask), mask);
    for (let i = 0; i < filled.data.length; i++) {
      if (mask.data[i % (33 * 29)] === 0) expect(filled.data[i]).toBe(picture.data[i]);
      expect(filled.data[i]).toBeGreaterThanOrEqual(0);
      expect(filled.data[i]).toBeLessThanOrEqual(1);
    }
  });

  it('returns the picture where all or nothing is damaged', () => {
    const picture = createPlanes(8, 8, 1);
    picture.data.fill(0.3);
    const mask = createPlanes(8, 8, 1);
    expect(fill(picture, mask).data).toEqual(picture.data);
    mask.data.fill(1);
    expect(fill(picture, mask).data).toEqual(picture.data);
    expect(() => fill(picture, createPlanes(8, 9, 1))).toThrow('size');
  });

  it('fills scratches in a photograph well', async () => {
    const photo = await loadPhoto('nagasaki-boats', 200);
    const mask = createPlanes(photo.width, photo.height, 1);
    for (let n = 0; n < 5; n++) {
      for (let y = 0; y < photo.height; y++) {
        const x = Math.round(20 + 30 * n + y * (0.3 - 0.1 * n));
        mask.data.fill(1, y * photo.width + x, y * photo.width + x + 2);
      }
    }
    const filled = fill(spoiled(photo, mask), mask);
    expect(psnr(filled, photo, mask)).toBeGreaterThan(20);
    expect(psnr(filled, photo)).toBeGreaterThan(32);
  });
});

it('createPixelHeap gives pixels back nearest first, beyond its first capacity', () => {
  const random = createRandom(2);
  const heap = createPixelHeap(4);
  const distances = Array.from({ length: 500 }, () => random.next());
  distances.forEach((distance, pixel) => {
    heap.push(pixel, distance);
  });
  const order = Array.from({ length: 500 }, () => heap.pop());
  for (let i = 1; i < 500; i++) expect(distances[order[i]]).toBeGreaterThanOrEqual(distances[order[i - 1]]);
  expect(heap.pop()).toBe(-1);
});
