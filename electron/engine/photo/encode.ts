import { AppError } from '../errors.ts';
import { maxSample, type Raster } from '../pixels/raster.ts';
import type { PhotoFormat } from './format.ts';
import type { Loss } from './metadata.ts';
import type { PhotoEncoding } from './photo.ts';
import { hasAlpha } from './samples.ts';
import { sharp } from './sharp.ts';

/** What can be written; a GIF's 256 colours are too few for a restored photo. */
export type SaveFormat = Exclude<PhotoFormat, 'gif'>;

export interface EncodeSettings {
  readonly format: SaveFormat;
  /** 1..100 for JPEG, WebP and AVIF; left out: that of `like`, else the format's default below. */
  readonly quality?: number;
  /** Left out: that of the raster where the format has it. */
  readonly depth?: 8 | 16;
  /** How the source was encoded, if it was of the same format. */
  readonly like: PhotoEncoding;
}

export interface EncodedPixels {
  /** A file without metadata. */
  readonly bytes: Buffer;
  readonly depth: 8 | 16;
  readonly quality?: number;
  readonly lost: readonly Loss[];
}

/** For sources whose quality is not known: artefacts that only a measurement finds. */
const defaultQuality = { jpeg: 92, webp: 90, avif: 80 } as const;
const maxSidePx = { jpeg: 65_535, png: 2 ** 31 - 1, webp: 16_383, avif: 16_384, tiff: 2 ** 31 - 1 } as const;
/**
 * Progressive scans and tables made to measure keep all coefficients in memory, 6 bytes per pixel. Above this size
 * a JPEG is written in one pass, some 5 % larger.
 */
const maxBufferedPixels = 50_000_000;
/** Compressions of TIFF that are written as they were read; anything else becomes deflate, which loses nothing. */
const keptCompressions = ['none', 'lzw', 'deflate', 'packbits'] as const;

/**
 * Encodes a raster, straight from its own memory.
 * @throws AppError `save/too-large-for-format`, `save/encoder-failed`
 */
export async function encodeRaster(raster: Raster, settings: EncodeSettings): Promise<EncodedPixels> {
  const { format, like } = settings;
  requireSide(raster, format);
  const bitsPerSample = format === 'avif' ? (like.bitsPerSample ?? 8) : 16;
  const canBe16 = format === 'png' || format === 'tiff' || (format === 'avif' && bitsPerSample > 8);
  const depth = canBe16 ? (settings.depth ?? raster.depth) : 8;
  const lost: Loss[] = [];
  if (raster.depth === 16 && depth === 8 && settings.depth === undefined) lost.push('16-bit');
  if (format === 'jpeg' && hasAlpha(raster)) lost.push('alpha');
  const quality = qualityOf(settings);
  try {
    const bytes = await encodeAs(pictureOf(raster, depth, format), raster, settings, quality, depth);
    return { bytes, depth, lost, ...(quality !== undefined && { quality }) };
  } catch (cause) {
    throw new AppError('save/encoder-failed', `The picture could not be encoded as ${format}.`, { cause });
  }
}

function requireSide({ width, height }: Raster, format: SaveFormat): void {
  const limit = maxSidePx[format];
  if (Math.max(width, height) <= limit) return;
  throw new AppError(
    'save/too-large-for-format',
    `A side of the picture has ${Math.max(width, height)} pixels; ${format} can hold ${limit}.`,
    { hint: 'Save it as PNG or TIFF.', data: { width, height, limit } },
  );
}

function qualityOf({ format, quality, like }: EncodeSettings): number | undefined {
  if (format === 'jpeg') return quality ?? like.jpegQuality ?? defaultQuality.jpeg;
  const isLossless = quality === undefined && like.lossless === true;
  if (format === 'webp' && !isLossless) return quality ?? like.webpQuality ?? defaultQuality.webp;
  if (format === 'avif' && !isLossless) return quality ?? defaultQuality.avif;
  return undefined;
}

/** The samples as the encoder's input: a view of the raster, widened only where more bits are asked for. */
function pictureOf(raster: Raster, depth: 8 | 16, format: SaveFormat) {
  const { width, height, channels } = raster;
  const samples = depth > raster.depth ? widened(raster.data) : raster.data;
  const picture = sharp(samples, { raw: { width, height, channels }, limitInputPixels: false });
  if (format === 'jpeg' && hasAlpha(raster)) picture.flatten({ background: '#ffffff' });
  if (depth === 16) return picture.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return picture.toColourspace(channels < 3 ? 'b-w' : 'srgb');
}

function widened(samples: Uint8Array | Uint16Array): Uint16Array {
  const factor = maxSample(16) / maxSample(8);
  return Uint16Array.from(samples, (sample) => sample * factor);
}

function encodeAs(
  picture: ReturnType<typeof pictureOf>,
  { width, height }: Raster,
  { format, like }: EncodeSettings,
  quality: number | undefined,
  depth: 8 | 16,
): Promise<Buffer> {
  const level = quality === undefined ? {} : { quality };
  const lossless = quality === undefined;
  switch (format) {
    case 'jpeg': {
      const isBuffered = width * height <= maxBufferedPixels;
      // The encoder knows two kinds; 4:2:2 and 4:4:0 become 4:4:4, which is larger and loses nothing.
      const chromaSubsampling = like.chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
      const progressive = isBuffered && like.progressive === true;
      return picture
        .jpeg({ ...level, chromaSubsampling, progressive, optimiseCoding: isBuffered })
        .toBuffer();
    }
    case 'png':
      return picture.png({ progressive: like.progressive === true }).toBuffer();
    case 'webp':
      return picture.webp({ ...level, lossless, exact: true }).toBuffer();
    case 'avif': {
      const bitdepth = depth === 16 && like.bitsPerSample === 12 ? 12 : depth === 16 ? 10 : 8;
      const chromaSubsampling = like.chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
      return picture.avif({ ...level, lossless, chromaSubsampling, bitdepth }).toBuffer();
    }
    case 'tiff': {
      const compression = keptCompressions.find((name) => name === like.compression) ?? 'deflate';
      const isPredictable = compression !== 'none' && compression !== 'packbits';
      const predictor = isPredictable && like.predictor !== 'none' ? 'horizontal' : 'none';
      return picture.tiff({ compression, predictor }).toBuffer();
    }
  }
}

/** A JPEG thumbnail of at most `maxBytes`, no side longer than `sidePx`; undefined where none is small enough. */
export async function encodeThumbnail(
  raster: Raster,
  sidePx: number,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const small = pictureOf(raster, 8, 'jpeg').resize(sidePx, sidePx, { fit: 'inside' });
  for (const quality of [80, 65, 50, 35]) {
    const jpeg = await small.clone().jpeg({ quality }).toBuffer();
    if (jpeg.length <= maxBytes) return jpeg;
  }
  return undefined;
}
