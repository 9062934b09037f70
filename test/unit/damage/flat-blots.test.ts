import { expect, test } from 'vitest';
import { findFlatBlots } from '../../../electron/engine/damage/flat-blots.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

const side = 96;
const size = side * side;
const inside = { ...createPlanes(side, side, 1), data: new Float32Array(size).fill(1) };

function grainy(levels: number): Planes {
  const random = createRandom(4);
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) {
    planes.data[i] = Math.round(110 + random.uniform(-levels, levels)) / 255;
  }
  return planes;
}

function paint(planes: Planes, level: number, covers: (x: number, y: number) => boolean): Planes {
  for (let at = 0; at < size; at++) {
    if (!covers(at % side, Math.floor(at / side))) continue;
    for (let c = 0; c < 3; c++) planes.data[c * size + at] = level / 255;
  }
  return planes;
}

const disc = (x: number, y: number) => Math.hypot(x - 40, y - 50) < 12;

test('a flat blot in a photo with grain is a stain, a flat line a scratch, though as dark as the photo', () => {
  expect(findFlatBlots(paint(grainy(15), 104, disc), inside)).toEqual({ stain: 0.9, scratch: 0 });
  const line = (x: number, y: number) => Math.abs(x - Math.floor(y / 3) - 20) < 1;
  expect(findFlatBlots(paint(grainy(15), 230, line), inside)).toEqual({ stain: 0, scratch: 0.9 });
});

test('a photo without paint, one without grain, a blown-out lamp and a mosaic are none', () => {
  const none = { stain: 0, scratch: 0 };
  expect(findFlatBlots(grainy(15), inside)).toEqual(none);
  expect(findFlatBlots(paint(grainy(0.4), 104, disc), inside)).toEqual(none);
  expect(findFlatBlots(paint(grainy(15), 255, disc), inside)).toEqual(none);
  const mosaic = grainy(15);
  for (let at = 0; at < size; at++) {
    const from = (Math.floor(at / side / 8) * side + Math.floor((at % side) / 8)) * 8;
    for (let c = 0; c < 3; c++) mosaic.data[c * size + at] = mosaic.data[c * size + from];
  }
  expect(findFlatBlots(mosaic, inside)).toEqual(none);
});
