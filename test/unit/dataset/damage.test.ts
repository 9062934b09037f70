import { expect, test } from 'vitest';
import { blend } from '../../../electron/engine/pixels/mask.ts';
import { meanSquaredError, psnr } from '../../../electron/engine/pixels/measure.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { scratched, stained } from '../../../electron/training/dataset/damage/ageing.ts';
import { bareSpot, cupRing, inkBlot, inkDiscs } from '../../../electron/training/dataset/damage/blots.ts';
import { fade } from '../../../electron/training/dataset/damage/fading.ts';
import { jpegLoss } from '../../../electron/training/dataset/damage/jpeg.ts';
import {
  finishPainting,
  layPaint,
  startPainting,
} from '../../../electron/training/dataset/damage/painting.ts';
import {
  pointInside,
  randomRegion,
  shareOf,
  wholeRegion,
} from '../../../electron/training/dataset/damage/regions.ts';
import { dust, fold, hairs, hardLine, scratch } from '../../../electron/training/dataset/damage/scratches.ts';
import {
  drawBlob,
  drawDisc,
  drawStroke,
  smoothCurve,
} from '../../../electron/training/dataset/damage/shapes.ts';
import { brushStroke, handwriting, lettering } from '../../../electron/training/dataset/damage/strokes.ts';
import { loadPhoto, throughJpeg } from '../classical/photos.ts';

function grey(side: number, value = 0.5): Planes {
  const planes = createPlanes(side, side, 3);
  planes.data.fill(value);
  return planes;
}

const area = (shape: Planes) => shareOf(shape) * shape.data.length;

test('discs and strokes have the area of their geometry, with hard and with soft edges', () => {
  for (const softness of [0, 1, 4]) {
    const disc = createPlanes(64, 64, 1);
    drawDisc(disc, { x: 30.3, y: 33.8 }, 14, softness);
    expect(Math.abs(area(disc) / (Math.PI * 14 * 14) - 1)).toBeLessThan(0.02);
    const stroke = createPlanes(64, 64, 1);
    const ends = [
      { x: 12, y: 20, radius: 4 },
      { x: 50, y: 41, radius: 4 },
    ] as const;
    drawStroke(stroke, ends, softness);
    const length = Math.hypot(38, 21);
    expect(Math.abs(area(stroke) / (length * 8 + Math.PI * 16) - 1)).toBeLessThan(0.03);
  }
  const smooth = createPlanes(64, 64, 1);
  drawBlob(smooth, { x: 32, y: 32 }, 14, 0, 1, createRandom(1));
  expect(Math.abs(area(smooth) / (Math.PI * 14 * 14) - 1)).toBeLessThan(0.02);
});

test('shapes that lie outside or across the edge touch only what is there', () => {
  const shape = createPlanes(32, 20, 1);
  drawDisc(shape, { x: -50, y: 10 }, 8, 2);
  drawStroke(
    shape,
    [
      { x: 40, y: -9, radius: 3 },
      { x: 90, y: -9, radius: 3 },
    ],
    1,
  );
  expect(area(shape)).toBe(0);
  drawDisc(shape, { x: 0, y: 10 }, 6, 0);
  expect(Math.abs(area(shape) / (Math.PI * 18) - 1)).toBeLessThan(0.15);
});

test('a smooth curve goes through its points in short steps', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 30, y: 10 },
    { x: 40, y: 50 },
  ];
  const curve = smoothCurve(points, 3);
  for (const point of points) expect(curve).toContainEqual(point);
  for (let i = 1; i < curve.length; i++) {
    expect(Math.hypot(curve[i].x - curve[i - 1].x, curve[i].y - curve[i - 1].y)).toBeLessThan(6);
  }
});

test('paint covers as its opacity says; the map holds what is hidden or visibly changed', () => {
  const photo = grey(8);
  const painting = startPainting(photo);
  const shape = createPlanes(8, 8, 1);
  shape.data[0] = 1;
  shape.data[1] = 0.2;
  shape.data[2] = 0.02;
  layPaint(painting, shape, { colour: [0, 0, 0], opacity: 0.8, kind: 'paint' });
  const { planes, map } = finishPainting(photo, painting);
  expect(planes.data[0]).toBeCloseTo(0.1, 5);
  expect(planes.data[1]).toBeCloseTo(0.42, 5);
  expect(painting.cover.data[0]).toBeCloseTo(0.8, 5);
  expect([...map.data.slice(0, 4)]).toEqual([1, 1, 0, 0]);
  // The photo itself is not painted on; grey paint on grey hides it all the same.
  expect(photo.data.every((value) => value === 0.5)).toBe(true);
  const hidden = startPainting(photo);
  layPaint(hidden, shape, { colour: [0.5, 0.5, 0.5], opacity: 1, kind: 'paint' });
  expect([...finishPainting(photo, hidden).map.data.slice(0, 3)]).toEqual([1, 0, 0]);
});

test('ink lets light and shade through, paint does not', () => {
  const photo = createPlanes(2, 1, 3);
  photo.data.set([0.1, 0.9, 0.1, 0.9, 0.1, 0.9]);
  const shape = createPlanes(2, 1, 1);
  shape.data.fill(1);
  const left = (kind: 'ink' | 'paint') => {
    const painting = startPainting(photo);
    layPaint(painting, shape, { colour: [0.4, 0.4, 0.4], opacity: 1, kind });
    return painting.picture.data[1] - painting.picture.data[0];
  };
  expect(left('paint')).toBe(0);
  expect(left('ink')).toBeGreaterThan(0.05);
});

const brushes = {
  inkBlot,
  inkDiscs,
  cupRing,
  bareSpot,
  brushStroke,
  handwriting,
  lettering,
  scratch,
  dust,
  hairs,
  fold,
};

test.each(Object.entries(brushes))('%s damages some of a photo, stays in range and repeats', (_, brush) => {
  const shares: number[] = [];
  for (let seed = 0; seed < 30; seed++) {
    const paint = () => {
      const painting = startPainting(grey(96, 0.45));
      const random = createRandom(seed);
      brush(painting, random, () => ({ x: 20 + 56 * random.next(), y: 20 + 56 * random.next() }));
      return painting;
    };
    const painting = paint();
    const { planes, map } = finishPainting(grey(96, 0.45), painting);
    for (const value of planes.data) if (!(value >= 0 && value <= 1)) throw new Error(`colour ${value}`);
    for (const value of painting.cover.data) if (!(value >= 0 && value <= 1)) throw new Error(`${value}`);
    shares.push(shareOf(map));
    if (seed < 3) expect(paint().picture.data).toEqual(planes.data);
  }
  shares.sort((a, b) => a - b);
  expect(shares[3]).toBeGreaterThan(0);
  expect(shares[15]).toBeLessThan(0.25);
});

test('stained and scratched photos differ from the photo where the map says and only there', async () => {
  const photo = await loadPhoto('locomotion-house-cat', 160);
  const before = photo.data.slice();
  const mask = createPlanes(photo.width, photo.height, 1);
  mask.data.fill(1);
  for (const damage of [stained, scratched]) {
    for (let seed = 0; seed < 8; seed++) {
      const { planes, map } = damage(photo, mask, createRandom(seed));
      const repaired = blend(planes, photo, map);
      expect(psnr(repaired, photo)).toBeGreaterThan(35);
      if (shareOf(map) > 0.005) expect(psnr(planes, photo)).toBeLessThan(psnr(repaired, photo) - 3);
    }
  }
  expect(photo.data).toEqual(before);
});

test('regions cover a good part of the square, and points are drawn from inside them', () => {
  const random = createRandom(3);
  let whole = 0;
  for (let i = 0; i < 300; i++) {
    const mask = randomRegion(64, random);
    const share = shareOf(mask);
    expect(share).toBeGreaterThan(0.1);
    if (share === 1) whole++;
    for (let k = 0; k < 5; k++) {
      const { x, y } = pointInside(mask, random);
      expect(mask.data[Math.floor(y) * 64 + Math.floor(x)]).toBeGreaterThanOrEqual(0.5);
    }
  }
  expect(whole).toBeGreaterThan(45);
  expect(whole).toBeLessThan(120);
  expect(shareOf(wholeRegion(9))).toBe(1);
  const nowhere = pointInside(createPlanes(8, 8, 1), random);
  expect(nowhere.x >= 0 && nowhere.x < 8 && nowhere.y >= 0 && nowhere.y < 8).toBe(true);
});

test.each([
  [60, 0.35],
  [80, 0.35],
  [95, 0.35],
])('the JPEG of quality %i loses what a codec loses', async (quality, tolerance) => {
  const photo = await loadPhoto('nagasaki-boats', 128);
  const side = Math.min(photo.width, photo.height);
  expect(side).toBeGreaterThan(60);
  const codec = await throughJpeg(photo, quality);
  const ours = jpegLoss(photo, quality, true);
  const lost = meanSquaredError(codec, photo);
  expect(Math.abs(meanSquaredError(ours, photo) / lost - 1)).toBeLessThan(tolerance);
  // And it loses it in the same places: the two agree better with each other than with the photo.
  expect(meanSquaredError(ours, codec)).toBeLessThan(0.6 * lost);
});

test('fading lowers contrast and colour on average and stays in range', async () => {
  const photo = await loadPhoto('french-alpine-landscape', 96);
  const spread = (planes: Planes) => {
    const mean = planes.data.reduce((sum, value) => sum + value, 0) / planes.data.length;
    return Math.sqrt(planes.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / planes.data.length);
  };
  let total = 0;
  for (let seed = 0; seed < 20; seed++) {
    const faded = fade(photo, createRandom(seed));
    for (const value of faded.data) if (!(value >= 0 && value <= 1)) throw new Error(`${value}`);
    total += spread(faded) / spread(photo);
  }
  expect(total / 20).toBeLessThan(0.95);
  expect(total / 20).toBeGreaterThan(0.5);
});

test('a hard line is 1 to 3 whole pixels thick, of one colour, and has no soft edge', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const painting = startPainting(grey(48));
    hardLine(painting, createRandom(seed), () => ({ x: 24, y: 24 }));
    const levels = new Set(painting.cover.data);
    expect(levels.size).toBeLessThanOrEqual(2);
    const covered = painting.cover.data.filter((value) => value > 0).length;
    expect(covered).toBeGreaterThan(5);
    expect(covered).toBeLessThanOrEqual(3 * 2 * 48);
  }
});
