import { AppError } from '../errors.ts';
import type { Rect } from '../pixels/planes.ts';
import { cropRaster, type Raster } from '../pixels/raster.ts';
import { decodable } from './container.ts';
import { requireFormat } from './format.ts';
import { wrapJpeg } from './jpeg-container.ts';
import type { Photo, PhotoProbe } from './photo.ts';
import { readPhotoFile } from './photo-file.ts';
import { wrapPng } from './png-container.ts';
import { hasAlpha } from './samples.ts';
import { codecsMaxPixels, sharp } from './sharp.ts';

/*
 * Pictures for the screen. What Chromium draws beside a photo must have the photo's profile, or colours would differ.
 */

/** Photos with more pixels are shown at a smaller size; parts are fetched when a person looks closely. */
const maxViewPixels = 50_000_000;
const maxViewSidePx = 8192;

/** Size of the picture that stands for a photo on the screen. */
export function viewSize({ width, height }: { width: number; height: number }): {
  width: number;
  height: number;
} {
  if (width * height <= maxViewPixels && Math.max(width, height) <= 2 * maxViewSidePx)
    return { width, height };
  const scale = maxViewSidePx / Math.max(width, height);
  return {
    width: Math.max(1, Math.round(width * Math.min(1, scale))),
    height: Math.max(1, Math.round(height * Math.min(1, scale))),
  };
}

/** Whether Chromium shows the file itself, upright and in the same colours as it is opened here. */
export function isShownDirectly(photo: PhotoProbe): boolean {
  const hurdles = ['truncated', 'damaged', 'converted-from-cmyk', 'first-frame-only'];
  if (photo.flags.some((flag) => hurdles.includes(flag))) return false;
  const view = viewSize(photo);
  if (view.width !== photo.width || view.height !== photo.height) return false;
  if (photo.format === 'jpeg') return true;
  return ['png', 'webp', 'avif'].includes(photo.format) && photo.orientation === 1;
}

/** The whole photo in 8 bits and {@link viewSize}, fast rather than small: JPEG, or PNG where there is alpha. */
export async function encodeView(photo: Photo): Promise<{ bytes: Uint8Array; format: 'jpeg' | 'png' }> {
  const { width, height } = viewSize(photo);
  const picture = screenPicture(photo.raster);
  if (width !== photo.width || height !== photo.height) picture.resize(width, height, { fit: 'fill' });
  if (hasAlpha(photo.raster)) {
    const png = await picture.png({ compressionLevel: 1 }).toBuffer();
    return { bytes: withProfile(png, photo, photo.raster), format: 'png' };
  }
  const jpeg = await picture
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false })
    .toBuffer();
  const { iccProfile: icc } = photo.colour;
  return { bytes: icc === undefined ? jpeg : Buffer.concat(wrapJpeg(jpeg, { icc }).pieces), format: 'jpeg' };
}

/** A raster in the photo's colours, or a part of it, as an 8-bit PNG. */
export async function encodePart(
  raster: Raster,
  photo: Pick<Photo, 'colour'>,
  rect?: Rect,
): Promise<Uint8Array> {
  const part = rect === undefined ? raster : cropRaster(raster, rect);
  return withProfile(await screenPicture(part).png({ compressionLevel: 3 }).toBuffer(), photo, part);
}

function screenPicture({ width, height, channels, depth, data }: Raster) {
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  // Sixteen bits are taken for eight unless the colour space says otherwise.
  if (depth === 16) picture.toColourspace(channels < 3 ? 'b-w' : 'srgb');
  return picture;
}

function withProfile(png: Uint8Array, { colour }: Pick<Photo, 'colour'>, raster: Raster): Uint8Array {
  const isGrey = raster.channels < 3;
  const icc = (colour.space === 'grey') === isGrey ? colour.iccProfile : undefined;
  if (icc === undefined) return png;
  return Buffer.concat(wrapPng(png, { icc }, []).pieces);
}

/** A small JPEG in sRGB of whatever can be read of a photo's file. */
export async function encodeThumbnailOf(path: string, sidePx: number): Promise<Uint8Array> {
  const { bytes } = await readPhotoFile(path);
  const format = requireFormat(bytes);
  const picture = sharp(decodable(format, bytes), { failOn: 'none', limitInputPixels: codecsMaxPixels() });
  return picture
    .timeout({ seconds: 60 })
    .autoOrient()
    .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** A small JPEG in sRGB of a decoded photo. */
export async function encodeThumbnail(photo: Photo, sidePx: number): Promise<Uint8Array> {
  const picture = screenPicture(photo.raster);
  const small = await picture
    .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 0 })
    .toBuffer();
  // The profile rides along, so that the small picture can be converted instead of the large one.
  return sharp(withProfile(small, photo, photo.raster))
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 80 })
    .toBuffer();
}

/**
 * A region's mask from a PNG (first channel, 8-bit) of the rectangle's size.
 * @throws AppError `region/bad-mask`
 */
export async function decodeMask(png: Uint8Array, rect: Rect): Promise<Uint8Array> {
  try {
    const { data, info } = await sharp(png, { limitInputPixels: codecsMaxPixels() })
      .extractChannel(0)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width === rect.width && info.height === rect.height && info.channels === 1) return data;
  } catch (cause) {
    throw new AppError('region/bad-mask', 'The mask cannot be read.', { cause });
  }
  throw new AppError('region/bad-mask', 'The mask does not have the size of its rectangle.');
}

/**
 * A mask stretched to a rectangle's size, whatever its own is.
 * @throws AppError `region/bad-mask`
 */
export async function decodeMaskAt(png: Uint8Array, { width, height }: Rect): Promise<Uint8Array> {
  try {
    return await sharp(png, { limitInputPixels: codecsMaxPixels() })
      .extractChannel(0)
      .toColourspace('b-w')
      .resize(width, height, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
  } catch (cause) {
    throw new AppError('region/bad-mask', 'The mask cannot be read.', { cause });
  }
}
