import { expect, test } from 'vitest';
import { diffuseFill } from '../../../electron/engine/classical/fill.ts';
import { dilate } from '../../../electron/engine/damage/components.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { colourAt } from '../../../electron/engine/region/levels.ts';
import { withdrawUneven } from '../../../electron/engine/region/uneven-paint.ts';
import { noPause } from '../../support/no-pause.ts';
import { throughJpeg } from '../classical/photos.ts';
import { drawSoftly } from './drawn.ts';

const side = 96;
const size = side * side;
const ink = 24;

/** How much is left of the pixels of a level of ink or nearly so, where a picture shows a blot. */
async function shareLeft(planes: Planes, covers: Float32Array): Promise<number> {
  const levels = Uint8Array.from(planes.data, (value) => Math.round(255 * value));
  const marks = dilate(
    Uint8Array.from(covers, (cover) => (cover > 0 ? 1 : 0)),
    side,
    1,
  );
  const isInk = (at: number) =>
    [16, 8, 0].every((shift) => Math.abs(((colourAt(levels, at) >> shift) & 255) - ink) <= 1);
  const painted = Uint8Array.from(marks, (mark, at) => (mark === 1 && isInk(at) ? 1 : 0));
  const before = painted.reduce((sum, value) => sum + value, 0);
  expect(before).toBeGreaterThan(20);
  const everywhere = { ...createPlanes(side, side, 1), data: new Float32Array(size).fill(1) };
  const hole = { ...everywhere, data: Float32Array.from(dilate(marks, side, 2)) };
  const scene = {
    width: side,
    window: planes,
    levels,
    background: diffuseFill(planes, hole),
    areas: marks,
    map: everywhere,
    region: everywhere,
    regionPixels: size,
    isGrainy: true,
  };
  await withdrawUneven(scene, painted, noPause);
  return painted.reduce((sum, value) => sum + value, 0) / before;
}

/** A slope with grain, in whole levels of 8 bit. */
function photo(): Planes {
  const random = createRandom(8);
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) {
    planes.data[i] = Math.round(120 + (60 * (i % side)) / side + random.uniform(-9, 9)) / 255;
  }
  return planes;
}

const shapes = {
  'a small blot': (x: number, y: number) => 8.4 - Math.hypot(x - 47.8, y - 45.1),
  'a large blot': (x: number, y: number) => 27.7 - Math.hypot(x - 47.8, y - 45.1),
  'a line': (x: number, y: number) => 1.3 - Math.abs(x - 30.3 - 0.2 * y) / Math.hypot(1, 0.2),
};

test.each(Object.entries(shapes))(
  '%s stays as long as it is exact, with hard or soft edges',
  async (_, depth) => {
    const soft = photo();
    expect(await shareLeft(soft, drawSoftly(soft, ink, depth))).toBe(1);
    const hard = photo();
    expect(
      await shareLeft(
        hard,
        drawSoftly(hard, ink, (x, y) => Math.sign(depth(x, y))),
      ),
    ).toBe(1);
  },
);

test.each(Object.entries(shapes))('%s is taken back from a JPEG', async (_, depth) => {
  for (const quality of [85, 92]) {
    const drawn = photo();
    const covers = drawSoftly(drawn, ink, depth);
    expect(await shareLeft(await throughJpeg(drawn, quality), covers)).toBe(0);
  }
});
