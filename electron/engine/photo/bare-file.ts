import type { PhotoFormat } from './format.ts';
import { jpegSegment, readJpegHeader, segmentKind, signatures } from './jpeg-segments.ts';
import { joinBytes, latin1Bytes, viewOf } from './metadata.ts';
import { pngChunk, readPngChunks } from './png-container.ts';
import { structuralTags } from './tiff-container.ts';
import { readTiffStructure, type TiffDirectory, type TiffTag, tiffTag } from './tiff-tags.ts';
import { writeTiffDirectory, writeTiffStructure } from './tiff-writer.ts';

/**
 * The same picture without anything that decoders may complain about though pixels do not depend on it: Exif, XMP,
 * comments, unknown tags, stray bytes. Its orientation stays. Undefined where that cannot be done.
 */
export function bareFile(
  format: PhotoFormat,
  bytes: Uint8Array,
  orientation: number,
): Uint8Array | undefined {
  if (format === 'jpeg') return bareJpeg(bytes, orientation);
  if (format === 'png') return barePng(bytes, orientation);
  return format === 'tiff' ? bareTiff(bytes) : undefined;
}

function orientationTag(orientation: number): TiffTag {
  return { tag: tiffTag.orientation, type: 3, count: 1, value: Uint8Array.of(orientation, 0), valueAt: 0 };
}

/** The smallest Exif block that says how a photo is turned. */
function orientationExif(orientation: number): Uint8Array {
  const first: TiffDirectory = { tags: [orientationTag(orientation)], children: new Map(), next: 0 };
  return writeTiffStructure({ littleEndian: true, first });
}

function bareJpeg(bytes: Uint8Array, orientation: number): Uint8Array | undefined {
  const { segments, scanStart } = readJpegHeader(bytes);
  if (scanStart === undefined) return undefined;
  // Adobe's segment says which colours the components are, a profile what CMYK looks like.
  const needed = segments.filter((segment) => ['coding', 'adobe', 'icc'].includes(segmentKind(segment)));
  return joinBytes([
    bytes.subarray(0, 2),
    jpegSegment(0xe1, latin1Bytes(signatures.exif), orientationExif(orientation)),
    ...needed.map(({ marker, payload }) => jpegSegment(marker, payload)),
    bytes.subarray(scanStart),
  ]);
}

function barePng(bytes: Uint8Array, orientation: number): Uint8Array | undefined {
  const { chunks } = readPngChunks(bytes);
  const [header, ...rest] = chunks;
  if (header?.type !== 'IHDR') return undefined;
  const needed = rest.filter(({ type }) => ['PLTE', 'tRNS', 'IDAT'].includes(type));
  return joinBytes([
    bytes.subarray(0, 8),
    header.whole,
    pngChunk('eXIf', orientationExif(orientation)),
    ...needed.map(({ whole }) => whole),
    pngChunk('IEND'),
  ]);
}

function bareTiff(bytes: Uint8Array): Uint8Array | undefined {
  const structure = readTiffStructure(bytes);
  const isClassic = viewOf(bytes).getUint8(structure?.littleEndian ? 2 : 3) === 42;
  if (structure === undefined || !isClassic) return undefined;
  const needed = structure.first.tags.filter(
    ({ tag }) => structuralTags.has(tag) || tag === tiffTag.orientation || tag === tiffTag.icc,
  );
  const padding = new Uint8Array(bytes.length % 2);
  const start = bytes.length + padding.length;
  const directory = { tags: needed, children: new Map<number, TiffDirectory>() };
  const out = joinBytes([bytes, padding, writeTiffDirectory(directory, start, structure.littleEndian)]);
  viewOf(out).setUint32(4, start, structure.littleEndian);
  return out;
}
