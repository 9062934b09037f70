import { expect, test } from 'vitest';
import { byteOf, type DamageMap } from '../../../electron/engine/find/damage-map.ts';
import { extendScratches } from '../../../electron/engine/find/extend-scratches.ts';
import type { Mark } from '../../../electron/engine/find/marks.ts';

const [width, height] = [200, 100];

/** A map of what the network surely takes for sound, but for some pixels. */
function mapOf(logits: ReadonlyMap<number, number>): DamageMap {
  const data = new Uint8Array(width * height).fill(byteOf(-8));
  for (const [at, logit] of logits) data[at] = byteOf(logit);
  return { width, height, data };
}

function lineMark(kind: Mark['kind'], fromX: number, toX: number, y: number): Mark {
  const pixels = Int32Array.from({ length: toX - fromX }, (_, i) => y * width + fromX + i);
  const rect = { x: fromX, y, width: toX - fromX, height: 1 };
  return { kind, pixels, rect, confidence: 0.9, features: [] };
}

test('a scratch goes on over faint pixels in its line and small gaps, and nowhere else', () => {
  const faint = new Map<number, number>();
  const [gapFrom, gapTo, end] = [90, 92, 150];
  for (let x = 60; x < end; x++) if (x < gapFrom || x >= gapTo) faint.set(50 * width + x, -1);
  // As faint, but across it: a part of the photo.
  for (let y = 60; y < 90; y++) faint.set(y * width + 70, -1);
  const [scratch] = extendScratches([lineMark('scratch', 20, 60, 50)], mapOf(faint));
  const columns = [...scratch.pixels].map((at) => at % width);
  expect(Math.max(...columns)).toBe(end - 1);
  expect(scratch.pixels).toHaveLength(40 + (end - 60) - (gapTo - gapFrom));
  expect(scratch.rect).toEqual({ x: 20, y: 50, width: end - 20, height: 1 });
});

test('other marks, short ones, and scratches that end stay as they are', () => {
  const faint = new Map(Array.from({ length: 40 }, (_, i) => [50 * width + 60 + i, -1] as const));
  const marks = [lineMark('dust', 20, 60, 50), lineMark('scratch', 45, 60, 50)];
  expect(extendScratches(marks, mapOf(faint))).toEqual(marks);
  const ended = [lineMark('scratch', 20, 60, 50)];
  expect(extendScratches(ended, mapOf(new Map()))).toEqual(ended);
});
