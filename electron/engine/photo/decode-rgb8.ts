import { AppError } from '../errors.ts';
import { decodable, readContainer } from './container.ts';
import { decodeTimeoutS } from './decode.ts';
import { requireFormat } from './format.ts';
import { brokenError } from './header.ts';
import { readPhotoFile } from './photo-file.ts';
import { codecsMaxPixels, sharp } from './sharp.ts';

export interface DecodeRgb8Options {
  /** No side of the result exceeds this; JPEG and WebP are then decoded at a smaller scale, which is cheap. */
  readonly maxSidePx?: number;
  /** Default 200 million. */
  readonly maxPixels?: number;
}

/**
 * Interleaved 8-bit RGB of an upright photo in its own colour space, shrunk to `maxSidePx`; grey is expanded, alpha
 * is laid over white. For work that needs pixels and nothing else, such as training and thumbnails.
 * @throws AppError the codes of `openPhoto`; truncated photos are refused
 */
export async function decodeRgb8(
  path: string,
  options: DecodeRgb8Options = {},
): Promise<{ width: number; height: number; data: Uint8Array }> {
  const { maxSidePx, maxPixels = codecsMaxPixels() } = options;
  const { bytes } = await readPhotoFile(path);
  const format = requireFormat(bytes);
  const { complete } = readContainer(format, bytes);
  if (!complete) throw brokenError(false, false, undefined);
  try {
    const header = {
      failOn: 'error',
      limitInputPixels: maxPixels,
      ignoreIcc: true,
      sequentialRead: true,
    } as const;
    const picture = sharp(decodable(format, bytes), header).timeout({ seconds: decodeTimeoutS }).autoOrient();
    if (maxSidePx !== undefined) {
      picture.resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true });
    }
    const { data, info } = await picture
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`The decoder gave ${info.channels} channels.`);
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('exceeds pixel limit')) {
      throw new AppError('photo/too-large', `The photo has more than ${maxPixels} pixels.`, {
        data: { most: Math.round(maxPixels / 1e6) },
        cause,
      });
    }
    throw brokenError(true, false, cause);
  }
}
