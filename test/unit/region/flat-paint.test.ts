import { describe, expect, test } from 'vitest';
import { dilate } from '../../../electron/engine/damage/components.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { flatPaint } from '../../../electron/engine/region/flat-paint.ts';
import { noPause } from '../../support/no-pause.ts';
import { throughJpeg } from '../classical/photos.ts';
import { drawSoftly } from './drawn.ts';

const side = 96;
const size = side * side;
const everywhere = { ...createPlanes(side, side, 1), data: new Float32Array(size).fill(1) };

/** A slope with grain, in whole levels of 8 bit, as a photo is. */
function grainy(): Planes {
  const random = createRandom(3);
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) {
    planes.data[i] = Math.round(90 + (60 * (i % side)) / side + random.uniform(-12, 12)) / 255;
  }
  return planes;
}

function paint(planes: Planes, pixels: readonly number[], value: number): void {
  for (const at of pixels) for (let c = 0; c < 3; c++) planes.data[c * size + at] = value / 255;
}

/** A slanting line of one pixel's width. */
const line = (fromX: number) =>
  Array.from({ length: side }, (_, y) => y * side + fromX + Math.floor((20 * y) / side));

const marksOf = (pixels: readonly number[]): Uint8Array => {
  const marks = new Uint8Array(size);
  for (const at of pixels) marks[at] = 1;
  return marks;
};

const likely = (marks: Uint8Array, value: number): Planes => ({
  ...createPlanes(side, side, 1),
  data: Float32Array.from(marks, (mark) => mark * value),
});

const pixelsOf = (mask: Uint8Array): number[] =>
  [...mask.keys()].filter((at) => mask[at] === 1).toSorted((a, b) => a - b);

describe('flat paint', () => {
  test('a roughly marked line is known to the pixel', async () => {
    const planes = grainy();
    paint(planes, line(30), 240);
    const marks = dilate(marksOf(line(30)), side, 1);
    const { painted, rest } = await flatPaint(planes, marks, likely(marks, 0.8), everywhere, noPause);
    expect(pixelsOf(painted)).toEqual(line(30));
    expect(rest).not.toContain(1);
  });

  test('a line that is marked in part is found as a whole, also behind one that crosses it', async () => {
    const planes = grainy();
    paint(planes, line(30), 240);
    const bar = [44, 45, 46].flatMap((y) => Array.from({ length: side }, (_, x) => y * side + x));
    paint(planes, bar, 8);
    const marks = marksOf([...line(30).slice(5, 30), ...bar]);
    const { painted } = await flatPaint(planes, marks, likely(marks, 0.8), everywhere, noPause);
    expect(pixelsOf(painted)).toEqual([...new Set([...line(30), ...bar])].toSorted((a, b) => a - b));
  });

  test('marks beside it that are not sure are taken for the photo, sure ones stay', async () => {
    const planes = grainy();
    paint(planes, line(30), 240);
    const doubtful = [10, 11, 12].flatMap((y) => [5, 6, 7].map((x) => y * side + x));
    const sure = [70, 71, 72].flatMap((y) => [5, 6, 7].map((x) => y * side + x));
    const marks = marksOf([...line(30), ...doubtful, ...sure]);
    const map = likely(marks, 0.7);
    for (const at of sure) map.data[at] = 0.99;
    expect(pixelsOf((await flatPaint(planes, marks, map, everywhere, noPause)).rest)).toEqual(sure);
  });

  test('a soft edge belongs to the paint', async () => {
    const planes = grainy();
    const core = Array.from({ length: 40 }, (_, y) => [50, 51].map((x) => (y + 20) * side + x)).flat();
    paint(planes, core, 245);
    const edge = Array.from({ length: 40 }, (_, y) => [49, 52].map((x) => (y + 20) * side + x)).flat();
    for (const at of edge) {
      for (let c = 0; c < 3; c++) {
        const value = planes.data[c * size + at];
        planes.data[c * size + at] = Math.round(255 * (value + (245 / 255 - value) / 2)) / 255;
      }
    }
    const marks = marksOf(core);
    const { painted } = await flatPaint(planes, marks, likely(marks, 0.9), everywhere, noPause);
    expect([...core, ...edge].filter((at) => painted[at] === 0)).toEqual([]);
  });

  test('of an antialiased blot all is painted that shows, and next to nothing beside it', async () => {
    for (const radius of [9.3, 14.8, 22.4]) {
      const planes = grainy();
      const covers = drawSoftly(planes, 12, (x, y) => radius - Math.hypot(x - 45.2, y - 50.7));
      const marks = Uint8Array.from(covers, (cover) => (cover > 0 ? 1 : 0));
      const { painted, rest } = await flatPaint(planes, marks, likely(marks, 0.8), everywhere, noPause);
      const missed = pixelsOf(marks).filter((at) => painted[at] === 0);
      expect(Math.max(0, ...missed.map((at) => covers[at]))).toBeLessThan(0.3);
      expect(missed.length).toBeLessThan(0.25 * 2 * Math.PI * radius);
      expect(pixelsOf(painted).filter((at) => covers[at] === 0).length).toBeLessThan(radius);
      expect(rest).not.toContain(1);
    }
  });

  test('a thin antialiased line is painted although it covers few pixels wholly', async () => {
    const planes = grainy();
    // Lines lean by a little: whole pixels come in short runs with long gaps between them.
    const covers = drawSoftly(
      planes,
      235,
      (x, y) => 0.65 - Math.abs(x - 40.2 - 0.11 * y) / Math.hypot(1, 0.11),
    );
    expect(covers.filter((cover) => cover === 1).length).toBeLessThan(0.5 * side);
    const marks = Uint8Array.from(covers, (cover) => (cover > 0.2 ? 1 : 0));
    const { painted } = await flatPaint(planes, marks, likely(marks, 0.8), everywhere, noPause);
    const most = pixelsOf(marks).filter((at) => covers[at] > 0.4);
    expect(most.filter((at) => painted[at] === 1).length).toBeGreaterThan(0.95 * most.length);
    expect(pixelsOf(painted).filter((at) => covers[at] === 0).length).toBeLessThan(0.3 * side);
  });

  test('a white that the photo has elsewhere, and a photo without marks, are left alone', async () => {
    const planes = grainy();
    const sky = Array.from({ length: 30 * side }, (_, at) => at);
    paint(planes, sky, 255);
    const region = createPlanes(side, side, 1);
    region.data.fill(1, 20 * side, 60 * side);
    const marks = marksOf(sky.slice(-40));
    expect((await flatPaint(planes, marks, likely(marks, 0.9), region, noPause)).painted).not.toContain(1);
    const none = new Uint8Array(size);
    expect((await flatPaint(planes, none, likely(none, 0), everywhere, noPause)).painted).not.toContain(1);
  });

  test('paint that was saved as JPEG is not given up in part', async () => {
    const planes = grainy();
    for (const [quality, radius, isSoft] of [
      [90, 14, false],
      [97, 14, false],
      [90, 32, false],
      [90, 14.3, true],
      [90, 32.6, true],
    ] as const) {
      const drawn = { ...planes, data: planes.data.slice() };
      const depth = (x: number, y: number) => radius - Math.hypot(x - 45.5, y - 50.5);
      const covers = drawSoftly(drawn, 30, isSoft ? depth : (x, y) => Math.sign(depth(x, y)));
      const disc = [...covers.keys()].filter((at) => covers[at] > 0.5);
      const marks = dilate(marksOf(disc), side, 1);
      const region = { ...everywhere, data: Float32Array.from(dilate(marks, side, 3)) };
      const jpeg = await throughJpeg(drawn, quality);
      const { painted, rest } = await flatPaint(jpeg, marks, likely(marks, 0.8), region, noPause);
      // Either it is seen through, or all of it was flat still: no part of it is given up.
      const kept = disc.filter((at) => painted[at] === 1 || rest[at] === 1);
      expect(kept.length).toBeGreaterThan(0.97 * disc.length);
    }
  });

  test('a line is not given up for one spot beside which the photo is nearly as bright', async () => {
    const planes = grainy();
    const spot = line(30).slice(86, 90);
    for (const [k, at] of spot.entries()) paint(planes, [at - 1, at + 1], 222 + 4 * (k % 3));
    paint(planes, line(30), 240);
    // Two marked areas of one line.
    const marks = marksOf([...line(30).slice(0, 70), ...spot]);
    const { painted } = await flatPaint(planes, marks, likely(marks, 0.8), everywhere, noPause);
    expect(line(30).every((at) => painted[at] === 1)).toBe(true);
  });

  test('nothing outside the region is painted', async () => {
    const planes = grainy();
    paint(planes, line(30), 240);
    const region = createPlanes(side, side, 1);
    region.data.fill(1, 0, 50 * side);
    const marks = marksOf(line(30).filter((at) => region.data[at] === 1));
    const { painted } = await flatPaint(planes, marks, likely(marks, 0.8), region, noPause);
    expect(pixelsOf(painted)).toEqual(line(30).filter((at) => at < 50 * side));
  });
});
