import { describe, expect, test } from 'vitest';
import { adapters } from '../../../electron/engine/models/adapters/by-name.ts';
import { cropBack, padInput } from '../../../electron/engine/models/adapters/padding.ts';
import type { Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import type { NetworkInput } from '../../../electron/engine/region/tiles.ts';

const random = createRandom(5);

function noise(width: number, height: number, channels: number): Planes {
  return {
    width,
    height,
    channels,
    data: Float32Array.from({ length: width * height * channels }, () => random.next()),
  };
}

function input(width: number, height: number): NetworkInput {
  return {
    window: noise(width, height, 3),
    start: noise(width, height, 3),
    mask: noise(width, height, 1),
    blurSigmaPx: 2,
    mosaicPitchPx: 8,
  };
}

function expectClose(actual: Float32Array, expected: (i: number) => number): void {
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected(i))), 0);
  expect(worst).toBeLessThan(1e-6);
}

describe('photomend networks', () => {
  const { photomend } = adapters;
  const given = input(4, 3);
  const size = 12;

  test('are given estimate, mask and strengths', () => {
    const { data, channels } = photomend.pack(given);
    expect(channels).toBe(6);
    expectClose(data.subarray(0, 3 * size), (i) => given.start.data[i] - 0.5);
    expectClose(data.subarray(3 * size, 4 * size), (i) => given.mask.data[i]);
    expectClose(data.subarray(4 * size, 5 * size), (i) => (given.mask.data[i] * 2) / 8);
    expectClose(data.subarray(5 * size), (i) => (given.mask.data[i] * 8) / 16);
  });

  test('answer with what to add to the estimate', () => {
    const residual = noise(4, 3, 3);
    const { data } = photomend.unpack({ ...residual, data: residual.data.slice() }, given);
    expectClose(data, (i) => given.start.data[i] + residual.data[i]);
  });

  test('see estimates that overshoot as training limited them', () => {
    const start = { width: 2, height: 1, channels: 3, data: Float32Array.of(-9, 0.5, 1.1, 1.3, 9, 0) };
    const wild = { ...input(2, 1), start };
    const limited = [-0.2, 0.5, 1.1, 1.2, 1.2, 0];
    expectClose(photomend.pack(wild).data.subarray(0, 6), (i) => limited[i] - 0.5);
    const nothing = { ...start, data: new Float32Array(6) };
    expectClose(photomend.unpack(nothing, wild).data, (i) => limited[i]);
  });
});

test('defect networks see photo and region, and answer with logits', () => {
  const { defects } = adapters;
  const given = input(4, 3);
  const { data } = defects.pack(given);
  expectClose(data.subarray(0, 36), (i) => given.window.data[i] - 0.5);
  expectClose(data.subarray(36), (i) => given.mask.data[i]);
  const logits = { width: 5, height: 1, channels: 1, data: Float32Array.of(-1000, -1, 0, 1, 1000) };
  const chance = [0, 1 / (1 + Math.E), 0.5, Math.E / (1 + Math.E), 1];
  expectClose(defects.unpack(logits, given).data, (i) => chance[i]);
});

test("the article's network works between -1 and 1 on the damaged photo", () => {
  const { article } = adapters;
  const given = input(4, 3);
  const packed = article.pack(given);
  expectClose(packed.data, (i) => 2 * given.window.data[i] - 1);
  expectClose(article.unpack(packed, given).data, (i) => given.window.data[i]);
});

test.each(Object.entries(adapters))('%s packs as many channels as it says', (_, adapter) => {
  expect(adapter.pack(input(4, 3)).channels).toBe(adapter.inputChannels);
});

describe('padding', () => {
  test('mirrors to the right and below, and is cut off again', () => {
    const given = input(5, 3);
    const padded = padInput(given, 4);
    expect([padded.window, padded.start, padded.mask].map(({ width, height }) => [width, height])).toEqual([
      [8, 4],
      [8, 4],
      [8, 4],
    ]);
    const row = (planes: Planes, y: number) => [
      ...planes.data.subarray(y * planes.width, (y + 1) * planes.width),
    ];
    const [a, b, c, d, e] = row(given.mask, 2);
    expect(row(padded.mask, 3)).toEqual([a, b, c, d, e, e, d, c]);
    expect(cropBack(padded.window, 5, 3)).toEqual(given.window);
  });

  test('leaves what fits alone', () => {
    const given = input(8, 4);
    expect(padInput(given, 4)).toBe(given);
    expect(cropBack(given.window, 8, 4)).toBe(given.window);
  });

  test('reaches further than the picture is wide', () => {
    const padded = padInput(input(3, 2), 32);
    expect([padded.window.width, padded.window.height]).toEqual([32, 32]);
    expect(padded.window.data.every((value) => value > 0)).toBe(true);
  });
});
