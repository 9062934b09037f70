import { describe, expect, test } from 'vitest';
import { lineSupport, planLineSearch } from '../../../electron/engine/damage/line-support.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

const [width, height] = [301, 240];
const sound = -3;

/** Logits of a picture in good order, with noise, and some pixels that are likelier. */
function logits(pixels: ReadonlyMap<number, number>, noise = 0.5): Float32Array {
  const random = createRandom(3);
  const data = Float32Array.from({ length: width * height }, () => sound + noise * random.normal());
  for (const [at, logit] of pixels) data[at] = logit;
  return data;
}

/** A line of two to three pixels. */
function line(angle: number, length: number, logit: (step: number) => number, centre = [150, 120]) {
  const pixels = new Map<number, number>();
  for (let step = -length / 2; step <= length / 2; step++) {
    for (const [u, v] of [
      [0, 0],
      [1, 0],
      [0, 1],
    ]) {
      const x = Math.round(centre[0] + step * Math.cos(angle)) + u;
      const y = Math.round(centre[1] + step * Math.sin(angle)) + v;
      if (x >= 0 && y >= 0 && x < width && y < height) pixels.set(y * width + x, logit(step));
    }
  }
  return pixels;
}

const supportOf = (data: Float32Array) => lineSupport(width, height, (at) => data[at]);

describe('the support by lines', () => {
  test.each([0, 10, 33, 45, 61, 90, 117, 135, 160])('of a line at %i degrees is its mean', (degrees) => {
    const support = supportOf(logits(line((degrees * Math.PI) / 180, 300, () => 0.5)));
    expect(support.at(150, 120)).toBeGreaterThan(-0.2);
    expect(support.at(150, 120)).toBeLessThanOrEqual(0.5);
  });

  test('of what lies alone is low, however sure it is', () => {
    const support = supportOf(logits(new Map([[120 * width + 150, 15]])));
    expect(support.at(150, 120)).toBeLessThan(-2);
    expect(support.at(40, 40)).toBeLessThan(-2);
  });

  test('passes over gaps, and falls with their share', () => {
    const whole = supportOf(logits(line(0.3, 300, () => 1)));
    const gaps = supportOf(logits(line(0.3, 300, (step) => (Math.abs(step) % 20 < 5 ? -4 : 1))));
    expect(gaps.at(150, 120)).toBeGreaterThan(-1);
    expect(gaps.at(150, 120)).toBeLessThan(whole.at(150, 120));
  });

  test('is the same in a picture that is turned', () => {
    const data = logits(line(0.4, 200, () => 0));
    const turned = new Float32Array(data.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) turned[x * height + y] = data[y * width + x];
    const one = supportOf(data);
    const other = lineSupport(height, width, (at) => turned[at]);
    for (const [x, y] of [
      [150, 120],
      [10, 10],
      [width - 1, height - 1],
      [200, 139],
    ])
      expect(other.at(y, x)).toBeCloseTo(one.at(x, y), 1);
  });

  test('reaches the borders', () => {
    const support = supportOf(logits(line(Math.PI / 2, 2 * height, () => 1, [0, 120])));
    expect(support.at(0, 120)).toBeGreaterThan(0.8);
    expect(support.at(0, 0)).toBeGreaterThan(-1);
    expect(support.at(width - 1, 0)).toBeLessThan(-1.5);
  });

  test('is there for pictures of a few pixels', () => {
    for (const [w, h] of [
      [1, 1],
      [1, 9],
      [7, 2],
    ]) {
      const support = lineSupport(w, h, () => 2);
      expect(Number.isFinite(support.at(w - 1, h - 1))).toBe(true);
    }
  });

  test('does not depend on the order of its directions', () => {
    const data = logits(line(1, 200, () => 0));
    const search = planLineSearch(width, height, (at) => data[at]);
    for (let direction = search.directions - 1; direction >= 0; direction--) search.run(direction);
    const [one, other] = [search.result(), supportOf(data)];
    for (let y = 0; y < height; y += 7)
      for (let x = 0; x < width; x += 5) expect(one.at(x, y)).toBe(other.at(x, y));
  });
});
