import { AppError } from '../errors.ts';
import { avifOrientation } from './avif-container.ts';
import { decodable, readContainer, readEncoding } from './container.ts';
import { decodePixels } from './decode.ts';
import type { PhotoFlag } from './flags.ts';
import { type PhotoFormat, requireFormat, sniffBytes } from './format.ts';
import { type HeaderOptions, type PhotoHeader, readHeader } from './header.ts';
import { iccName } from './icc.ts';
import { plainJpegHeader } from './jpeg-header.ts';
import { type ContainerContent, filledUp, type MetadataBlocks } from './metadata.ts';
import type { FileIdentity, Photo, PhotoColour, PhotoEncoding, PhotoProbe } from './photo.ts';
import { readPhotoFile } from './photo-file.ts';
import { samplesOf } from './samples.ts';
import { wasmMaxPixels } from './sharp.ts';
import { tiffRefusal } from './tiff-container.ts';

export interface ProbeOptions {
  /** Photos with more pixels are refused. Default: what can be decoded here, 120 or 200 million. */
  readonly maxPixels?: number;
  readonly signal?: AbortSignal;
}

export interface OpenOptions extends ProbeOptions {
  /** Open what can be decoded of a truncated or damaged photo, flagged, instead of throwing. Default false. */
  readonly tolerant?: boolean;
}

/** JPEG and PNG say all in their first bytes, however large the file is. */
const headBytes = 1 << 20;

/**
 * Reads a photo's header only: cheap, and enough to list it, refuse it or plan with it.
 * @throws AppError as `openPhoto`, except for what only decoding can find
 */
export async function probePhoto(path: string, options: ProbeOptions = {}): Promise<PhotoProbe> {
  const { maxPixels, signal } = options;
  signal?.throwIfAborted();
  const head = await readPhotoFile(path, { headBytes });
  const format = requirePhotoFormat(head.bytes);
  const isWhole = head.bytes.length === head.identity.sizeBytes;
  if (!isWhole && (format === 'jpeg' || format === 'png')) {
    try {
      // A file cut off by us rather than by an accident is not truncated.
      const content = { ...readContainer(format, head.bytes), complete: true };
      const header = await probeHeader(head.bytes, format, content, { maxPixels, complete: true });
      return probeOf(path, head.identity, format, header, content, head.bytes);
    } catch (error) {
      if (error instanceof AppError && error.code === 'photo/too-large') throw error;
      // Metadata of more than a mebibyte lies ahead of the size: the whole file has to be read.
    }
  }
  const { bytes, identity } = isWhole ? head : await readPhotoFile(path);
  signal?.throwIfAborted();
  const content = readContainer(format, bytes);
  const { complete } = content;
  const header = await probeHeader(decodable(format, bytes), format, content, { maxPixels, complete });
  return probeOf(path, identity, format, header, content, bytes);
}

/** The codecs take longer to load than all else that is done to look at a photo: ordinary JPEGs do without. */
async function probeHeader(
  bytes: Uint8Array,
  format: PhotoFormat,
  { blocks }: ContainerContent,
  options: HeaderOptions,
): Promise<PhotoHeader> {
  const plain = format === 'jpeg' ? plainJpegHeader(bytes, blocks) : undefined;
  const most = Math.min(options.maxPixels ?? wasmMaxPixels, wasmMaxPixels);
  if (plain !== undefined && plain.width * plain.height <= most) return plain;
  return readHeader(bytes, format, options);
}

/**
 * Opens a photo: upright pixels in the file's own colour space (8 or 16 bits, bit by bit as stored), its metadata,
 * and how it was encoded. Only CMYK photos are converted, to 8-bit sRGB through their profile (a generic one where
 * they have none), and flagged: they cannot be saved as CMYK again. Alpha stays as it is, but for TIFFs with
 * premultiplied alpha, whose colours are divided by it.
 * @param source a path, or what `probePhoto` said about it: a file that is gone since then has vanished
 * @throws AppError `photo/not-found`, `photo/vanished`, `photo/no-permission`, `photo/is-folder`, `photo/empty`,
 * `photo/file-too-large`, `photo/unknown-format`, `photo/svg-refused`, `photo/heic-refused`, `photo/unsupported`,
 * `photo/too-large`, `photo/truncated`, `photo/unreadable`
 */
export async function openPhoto(source: string | PhotoProbe, options: OpenOptions = {}): Promise<Photo> {
  const { maxPixels, tolerant = false, signal } = options;
  const path = typeof source === 'string' ? source : source.path;
  signal?.throwIfAborted();
  // Not all of a large file of another kind is read only to be refused.
  requirePhotoFormat((await readPhotoFile(path, { headBytes: sniffBytes, wasSeen: source !== path })).bytes);
  const file = await readPhotoFile(path, { wasSeen: source !== path });
  const format = requirePhotoFormat(file.bytes);
  const content = readContainer(format, file.bytes);
  const { complete, declaredBytes = 0 } = content;
  const whole = tolerant && !complete ? filledUp(file.bytes, declaredBytes) : file.bytes;
  const mended = decodable(format, whole);
  signal?.throwIfAborted();
  const tolerable = !tolerant && declaredBytes > file.bytes.length;
  const header = await readHeader(mended, format, { maxPixels, complete, tolerable });
  signal?.throwIfAborted();
  const pixels = await decodePixels(mended, header, { format, complete, tolerant });
  signal?.throwIfAborted();
  const probe = probeOf(path, file.identity, format, header, content, file.bytes, pixels.flags);
  const metadata = metadataFor(content.blocks, header);
  return {
    ...probe,
    raster: pixels.raster,
    colour: colourOf(metadata, header),
    metadata,
    parts: content.parts,
    encoding: encodingOf(format, file.bytes, header),
  };
}

/** @throws AppError `photo/unknown-format`, `photo/svg-refused`, `photo/heic-refused`, `photo/unsupported` */
function requirePhotoFormat(bytes: Uint8Array): PhotoFormat {
  const format = requireFormat(bytes);
  const found = format === 'tiff' ? tiffRefusal(bytes) : undefined;
  if (found === undefined) return format;
  const isRaw = found === 'a camera raw file';
  const code = isRaw ? 'photo/unknown-format' : 'photo/unsupported';
  throw new AppError(code, `The file is ${found}, which cannot be opened here.`, {
    hint: `${isRaw ? 'Develop' : 'Convert'} it to an RGB TIFF or JPEG first.`,
    data: { found },
  });
}

function probeOf(
  path: string,
  file: FileIdentity,
  format: PhotoFormat,
  header: PhotoHeader,
  content: ContainerContent,
  bytes: Uint8Array,
  found: readonly PhotoFlag[] = [],
): PhotoProbe {
  const { width, height, depth } = header;
  const early: readonly PhotoFlag[] = content.complete ? [] : ['truncated'];
  return {
    path,
    format,
    width,
    height,
    depth,
    samples: samplesOf(header),
    // The decoder turns an AVIF by its container, and says nothing about it.
    orientation: format === 'avif' ? avifOrientation(bytes) : header.orientation,
    flags: [...new Set([...content.flags, ...header.flags, ...early, ...found])],
    file,
  };
}

/** A profile of colours that were converted says nothing about those that came out. */
function metadataFor(blocks: MetadataBlocks, { converted }: PhotoHeader): MetadataBlocks {
  if (converted === undefined) return blocks;
  const { icc: _, ...rest } = blocks;
  return rest;
}

function colourOf({ icc }: MetadataBlocks, { channels }: PhotoHeader): PhotoColour {
  const name = icc && iccName(icc);
  return {
    space: channels < 3 ? 'grey' : 'rgb',
    ...(icc && { iccProfile: icc }),
    ...(name && { iccName: name }),
  };
}

function encodingOf(format: PhotoFormat, bytes: Uint8Array, header: PhotoHeader): PhotoEncoding {
  const { progressive, palette } = header;
  return format === 'png' ? { progressive, palette } : readEncoding(format, bytes);
}
