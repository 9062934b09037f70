import { describe, expect, it } from 'vitest';
import { applyMosaic } from '../../../electron/engine/classical/mosaic.ts';
import { mosaicExtent } from '../../../electron/engine/damage/mosaic-extent.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';

const sidePx = 64;
const grid = { pitchX: 8, pitchY: 8, offsetX: 3, offsetY: 5 };

/** A rough picture whose columns from `fromX` on are a mosaic. */
function halfMosaic(fromX: number): Planes {
  const random = createRandom(7);
  const photo = createPlanes(sidePx, sidePx, 3);
  for (let i = 0; i < photo.data.length; i++) photo.data[i] = random.uniform(0, 1);
  const mask = createPlanes(sidePx, sidePx, 1);
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = i % sidePx >= fromX ? 1 : 0;
  return applyMosaic(photo, grid, mask);
}

function insideBorder(px: number): Planes {
  const inside = createPlanes(sidePx, sidePx, 1);
  for (let y = px; y < sidePx - px; y++) inside.data.fill(0.75, y * sidePx + px, (y + 1) * sidePx - px);
  return inside;
}

describe('the extent of a mosaic', () => {
  it('leaves out the blocks of a region that are photo, and keeps the rest of its mask', () => {
    const inside = insideBorder(4);
    const before = inside.data.slice();
    // Blocks begin at 3, 11, 19: from 19 on all are flat.
    const extent = mosaicExtent(halfMosaic(19), inside, grid);
    const expected = inside.data.map((value, i) => (i % sidePx >= 19 ? value : 0));
    expect(extent.data).toEqual(expected);
    expect(inside.data).toEqual(before);
  });

  it('is the whole mask where all of it is a mosaic, and where hardly anything is', () => {
    const inside = insideBorder(4);
    expect(mosaicExtent(halfMosaic(0), inside, grid).data).toEqual(inside.data);
    expect(mosaicExtent(halfMosaic(sidePx - 8), inside, grid).data).toEqual(inside.data);
  });
});
