import type { Metadata } from 'sharp';
import { AppError } from '../errors.ts';
import type { PhotoFlag } from './flags.ts';
import type { PhotoFormat } from './format.ts';
import { codecsMaxPixels, sharp } from './sharp.ts';

export interface HeaderOptions {
  /** Default: as many as the codecs can decode. */
  readonly maxPixels?: number | undefined;
  /** False where the file's structure ends too early. */
  readonly complete: boolean;
  /** Whether opening with `tolerant` may show a part of the photo. */
  readonly tolerable?: boolean;
}

/** What the decoder says about a photo before it decodes. */
export interface PhotoHeader {
  /** Of the upright photo. */
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly channels: 1 | 2 | 3 | 4;
  /** Whether the decoder will turn the pixels, 1..8. */
  readonly orientation: number;
  /** Colours that are converted to sRGB when decoded; otherwise they stay what they are. */
  readonly converted: 'cmyk' | undefined;
  readonly progressive: boolean;
  readonly palette: boolean;
  readonly flags: readonly PhotoFlag[];
}

const greySpaces = ['b-w', 'grey16'];
const rgbSpaces = ['srgb', 'rgb', 'rgb16'];

/**
 * Reads a photo's header and refuses what is too large or cannot be worked on, before a pixel is allocated.
 * @throws AppError `photo/too-large`, `photo/unsupported`, `photo/truncated`, `photo/unreadable`
 */
export async function readHeader(
  bytes: Uint8Array,
  format: PhotoFormat,
  { maxPixels = codecsMaxPixels(), complete, tolerable = false }: HeaderOptions,
): Promise<PhotoHeader> {
  let found: Metadata;
  try {
    found = await sharp(bytes, {
      failOn: 'none',
      limitInputPixels: false,
      limitInputChannels: false,
    }).metadata();
  } catch (cause) {
    throw brokenError(complete, tolerable, cause);
  }
  requireSize(found, maxPixels);
  const { depth, channels, converted } = samplesIn(found);
  const flags: PhotoFlag[] = [];
  if ((found.pages ?? 1) > 1 && format !== 'jpeg') flags.push('first-frame-only');
  if (converted === 'cmyk') flags.push('converted-from-cmyk');
  return {
    width: found.autoOrient.width,
    height: found.autoOrient.height,
    depth,
    channels,
    orientation: found.orientation ?? 1,
    converted,
    progressive: found.isProgressive ?? false,
    palette: found.isPalette ?? false,
    flags,
  };
}

/** @param tolerable whether opening with `tolerant` may show a part of the photo */
export function brokenError(complete: boolean, tolerable: boolean, cause: unknown): AppError {
  const hint = tolerable ? 'What is left of it can be opened all the same.' : 'Look for another copy of it.';
  return complete
    ? new AppError('photo/unreadable', 'The photo is damaged and cannot be decoded.', { hint, cause })
    : new AppError('photo/truncated', 'The photo ends too early: a part of the file is missing.', {
        hint,
        cause,
      });
}

/** @throws AppError `photo/too-large` with the size and the most megapixels */
function requireSize({ width, height }: Metadata, maxPixels: number): void {
  const pixels = width * height;
  if (pixels <= maxPixels) return;
  const millions = (count: number) => `${Math.round(count / 1e5) / 10} megapixels`;
  throw new AppError(
    'photo/too-large',
    `The photo has ${width} x ${height} pixels, ${millions(pixels)}; up to ${millions(maxPixels)} can be opened.`,
    {
      hint: 'Open a smaller copy, or raise the limit.',
      data: { width, height, most: Math.round(maxPixels / 1e6) },
    },
  );
}

function samplesIn({
  space,
  depth,
  channels,
  hasAlpha,
}: Metadata): Pick<PhotoHeader, 'depth' | 'channels' | 'converted'> {
  const colours = channels - (hasAlpha ? 1 : 0);
  const isCmyk = space === 'cmyk';
  const isGrey = greySpaces.includes(space) && colours === 1;
  const isRgb = rgbSpaces.includes(space) && colours === 3;
  const isWhole = depth === 'uchar' || depth === 'ushort';
  if (!(isGrey || isRgb || isCmyk) || !isWhole || channels > 5) {
    throw new AppError(
      'photo/unsupported',
      `Photos of the kind ${space}, ${channels} x ${depth} are not supported.`,
      {
        hint: 'Save it with 8 or 16 bits per channel, in RGB or grey.',
        data: { space, depth, channels },
      },
    );
  }
  const colourChannels = isGrey ? 1 : 3;
  return {
    depth: depth === 'ushort' && !isCmyk ? 16 : 8,
    channels: (colourChannels + (hasAlpha ? 1 : 0)) as 1 | 2 | 3 | 4,
    converted: isCmyk ? 'cmyk' : undefined,
  };
}
