import { expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { chanceOf, logisticRegression } from '../../../electron/evaluation/logistic-regression.ts';

test('weights are found again from what they gave', () => {
  const random = createRandom(5);
  const weights = [-0.5, 1.5, -2];
  const observations = Array.from({ length: 20_000 }, () => {
    const features = [1, random.normal(), random.normal()];
    return { features, isTrue: random.next() < chanceOf(features, weights), importance: 1 };
  });
  const found = logisticRegression(observations);
  found.forEach((weight, i) => {
    expect(weight).toBeCloseTo(weights[i], 0.7);
  });
});

test('what is more important counts more', () => {
  const at = (isTrue: boolean, importance: number) => ({ features: [1], isTrue, importance });
  const [constant] = logisticRegression([at(true, 3000), at(false, 1000)]);
  expect(chanceOf([1], [constant])).toBeCloseTo(0.75, 3);
});

test('features that are all alike, or perfectly apart, give finite weights', () => {
  const observations = Array.from({ length: 20 }, (_, i) => ({
    features: [1, i < 10 ? 0 : 1, 7],
    isTrue: i < 10,
    importance: 1,
  }));
  const weights = logisticRegression(observations);
  expect(weights.every(Number.isFinite)).toBe(true);
  expect(chanceOf([1, 0, 7], weights)).toBeGreaterThan(0.9);
  expect(chanceOf([1, 1, 7], weights)).toBeLessThan(0.1);
  expect(logisticRegression([])).toEqual([]);
});
