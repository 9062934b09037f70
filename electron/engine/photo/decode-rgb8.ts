import sharp from 'sharp';
import { AppError } from '../errors.ts';

/** Interleaved 8-bit RGB of an upright photo, shrunk so that no side exceeds `maxSidePx`. */
export async function decodeRgb8(
  path: string,
  options: { readonly maxSidePx: number },
): Promise<{ width: number; height: number; data: Uint8Array }> {
  try {
    const { data, info } = await sharp(path)
      .autoOrient()
      .resize(options.maxSidePx, options.maxSidePx, { fit: 'inside', withoutEnlargement: true })
      .flatten()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    throw new AppError('photo/unreadable', `${path} cannot be read as a photo.`, { cause });
  }
}
