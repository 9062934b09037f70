import { describe, expect, test } from 'vitest';
import { dilate } from '../../../electron/engine/damage/components.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { paintExtent } from '../../../electron/engine/region/paint-extent.ts';
import { noPause } from '../../support/no-pause.ts';

const side = 96;
const everywhere = { ...createPlanes(side, side, 1), data: new Float32Array(side * side).fill(1) };

/** A gentle slope of colour, which its surroundings continue well. */
function slope(): Planes {
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = 0.35 + (0.3 * (i % side)) / side;
  return planes;
}

function paintColumn(planes: Planes, x: number, fromY: number, toY: number, value: number): Uint8Array {
  const truth = new Uint8Array(side * side);
  for (let y = fromY; y < toY; y++) {
    truth[y * side + x] = 1;
    for (let c = 0; c < 3; c++) planes.data[c * side * side + y * side + x] = value;
  }
  return truth;
}

const agreement = (found: Uint8Array, truth: Uint8Array) => ({
  missed: truth.filter((value, i) => value === 1 && found[i] === 0).length,
  extra: found.filter((value, i) => value === 1 && truth[i] === 0).length,
});

describe('the extent of paint', () => {
  test('a thick mark around a line shrinks to the line', async () => {
    const planes = slope();
    const truth = paintColumn(planes, 40, 0, side, 0.97);
    expect(agreement(await paintExtent(planes, dilate(truth, side, 2), everywhere, noPause), truth)).toEqual({
      missed: 0,
      extra: 0,
    });
  });

  test('a line that is marked in part is followed to its ends, and not beyond the region', async () => {
    const planes = slope();
    const truth = paintColumn(planes, 40, 5, 90, 0.02);
    const marked = truth.map((value, i) => (value === 1 && i < 40 * side && i > 20 * side ? 1 : 0));
    expect(agreement(await paintExtent(planes, marked, everywhere, noPause), truth)).toEqual({
      missed: 0,
      extra: 0,
    });
    const upper = createPlanes(side, side, 1);
    upper.data.fill(1, 0, 60 * side);
    expect((await paintExtent(planes, marked, upper, noPause)).lastIndexOf(1)).toBeLessThan(60 * side);
  });

  test('crossing lines, one light and one dark, keep their own colours', async () => {
    const planes = slope();
    const light = paintColumn(planes, 30, 0, side, 0.98);
    const truth = Uint8Array.from(light);
    for (let x = 0; x < side; x++) {
      truth[50 * side + x] = 1;
      for (let c = 0; c < 3; c++) planes.data[c * side * side + 50 * side + x] = 0.03;
    }
    expect(agreement(await paintExtent(planes, dilate(truth, side, 1), everywhere, noPause), truth)).toEqual({
      missed: 0,
      extra: 0,
    });
  });

  test('what has no colour of its own stays as it was marked', async () => {
    const planes = slope();
    const truth = new Uint8Array(side * side);
    const random = createRandom(1);
    for (let y = 30; y < 50; y++) {
      for (let x = 30; x < 50; x++) {
        truth[y * side + x] = 1;
        // Far from the slope's greys, each pixel in a colour of its own.
        const high = random.integer(0, 3);
        for (let c = 0; c < 3; c++) planes.data[(c * side + y) * side + x] = c === high ? 1 : 0;
      }
    }
    const found = await paintExtent(planes, truth, everywhere, noPause);
    expect(agreement(found, truth).missed).toBe(0);
  });
});
