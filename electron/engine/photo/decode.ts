import { AppError } from '../errors.ts';
import type { Raster } from '../pixels/raster.ts';
import { bareFile } from './bare-file.ts';
import type { PhotoFlag } from './flags.ts';
import type { PhotoFormat } from './format.ts';
import { brokenError, type PhotoHeader } from './header.ts';
import { samples16 } from './samples.ts';
import { sharp } from './sharp.ts';

/** No photo within the limits takes this long; a file made to keep a decoder busy might. */
export const decodeTimeoutS = 300;

export interface DecodedPixels {
  readonly raster: Raster;
  readonly flags: readonly PhotoFlag[];
}

export interface DecodeOptions {
  readonly format: PhotoFormat;
  /** False where the file's structure ends too early. */
  readonly complete: boolean;
  /** Decode what can be decoded instead of throwing, and flag it. */
  readonly tolerant: boolean;
}

/**
 * Decodes to upright pixels in the file's own colour space. Strictly first. Where the decoder complains, it is asked
 * again about a copy without metadata, which many programs write wrongly and no pixel depends on; what it still
 * complains about is damage. With errors that cost no pixels a photo opens, flagged; with others only if `tolerant`.
 * @throws AppError `photo/truncated`, `photo/unreadable`
 */
export async function decodePixels(
  bytes: Uint8Array,
  header: PhotoHeader,
  { format, complete, tolerant }: DecodeOptions,
): Promise<DecodedPixels> {
  // This decoder takes all of a picture or nothing.
  const tolerable = format !== 'avif';
  const strict = await strictly(bytes, header, format);
  if (strict !== undefined) return { raster: strict, flags: complete ? [] : ['truncated'] };
  const flags: readonly PhotoFlag[] = [complete ? 'damaged' : 'truncated'];
  // What is missing at the end must not pass for an error that costs nothing.
  const levels = [
    ...(complete || tolerant ? ['error' as const] : []),
    ...(tolerant ? ['none' as const] : []),
  ];
  let cause: unknown;
  for (const level of levels) {
    try {
      return { raster: await decodeOnce(bytes, header, level), flags };
    } catch (error) {
      cause = error;
    }
  }
  throw brokenError(complete, tolerable && !tolerant, cause);
}

async function strictly(
  bytes: Uint8Array,
  header: PhotoHeader,
  format: PhotoFormat,
): Promise<Raster | undefined> {
  try {
    return await decodeOnce(bytes, header, 'warning');
  } catch {
    const bare = bareFile(format, bytes, header.orientation);
    return bare && (await decodeOnce(bare, header, 'warning').catch(() => undefined));
  }
}

function colourspaceOf({ depth, channels }: PhotoHeader): string {
  if (depth === 16) return channels < 3 ? 'grey16' : 'rgb16';
  // As 'b-w' the decoder would drop the alpha channel.
  return channels === 1 ? 'b-w' : 'srgb';
}

async function decodeOnce(
  bytes: Uint8Array,
  header: PhotoHeader,
  failOn: 'warning' | 'error' | 'none',
): Promise<Raster> {
  const { data, info } = await sharp(bytes, {
    failOn,
    // The size was checked with the header; what is decoded now is the same bytes.
    limitInputPixels: false,
    ignoreIcc: header.converted === undefined,
    sequentialRead: true,
  })
    .timeout({ seconds: decodeTimeoutS })
    .autoOrient()
    .toColourspace(colourspaceOf(header))
    .raw(header.depth === 16 ? { depth: 'ushort' } : {})
    .toBuffer({ resolveWithObject: true });
  const { width, height } = header;
  const { channels } = info;
  if (info.width !== width || info.height !== height)
    throw new Error('The decoder changed its mind about the size.');
  if (channels === 4 && header.channels === 2) return greyOfRgba(data, width, height);
  if (channels !== header.channels)
    throw new AppError('photo/unreadable', `The decoder gave ${channels} channels.`);
  const shape = { width, height, channels };
  if (header.depth === 16) return { ...shape, depth: 16, data: samples16(data) };
  // A Buffer's slice() is a view: whoever copies the samples with it would write into the photo.
  return { ...shape, depth: 8, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function greyOfRgba(rgba: Uint8Array, width: number, height: number): Raster {
  const data = new Uint8Array(2 * width * height);
  for (let i = 0; i < width * height; i++) {
    data[2 * i] = rgba[4 * i];
    data[2 * i + 1] = rgba[4 * i + 3];
  }
  return { width, height, channels: 2, depth: 8, data };
}
