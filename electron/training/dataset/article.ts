import { createPlanes, type Planes, type Rect } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { pillowGaussianBlur } from './pillow/blur.ts';
import { ThumbnailMaker } from './pillow/resize.ts';
import type { RgbPhoto, Sample } from './recipe.ts';

/** The article's numbers, in pixels of the photo before it is shrunk. */
export const articleDamage = { boxSidePx: 200, sigmaPx: 15 } as const;

/** Where the article's code blurs. It fails for photos smaller than the box; here the box is clamped to them. */
export function articleBox(width: number, height: number, random: Random): Rect {
  const boxWidth = Math.min(articleDamage.boxSidePx, width);
  const boxHeight = Math.min(articleDamage.boxSidePx, height);
  return {
    x: random.integer(0, width - boxWidth + 1),
    y: random.integer(0, height - boxHeight + 1),
    width: boxWidth,
    height: boxHeight,
  };
}

/**
 * A pair as the article makes it: Pillow's Gaussian blur of radius 15 over a random box of 200 by 200 pixels (the box
 * is cut out, blurred by itself and put back), then the whole photo shrunk to a shorter side of `sizePx` (64 in the
 * article), its central square, scaled to -1..1. Input [3, S, S]: damaged; target [3, S, S]: the photo. The mask is
 * the box after the same shrinking; the article's loss does not use it, and the central square may miss the box.
 * Photos so large that they were reduced when decoded get a larger box, in proportion, than the article's.
 */
export function articleSample(photo: RgbPhoto, sizePx: number, random: Random): Sample {
  const box = articleBox(photo.width, photo.height, random);
  const thumbnails = new ThumbnailMaker(photo.width, photo.height, sizePx);
  const narrow = thumbnails.narrowed(photo);
  const blurred = withPart(photo, box, pillowGaussianBlur(cutOut(photo, box), articleDamage.sigmaPx).data);
  const original = toPlanes(thumbnails.shortened(narrow), sizePx);
  const damaged = toPlanes(thumbnails.shortened(thumbnails.renarrowed(blurred, box, narrow)), sizePx);
  return {
    input: damaged.data.map(toSignedRange),
    target: original.data.map(toSignedRange),
    mask: thumbnails.coverageOf(box),
    weight: 1,
    damaged,
    original,
  };
}

function toSignedRange(value: number): number {
  return (value - 0.5) / 0.5;
}

function cutOut(photo: RgbPhoto, box: Rect): RgbPhoto {
  const data = new Uint8Array(box.width * box.height * 3);
  for (let y = 0; y < box.height; y++) {
    const from = 3 * ((box.y + y) * photo.width + box.x);
    data.set(photo.data.subarray(from, from + 3 * box.width), 3 * y * box.width);
  }
  return { width: box.width, height: box.height, data };
}

function withPart(photo: RgbPhoto, box: Rect, part: Uint8Array): RgbPhoto {
  const data = photo.data.slice();
  for (let y = 0; y < box.height; y++) {
    const row = part.subarray(3 * y * box.width, 3 * (y + 1) * box.width);
    data.set(row, 3 * ((box.y + y) * photo.width + box.x));
  }
  return { ...photo, data };
}

function toPlanes(interleaved: Uint8ClampedArray, side: number): Planes {
  const out = createPlanes(side, side, 3);
  for (let i = 0; i < side * side; i++) {
    for (let c = 0; c < 3; c++) out.data[c * side * side + i] = interleaved[3 * i + c] / 255;
  }
  return out;
}
