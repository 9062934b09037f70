import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pillowGaussianBlur } from '../../../electron/training/dataset/pillow/blur.ts';
import { ThumbnailMaker } from '../../../electron/training/dataset/pillow/resize.ts';
import type { RgbPhoto } from '../../../electron/training/dataset/recipe.ts';

/** Gradients, blocks and noise: the picture of which Pillow was asked as well. */
function testPicture(width: number, height: number): RgbPhoto {
  const data = new Uint8Array(3 * width * height);
  let state = 12345n;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      state = (state * 1103515245n + 12345n) & 0x7fffffffn;
      const noise = Number(state >> 16n) & 63;
      data[at++] = (x * 3 + noise) & 255;
      data[at++] = (y * 5 + Math.floor((x * y) / 7) + noise) & 255;
      data[at++] = ((Math.floor(x / 9) + Math.floor(y / 7)) % 2) * 180 + noise;
    }
  }
  return { width, height, data };
}

function cut(photo: RgbPhoto, [x, y, width, height]: readonly number[]): RgbPhoto {
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * photo.width + x);
    data.set(photo.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, data };
}

function paste(photo: RgbPhoto, part: RgbPhoto, [x, y]: readonly number[]): RgbPhoto {
  const data = photo.data.slice();
  for (let row = 0; row < part.height; row++) {
    const line = part.data.subarray(3 * row * part.width, 3 * (row + 1) * part.width);
    data.set(line, 3 * ((y + row) * photo.width + x));
  }
  return { ...photo, data };
}

const fingerprint = (bytes: Uint8Array | Uint8ClampedArray) =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);

// Computed with Pillow 9.4: GaussianBlur(radius=15) of the box, then the photo before and after the box is put back,
// resized to a shorter side of 64 (BILINEAR) and cropped to the centre as torchvision does.
const pillow = [
  {
    size: [320, 243],
    box: [40, 21, 200, 200],
    picture: 'd0d661db607ee7bd',
    blurred: '372cd79db8931d23',
    small: '1ec63f2699826262',
    smallDamaged: '17599e2dd7482c3e',
  },
  {
    size: [150, 411],
    box: [0, 105, 150, 200],
    picture: '2858cc9d5bc49af4',
    blurred: '9aeec7d52f2cded2',
    small: '0b6288032f091fa5',
    smallDamaged: 'f3f1dd720c04a6a3',
  },
  {
    size: [201, 64],
    box: [0, 0, 200, 64],
    picture: 'b050990b89fc59c2',
    blurred: '831bb8238f33a2b5',
    small: '2cbe3251148cee41',
    smallDamaged: 'f74cd1d48dd839f3',
  },
  {
    size: [500, 500],
    box: [100, 150, 200, 200],
    picture: '75281e58e6bbabe2',
    blurred: '588dabf281cae646',
    small: '549e5aa74fe1f737',
    smallDamaged: 'eae43053a47c9b71',
  },
] as const;

test.each(pillow)('$size: blur and thumbnail are byte for byte those of Pillow', (golden) => {
  const picture = testPicture(golden.size[0], golden.size[1]);
  expect(fingerprint(picture.data)).toBe(golden.picture);
  const blurred = pillowGaussianBlur(cut(picture, golden.box), 15);
  expect(fingerprint(blurred.data)).toBe(golden.blurred);

  const thumbnails = new ThumbnailMaker(picture.width, picture.height, 64);
  const narrow = thumbnails.narrowed(picture);
  expect(fingerprint(thumbnails.shortened(narrow))).toBe(golden.small);
  const damaged = paste(picture, blurred, golden.box);
  const [x, y, width, height] = golden.box;
  const again = thumbnails.renarrowed(damaged, { x, y, width, height }, narrow);
  expect(fingerprint(thumbnails.shortened(again))).toBe(golden.smallDamaged);
  expect(again).toEqual(thumbnails.narrowed(damaged));
});
