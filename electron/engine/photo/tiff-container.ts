import type { PhotoFlag } from './flags.ts';
import {
  type ContainerContent,
  copyBytes,
  type Density,
  type MetadataBlocks,
  viewOf,
  type WrappedFile,
} from './metadata.ts';
import type { PhotoEncoding } from './photo.ts';
import { iptcInResources } from './photoshop.ts';
import {
  findTag,
  readTiffStructure,
  type TiffDirectory,
  type TiffStructure,
  type TiffTag,
  tagNumbers,
  tiffTag,
} from './tiff-tags.ts';
import { swappedDirectory, writeTiffDirectory, writeTiffStructure } from './tiff-writer.ts';

/** Tags that say how pixels are stored (TIFF 6.0 and its supplements): each file has its own. */
export const structuralTags: ReadonlySet<number> = new Set([
  ...[
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290,
  ],
  ...[
    291, 292, 293, 297, 301, 317, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 338,
  ],
  ...[
    339, 340, 341, 342, 347, 351, 433, 434, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532,
  ],
]);
/** Tags with a block of their own, or that a newly written file must not have. */
const separate = new Set<number>([
  tiffTag.xmp,
  tiffTag.iptc,
  tiffTag.photoshop,
  tiffTag.icc,
  tiffTag.layers,
  tiffTag.contentCredentials,
]);

const compressions: Readonly<Record<number, string>> = {
  1: 'none',
  5: 'lzw',
  6: 'jpeg',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
};

function tagBytes(directory: TiffDirectory, tag: number): Uint8Array | undefined {
  const found = findTag(directory, tag);
  return found && copyBytes(found.value);
}

/** Where the last strip or tile ends; undefined where there is none. */
function pixelsEnd({ first, littleEndian }: TiffStructure): number | undefined {
  const numbers = (tag: number) => {
    const found = findTag(first, tag);
    return found === undefined ? [] : tagNumbers(found, littleEndian);
  };
  const offsets = numbers(tiffTag.stripOffsets).concat(numbers(tiffTag.tileOffsets));
  const sizes = numbers(tiffTag.stripByteCounts).concat(numbers(tiffTag.tileByteCounts));
  const end = offsets.reduce((furthest, offset, i) => Math.max(furthest, offset + (sizes[i] ?? 0)), 0);
  return end === 0 ? undefined : end;
}

/** Why a TIFF is none that can be opened, in words; undefined for one that may be. */
export function tiffRefusal(bytes: Uint8Array): 'a camera raw file' | 'a CIELAB picture' | undefined {
  const structure = readTiffStructure(bytes);
  if (structure === undefined) return undefined;
  const number = (tag: number) => {
    const found = findTag(structure.first, tag);
    return found === undefined ? 0 : (tagNumbers(found, structure.littleEndian)[0] ?? 0);
  };
  // Raw files of many cameras are TIFFs whose first directory is a reduced picture, or say so (DNG).
  const isPreview = (number(tiffTag.newSubfileType) & 1) === 1;
  if (isPreview || findTag(structure.first, tiffTag.dngVersion)) return 'a camera raw file';
  // 8 CIELab, 9 ICCLab, 10 ITULab.
  const photometric = number(tiffTag.photometric);
  return photometric >= 8 && photometric <= 10 ? 'a CIELAB picture' : undefined;
}

/**
 * The metadata of a TIFF file. Its Exif block is made of all tags of the first directory that do not describe the
 * storage of pixels, with the Exif, GPS and interoperability directories. Never throws.
 */
export function readTiffContainer(bytes: Uint8Array): ContainerContent {
  const structure = readTiffStructure(bytes);
  if (structure === undefined) return { blocks: {}, parts: [], flags: [], complete: false };
  const { first } = structure;
  const kept = first.tags.filter(({ tag }) => !structuralTags.has(tag) && !separate.has(tag));
  const hasExif = kept.length > 0 || first.children.size > 0;
  const exif = hasExif && writeTiffStructure({ ...structure, first: { ...first, tags: kept } });
  const xmp = tagBytes(first, tiffTag.xmp);
  const icc = tagBytes(first, tiffTag.icc);
  const photoshop = tagBytes(first, tiffTag.photoshop);
  const iptc = tagBytes(first, tiffTag.iptc) ?? (photoshop && iptcInResources(photoshop));
  const density = densityOf(structure);
  const blocks: MetadataBlocks = {
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(icc && { icc }),
    ...(photoshop && { photoshop }),
    ...(iptc && { iptc }),
    ...(density && { density }),
  };
  const flags: PhotoFlag[] = [];
  if (first.next !== 0) flags.push('first-frame-only');
  if (findTag(first, tiffTag.layers)) flags.push('layers');
  if (findTag(first, tiffTag.contentCredentials)) flags.push('content-credentials');
  const declaredBytes = pixelsEnd(structure);
  const complete = declaredBytes !== undefined && declaredBytes <= bytes.length;
  return { blocks, parts: [], flags, complete, ...(declaredBytes && { declaredBytes }) };
}

function densityOf({ first, littleEndian }: TiffStructure): Density | undefined {
  const number = (tag: number) => {
    const found = findTag(first, tag);
    return found && tagNumbers(found, littleEndian)[0];
  };
  const [x, y] = [number(tiffTag.xResolution), number(tiffTag.yResolution)];
  const unit = number(tiffTag.resolutionUnit) ?? 2;
  if (!x || !y || !Number.isFinite(x + y) || (unit !== 2 && unit !== 3)) return undefined;
  return { x, y, unit: unit === 2 ? 'inch' : 'cm' };
}

/** How a TIFF was compressed. Never throws. */
export function tiffEncoding(bytes: Uint8Array): PhotoEncoding {
  const structure = readTiffStructure(bytes);
  if (structure === undefined) return {};
  const number = (tag: number) => {
    const found = findTag(structure.first, tag);
    return found === undefined ? undefined : tagNumbers(found, structure.littleEndian)[0];
  };
  const compression = compressions[number(tiffTag.compression) ?? 1] ?? 'other';
  const predictor = ({ 2: 'horizontal', 3: 'float' } as const)[number(tiffTag.predictor) ?? 1] ?? 'none';
  return { compression, predictor };
}

function newTag(tag: number, type: number, count: number, value: Uint8Array): TiffTag {
  return { tag, type, count, value, valueAt: 0 };
}

/**
 * Three tags for a density, in little-endian order; rationals with a denominator of 10,000. TIFF requires them, so
 * that an unknown density is said to be a ratio of 1 without unit.
 */
function densityTags(density: Density | undefined): TiffTag[] {
  const { x, y, unit } = density ?? { x: 1, y: 1, unit: 'none' };
  const rational = (value: number) => {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, Math.round(value * 10_000), true);
    viewOf(bytes).setUint32(4, 10_000, true);
    return bytes;
  };
  return [
    newTag(tiffTag.xResolution, 5, 1, rational(x)),
    newTag(tiffTag.yResolution, 5, 1, rational(y)),
    newTag(tiffTag.resolutionUnit, 3, 1, Uint8Array.of(unit === 'inch' ? 2 : unit === 'cm' ? 3 : 1, 0)),
  ];
}

/**
 * Puts metadata into a newly encoded little-endian TIFF: a new first directory at its end holds the encoder's own
 * tags and those of the blocks. Values come back byte by byte, in little-endian order where the source had the
 * other one. A MakerNote keeps its bytes, but lies elsewhere: makers whose notes point to places in the file lose
 * what those point to. An Exif thumbnail has no place in a TIFF.
 */
export function wrapTiff(encoded: Uint8Array, blocks: MetadataBlocks): WrappedFile {
  const own = readTiffStructure(encoded);
  if (own === undefined || !own.littleEndian) throw new Error('The encoder wrote no little-endian TIFF.');
  const source = blocks.exif && readTiffStructure(blocks.exif);
  const exif = source && (source.littleEndian ? source.first : swappedDirectory(source.first));
  const added = new Map<number, TiffTag>();
  for (const tag of densityTags(blocks.density)) added.set(tag.tag, tag);
  for (const tag of exif?.tags ?? []) {
    if (!structuralTags.has(tag.tag) && !separate.has(tag.tag)) added.set(tag.tag, tag);
  }
  const bytesTag = (tag: number, type: number, bytes: Uint8Array | undefined) => {
    if (bytes !== undefined) added.set(tag, newTag(tag, type, bytes.length, bytes));
  };
  bytesTag(tiffTag.xmp, 1, blocks.xmp);
  bytesTag(tiffTag.iptc, 7, blocks.iptc);
  bytesTag(tiffTag.photoshop, 1, blocks.photoshop);
  bytesTag(tiffTag.icc, 7, blocks.icc);
  const encoder = own.first.tags.filter(({ tag }) => !added.has(tag));
  const children = exif?.children ?? new Map<number, TiffDirectory>();
  const start = encoded.length + (encoded.length % 2);
  const directory = writeTiffDirectory({ tags: [...encoder, ...added.values()], children }, start, true);
  const header = copyBytes(encoded, 0, 8);
  viewOf(header).setUint32(4, start, true);
  const padding = new Uint8Array(start - encoded.length);
  return { pieces: [header, encoded.subarray(8), padding, directory], lost: [] };
}
