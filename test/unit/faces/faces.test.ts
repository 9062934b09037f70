import { describe, expect, test } from 'vitest';
import { alignFace, ffhqPoints, squareAround } from '../../../electron/engine/faces/align.ts';
import { faceMask, pasteFace } from '../../../electron/engine/faces/paste.ts';
import {
  fitSimilarity,
  inverse,
  moved,
  type Point,
  type Similarity,
} from '../../../electron/engine/faces/similarity.ts';
import { warp } from '../../../electron/engine/faces/warp.ts';
import type { Planes } from '../../../electron/engine/pixels/planes.ts';

const angle = Math.PI / 6;
/** Turned by 30 degrees, 0.7 times as large, moved. */
const known: Similarity = { a: 0.7 * Math.cos(angle), b: 0.7 * Math.sin(angle), tx: 40, ty: -12 };
const still: Similarity = { a: 1, b: 0, tx: 0, ty: 0 };

/** Linear in x and y, which bilinear sampling gives back exactly. */
function slope(width: number, height: number): Planes {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return 0.1 + 0.001 * x + 0.0005 * y;
  });
  return { width, height, channels: 3, data };
}

function expectAt(actual: Point, expected: Point): void {
  expect(Math.hypot(actual.x - expected.x, actual.y - expected.y)).toBeLessThan(1e-6);
}

function aligned(transform: Similarity, sidePx: number): Similarity {
  const toFace = alignFace(
    ffhqPoints.map((point) => moved(transform, point)),
    sidePx,
  );
  if (toFace === undefined) throw new Error('no alignment');
  return toFace;
}

describe('similarities', () => {
  test('are found again from five points, and from noisy ones nearly', () => {
    const there = ffhqPoints.map((point) => moved(known, point));
    const fitted = fitSimilarity(ffhqPoints, there);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(fitted?.[key]).toBeCloseTo(known[key], 9);
    const noisy = there.map(({ x, y }, i) => ({ x: x + (i % 2 ? 1 : -1), y: y + (i % 3) - 1 }));
    expect(fitSimilarity(ffhqPoints, noisy)?.a).toBeCloseTo(known.a, 1);
  });

  test('undo themselves', () => {
    expectAt(moved(inverse(known), moved(known, { x: 123, y: 45 })), { x: 123, y: 45 });
  });

  test('of points in one place there are none', () => {
    const place = ffhqPoints.map(() => ({ x: 3, y: 4 }));
    expect(fitSimilarity(place, ffhqPoints)).toBeUndefined();
  });
});

describe('alignment', () => {
  test('brings the points of a turned face to where models expect them, at any size', () => {
    const toFace = aligned(known, 512);
    for (const point of ffhqPoints) expectAt(moved(toFace, moved(known, point)), point);
    // The middle of pixel (0, 0) of 512 lies a quarter pixel before that of 256.
    expectAt(moved(aligned(still, 256), { x: 0, y: 0 }), { x: -0.25, y: -0.25 });
  });

  test('a rectangle becomes the middle of a square with a margin', () => {
    const toFace = squareAround({ x: 100, y: 60, width: 200, height: 100 }, 560);
    // 280 pixels around (200, 110), twice as large.
    expectAt(moved(toFace, { x: 199.5, y: 109.5 }), { x: 279.5, y: 279.5 });
    expectAt(moved(toFace, { x: 59.5, y: -30.5 }), { x: -0.5, y: -0.5 });
  });
});

describe('warping and pasting', () => {
  test('nothing moved is the same; a shift is a shift; the border is continued', () => {
    const picture = slope(40, 30);
    expect(warp(picture, still, 40, 30).data).toEqual(picture.data);
    const shifted = warp(picture, { ...still, tx: 5 }, 40, 30);
    expect(shifted.data[3 * 40 + 7]).toBe(picture.data[3 * 40 + 12]);
    expect(shifted.data[3 * 40 + 39]).toBe(picture.data[3 * 40 + 39]);
  });

  test('what is seen smaller is averaged', () => {
    const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => (i + Math.floor(i / 64)) % 2);
    const small = warp({ ...slope(64, 64), data }, { a: 4, b: 0, tx: 1.5, ty: 1.5 }, 16, 16);
    expect(small.data.every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true);
  });

  test('a mask is whole in the middle and nothing at the border', () => {
    const mask = faceMask(512);
    expect(mask.data[256 * 512 + 256]).toBeCloseTo(1, 6);
    expect(mask.data[256 * 512]).toBeLessThan(0.06);
    expect(mask.data[256 * 512 + 38]).toBeCloseTo(0.5, 1);
  });

  test('a face that was not changed leaves the window as it was', () => {
    const window = slope(300, 240);
    const toFace = aligned({ a: 0.3, b: 0.1, tx: 60, ty: 10 }, 512);
    const face = warp(window, inverse(toFace), 512, 512);
    const pasted = { ...window, data: window.data.slice() };
    pasteFace(pasted, face, toFace);
    const worst = pasted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - window.data[i])), 0);
    expect(worst).toBeLessThan(2e-3);
    pasteFace(pasted, { ...face, data: face.data.map((value) => value + 0.5) }, toFace);
    const at = moved(inverse(toFace), { x: 256, y: 256 });
    const middle = Math.round(at.y) * 300 + Math.round(at.x);
    expect(pasted.data[middle] - window.data[middle]).toBeCloseTo(0.5, 2);
  });

  test('a face outside the window changes nothing', () => {
    const window = slope(50, 50);
    const before = window.data.slice();
    pasteFace(window, slope(512, 512), { a: 10, b: 0, tx: 9000, ty: 9000 });
    expect(window.data).toEqual(before);
  });
});
