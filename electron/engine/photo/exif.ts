import { copyBytes, viewOf } from './metadata.ts';
import {
  findTag,
  readTiffDirectory,
  readTiffStructure,
  type TiffDirectory,
  type TiffTag,
  tagNumbers,
  tiffTag,
} from './tiff-tags.ts';

/** Orientation 1..8 of an Exif block; undefined where it holds none. */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const structure = readTiffStructure(exif);
  const tag = structure && findTag(structure.first, tiffTag.orientation);
  const value = tag && tagNumbers(tag, structure.littleEndian)[0];
  return value !== undefined && value >= 1 && value <= 8 ? value : undefined;
}

/** Overwrites the first number of a BYTE, SHORT or LONG value where it lies. */
function overwrite(exif: Uint8Array, tag: TiffTag | undefined, value: number, littleEndian: boolean): void {
  if (tag === undefined) return;
  const view = viewOf(exif);
  if (tag.type === 1) view.setUint8(tag.valueAt, value);
  if (tag.type === 3) view.setUint16(tag.valueAt, value, littleEndian);
  if (tag.type === 4) view.setUint32(tag.valueAt, value, littleEndian);
}

/**
 * An Exif block for pixels that were turned upright: orientation 1 and the size of the turned picture, every other
 * byte, MakerNote and thumbnail included, as it was.
 */
export function uprightExif(
  exif: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Uint8Array {
  const out = copyBytes(exif);
  const structure = readTiffStructure(out);
  if (structure === undefined) return out;
  const { first, littleEndian } = structure;
  const details = first.children.get(tiffTag.exif);
  overwrite(out, findTag(first, tiffTag.orientation), 1, littleEndian);
  overwrite(out, findTag(details, tiffTag.pixelWidth), size.width, littleEndian);
  overwrite(out, findTag(details, tiffTag.pixelHeight), size.height, littleEndian);
  return out;
}

interface Thumbnail {
  readonly directory: TiffDirectory;
  readonly lengthTag: TiffTag;
  readonly start: number;
  readonly length: number;
  readonly littleEndian: boolean;
}

function findThumbnail(exif: Uint8Array): Thumbnail | undefined {
  const structure = readTiffStructure(exif);
  if (structure === undefined) return undefined;
  const directory = readTiffDirectory(exif, structure.first.next);
  if (directory === undefined) return undefined;
  const { littleEndian } = structure;
  const offsetTag = findTag(directory, tiffTag.thumbnailOffset);
  const lengthTag = findTag(directory, tiffTag.thumbnailLength);
  const start = offsetTag && tagNumbers(offsetTag, littleEndian)[0];
  const length = lengthTag && tagNumbers(lengthTag, littleEndian)[0];
  if (!lengthTag || !start || !length || start + length > exif.length) return undefined;
  const isJpeg = exif[start] === 0xff && exif[start + 1] === 0xd8;
  return isJpeg ? { directory, lengthTag, start, length, littleEndian } : undefined;
}

/** The JPEG thumbnail inside an Exif block. */
export function exifThumbnail(exif: Uint8Array): Uint8Array | undefined {
  const found = findThumbnail(exif);
  return found && exif.subarray(found.start, found.start + found.length);
}

/** An Exif block without its thumbnail, whose directory comes last; nothing else moves. */
export function withoutThumbnail(exif: Uint8Array): Uint8Array {
  const structure = readTiffStructure(exif);
  if (structure === undefined || structure.first.next === 0) return exif;
  const out = copyBytes(exif);
  const view = viewOf(out);
  // Its number of entries (12 bytes each) is written before them, the place of the next directory behind them.
  const firstAt = view.getUint32(4, structure.littleEndian);
  view.setUint32(firstAt + 2 + 12 * view.getUint16(firstAt, structure.littleEndian), 0);
  const found = findThumbnail(exif);
  if (found !== undefined) out.fill(0, found.start, found.start + found.length);
  return out;
}

/**
 * An Exif block with another thumbnail in the place of the old one, which it must not exceed; nothing else moves.
 * Undefined where it does not fit.
 */
export function withThumbnail(exif: Uint8Array, jpeg: Uint8Array): Uint8Array | undefined {
  const found = findThumbnail(exif);
  if (found === undefined || jpeg.length > found.length) return undefined;
  const out = copyBytes(exif);
  out.fill(0, found.start, found.start + found.length);
  out.set(jpeg, found.start);
  overwrite(out, found.lengthTag, jpeg.length, found.littleEndian);
  overwrite(out, findTag(found.directory, tiffTag.orientation), 1, found.littleEndian);
  return out;
}
