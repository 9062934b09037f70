import { describe, expect, it } from 'vitest';
import { diffuseFill } from '../../../electron/engine/classical/fill.ts';
import { createPixelHeap } from '../../../electron/engine/classical/heap.ts';
import { navierStokesFill } from '../../../electron/engine/classical/navier-stokes.ts';
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
  ['navier-stokes', (planes, mask) => navierStokesFill(planes, mask, 5)],
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

/** What OpenCV 4.6.0 puts into the holes of `waves`, `cv2.inpaint(picture, mask, 5, method)`, row by row. */
const openCv = {
  'navier-stokes': [
    202, 196, 190, 181, 168, 149, 130, 115, 103, 91, 87, 83, 80, 80, 89, 99, 120, 111, 108, 103, 96, 92, 92,
    94, 96, 129, 119, 111, 104, 97, 94, 95, 95, 95, 130, 120, 110, 103, 98, 96, 98, 99, 97, 127, 115, 105, 99,
    94, 94, 101, 107, 104, 115, 98, 88, 84, 82, 87, 103, 116, 125, 90, 80, 72, 73, 75, 86, 102, 119, 134, 168,
    174, 179, 169, 176, 181, 174, 182, 190, 188, 196, 198,
  ],
  telea: [
    194, 190, 184, 179, 169, 155, 140, 125, 112, 101, 95, 89, 85, 84, 89, 97, 134, 120, 111, 102, 96, 92, 91,
    94, 98, 134, 125, 113, 104, 99, 98, 101, 100, 99, 133, 125, 114, 105, 101, 101, 102, 107, 107, 129, 117,
    109, 101, 100, 105, 113, 118, 118, 118, 103, 95, 94, 97, 102, 111, 128, 134, 99, 93, 84, 82, 87, 102, 112,
    123, 140, 168, 178, 180, 169, 181, 179, 173, 183, 185, 184, 187, 186,
  ],
};

describe.each([
  ['navier-stokes', navierStokesFill],
  ['telea', teleaFill],
] as const)('%s', (name, fill) => {
  it('is like that of OpenCV, which rounds to bytes on its way', () => {
    const { picture, mask } = waves();
    const filled = fill(picture, mask, 5);
    const levels = [...filled.data].filter((_, i) => mask.data[i] > 0).map((value) => 255 * value);
    const differences = levels.map((level, i) => Math.abs(level - openCv[name][i]));
    expect(differences).toHaveLength(openCv[name].length);
    expect(differences.reduce((sum, each) => sum + each, 0) / differences.length).toBeLessThan(4);
  });
});

/** A picture of waves and stripes, 30 x 24, with three holes. */
function waves(): { picture: Planes; mask: Planes } {
  const [width, height] = [30, 24];
  const [picture, mask] = [createPlanes(width, height, 1), createPlanes(width, height, 1)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stripe = (x + 2 * y) % 17 > 8 ? 30 : 0;
      picture.data[y * width + x] = Math.round(120 + 60 * Math.sin(x / 4 + y / 9) + stripe) / 255;
    }
  }
  for (const [x0, x1, y0, y1] of [
    [10, 19, 8, 14],
    [4, 20, 5, 6],
    [22, 25, 16, 20],
  ])
    for (let y = y0; y < y1; y++) mask.data.fill(1, y * width + x0, y * width + x1);
  return { picture, mask };
}
