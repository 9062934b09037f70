import { expect, test } from 'vitest';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { gradientDeviation, multiScaleSimilarity } from '../../../electron/engine/pixels/perceptual.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

const side = 160;
const everywhere = { x: 0, y: 0, width: side, height: side };

/** Stripes and grain: something of every scale. */
function picture(): Planes {
  const random = createRandom(5);
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) {
    const x = i % side;
    const y = Math.floor(i / side) % side;
    const stripes = Math.sin(x / 3) + Math.sin(y / 9) + Math.sin((x + y) / 25);
    planes.data[i] = Math.min(1, Math.max(0, 0.5 + 0.12 * stripes + random.uniform(-0.08, 0.08)));
  }
  return planes;
}

test('equal pictures are alike in full', () => {
  expect(multiScaleSimilarity(picture(), picture(), everywhere)).toBeCloseTo(1, 6);
  expect(gradientDeviation(picture(), picture(), everywhere)).toBe(0);
});

test('the more is blurred away, the less alike', () => {
  const original = picture();
  const [little, much] = [0.7, 3].map((sigma) => gaussianBlur(original, sigma));
  expect(multiScaleSimilarity(little, original, everywhere)).toBeGreaterThan(
    multiScaleSimilarity(much, original, everywhere),
  );
  // Deviation tells damage in places: the half that is blurred differs from the half that is not.
  const half = (blurred: Planes): Planes => ({
    ...original,
    data: original.data.map((value, i) => (i % side < side / 2 ? blurred.data[i] : value)),
  });
  const [mild, strong] = [half(little), half(much)].map((p) => gradientDeviation(p, original, everywhere));
  expect(mild).toBeGreaterThan(0);
  expect(strong).toBeGreaterThan(mild);
});

test('an evenly lighter picture keeps its gradients; contrast and structure stay', () => {
  const original = picture();
  const lighter = { ...original, data: original.data.map((value) => value + 0.05) };
  expect(gradientDeviation(lighter, original, everywhere)).toBeCloseTo(0, 5);
  expect(multiScaleSimilarity(lighter, original, everywhere)).toBeGreaterThan(0.98);
});

test('a small rectangle has fewer scales and still a value', () => {
  const original = picture();
  const rect = { x: 20, y: 30, width: 40, height: 40 };
  const value = multiScaleSimilarity(gaussianBlur(original, 2), original, rect);
  expect(value).toBeGreaterThan(0);
  expect(value).toBeLessThan(1);
});
