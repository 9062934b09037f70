import { beforeAll, describe, expect, test } from 'vitest';
import { strengthScale } from '../../../electron/engine/models/adapters/photomend.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { articleBox } from '../../../electron/training/dataset/article.ts';
import type { Recipe, RgbPhoto, Sample } from '../../../electron/training/dataset/recipe.ts';
import { makeSample } from '../../../electron/training/dataset/sample.ts';
import { photoNames } from '../classical/photos.ts';
import { decoded, noisePhoto } from './fixtures.ts';

let photos: RgbPhoto[];

beforeAll(async () => {
  photos = await Promise.all(photoNames.map((name) => decoded(name)));
});

function samplesOf(recipe: Recipe, sizePx: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) =>
    makeSample(recipe, photos[i % photos.length], sizePx, createRandom(i + 1)),
  );
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Mean squared difference of two layouts [C, S, S] on the pixels where the mask is (or is not) set. */
function differenceWhere(a: Float32Array, b: Float32Array, mask: Float32Array, set: boolean): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const covered = mask[i % mask.length];
    if (set ? covered < 0.99 : covered > 0) continue;
    sum += (a[i] - b[i]) ** 2;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

describe('article', () => {
  test('values span -1..1; only the box is blurred, the loss counts everywhere alike', () => {
    let blurred = 0;
    for (const sample of samplesOf('article', 64, 16)) {
      expect(Math.max(...sample.input, ...sample.target)).toBeLessThanOrEqual(1);
      expect(Math.min(...sample.input, ...sample.target)).toBeGreaterThanOrEqual(-1);
      expect(differenceWhere(sample.input, sample.target, sample.mask, false)).toBe(0);
      blurred += differenceWhere(sample.input, sample.target, sample.mask, true);
      expect(sample.weight).toBe(1);
    }
    expect(blurred / 16).toBeGreaterThan(0.002);
  });

  test('the box is 200 pixels of the photo, and as large as the photo where that is smaller', () => {
    for (let seed = 0; seed < 50; seed++) {
      const box = articleBox(640, 480, createRandom(seed));
      expect([box.width, box.height]).toEqual([200, 200]);
      expect(box.x + 200).toBeLessThanOrEqual(640);
      expect(box.y + 200).toBeLessThanOrEqual(480);
    }
    expect(articleBox(150, 90, createRandom(1))).toEqual({ x: 0, y: 0, width: 150, height: 90 });
    const small = makeSample('article', noisePhoto(70, 65), 64, createRandom(1));
    expect(small.mask.every((value) => value > 0.999)).toBe(true);
    // In a photo of 400 x 400 the box is half of each side: a quarter of the sample.
    const half = makeSample('article', noisePhoto(400, 400), 64, createRandom(3));
    expect(mean(half.mask)).toBeCloseTo(0.25, 3);
  });

  test('photos smaller than a sample are enlarged to it', () => {
    const tiny = makeSample('article', noisePhoto(40, 33), 64, createRandom(1));
    expect(tiny.input).toHaveLength(3 * 64 * 64);
  });
});

describe('detail', () => {
  test('input plus target is the original, inside and outside the region', () => {
    for (const sample of samplesOf('detail', 96, 8)) {
      let worst = 0;
      for (let i = 0; i < sample.target.length; i++) {
        const restored = sample.input[i] + 0.5 + sample.target[i];
        worst = Math.max(worst, Math.abs(restored - sample.original.data[i]));
      }
      expect(worst).toBeLessThan(1e-5);
    }
  });

  test('the estimate starts closer to the original than the damaged photo', () => {
    const samples = samplesOf('detail', 96, 40);
    const errors = samples.map(({ target, damaged, original, mask }) => ({
      start: differenceWhere(target, new Float32Array(target.length), mask, true),
      damaged: differenceWhere(damaged.data, original.data, mask, true),
    }));
    const better = errors.filter(({ start, damaged }) => start < damaged);
    expect(better.length).toBeGreaterThan(32);
    expect(mean(errors.map(({ start, damaged }) => Math.log(start / damaged)))).toBeLessThan(-0.2);
  });

  test('the weight turns the mean squared error inside the region into 1 at the start', () => {
    for (const { target, mask, weight } of samplesOf('detail', 96, 24)) {
      let error = 0;
      for (let i = 0; i < target.length; i++) error += mask[i % mask.length] * target[i] ** 2;
      const start = (weight * error) / (3 * mask.reduce((sum, value) => sum + value, 0));
      // Less only where the sample's own error is below the floor, as in a clear sky.
      expect(start).toBeLessThan(1.001);
      if (weight < 3333) expect(start).toBeGreaterThan(0.999);
    }
  });

  test('strength planes tell blur from mosaic, within what the network is meant for', () => {
    const size = 96 * 96;
    let blurs = 0;
    for (const { input, mask } of samplesOf('detail', 96, 40)) {
      const inside = mask.findIndex((value) => value > 0.99);
      const sigma = (input[4 * size + inside] / mask[inside]) * strengthScale.sigmaPx;
      const pitch = (input[5 * size + inside] / mask[inside]) * strengthScale.pitchPx;
      expect(sigma > 0).not.toBe(pitch > 0);
      if (sigma > 0) {
        blurs++;
        expect(sigma).toBeGreaterThan(0.5);
        expect(sigma).toBeLessThan(5);
      } else {
        expect(pitch).toBeGreaterThan(1.99);
        expect(pitch).toBeLessThan(10.51);
      }
      expect(input.slice(3 * size, 4 * size)).toEqual(mask);
    }
    expect(blurs).toBeGreaterThan(10);
    expect(blurs).toBeLessThan(30);
  });

  test('photos smaller than a sample still give samples', () => {
    const sample = makeSample('detail', noisePhoto(50, 34), 96, createRandom(4));
    expect(sample.input.every(Number.isFinite)).toBe(true);
  });
});

describe('defects', () => {
  test('the map is where the damage is, and a fifth of the samples is clean', () => {
    const samples = samplesOf('defects', 96, 96);
    const shares = samples.map(({ target }) => mean(target));
    const clean = shares.filter((share) => share === 0).length;
    expect(clean).toBeGreaterThan(8);
    expect(clean).toBeLessThan(34);
    expect(mean(shares)).toBeGreaterThan(0.02);
    expect(mean(shares)).toBeLessThan(0.15);
    expect(Math.max(...shares)).toBeLessThan(0.8);
    const ratios: number[] = [];
    let much = 0;
    for (const { target, damaged, original } of samples) {
      expect(target.every((value) => value === 0 || value === 1)).toBe(true);
      const changed = differenceWhere(damaged.data, original.data, target, true);
      const left = differenceWhere(damaged.data, original.data, target, false);
      if (target.includes(1)) ratios.push(changed / (left + 1e-6));
      // A strong JPEG takes the colours of fine stripes.
      expect(left).toBeLessThan(0.01);
      if (left > 0.002) much++;
    }
    expect(much).toBeLessThan(5);
    // Grain and JPEG change a little everywhere, stains and scratches much where they are (but ink on black, little).
    ratios.sort((a, b) => a - b);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeGreaterThan(50);
    expect(ratios[Math.floor(ratios.length / 10)]).toBeGreaterThan(5);
  });

  test('damage lies mostly in the region, but is not cut off at its edge', () => {
    let inside = 0;
    let outside = 0;
    let area = 0;
    for (const { target, mask } of samplesOf('defects', 96, 96)) {
      const covered = mean(mask);
      if (covered > 0.6) continue;
      area += covered;
      for (let i = 0; i < target.length; i++) {
        if (mask[i] > 0.5) inside += target[i];
        else outside += target[i];
      }
    }
    expect(area).toBeGreaterThan(5);
    expect(inside).toBeGreaterThan(outside);
    expect(outside).toBeGreaterThan(0);
  });
});

describe('fill', () => {
  test('the estimate shows the photo outside the mask and nothing of the paint inside it', () => {
    let filled = 0;
    for (const sample of samplesOf('fill', 64, 12)) {
      const pixels = sample.mask.length;
      for (let i = 0; i < sample.target.length; i++) {
        const inside = sample.mask[i % pixels];
        expect(inside === 0 || inside === 1).toBe(true);
        const estimate = sample.input[i] + 0.5;
        expect(Math.abs(estimate + sample.target[i] - sample.original.data[i])).toBeLessThan(1e-5);
        if (inside === 0) expect(Math.abs(estimate - sample.damaged.data[i])).toBeLessThan(1e-6);
      }
      const estimates = sample.input.subarray(0, 3 * pixels).map((value) => value + 0.5);
      // What diffusion gives is nearer to the photo than the paint that lies on it.
      const { original, damaged, mask } = sample;
      if (differenceWhere(damaged.data, original.data, mask, true) > 0.01) {
        filled++;
        expect(differenceWhere(estimates, original.data, mask, true)).toBeLessThan(
          differenceWhere(damaged.data, original.data, mask, true),
        );
      }
    }
    expect(filled).toBeGreaterThan(4);
  });
});
