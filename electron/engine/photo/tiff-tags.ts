import { viewOf } from './metadata.ts';

/** One entry of an image file directory; the value's bytes are in the structure's own byte order. */
export interface TiffTag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
  /** Where the value lies in the file it was read from. */
  readonly valueAt: number;
}

export interface TiffDirectory {
  readonly tags: readonly TiffTag[];
  /** Where the next directory lies; 0 for the last one. */
  readonly next: number;
  /** The directories that the pointer tags (Exif, GPS, interoperability) lead to, by those tags. */
  readonly children: ReadonlyMap<number, TiffDirectory>;
}

export interface TiffStructure {
  readonly littleEndian: boolean;
  readonly first: TiffDirectory;
}

export const tiffTag = {
  newSubfileType: 0x00fe,
  compression: 0x0103,
  photometric: 0x0106,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  stripByteCounts: 0x0117,
  xResolution: 0x011a,
  yResolution: 0x011b,
  resolutionUnit: 0x0128,
  predictor: 0x013d,
  tileOffsets: 0x0144,
  tileByteCounts: 0x0145,
  thumbnailOffset: 0x0201,
  thumbnailLength: 0x0202,
  xmp: 0x02bc,
  iptc: 0x83bb,
  photoshop: 0x8649,
  exif: 0x8769,
  icc: 0x8773,
  gps: 0x8825,
  layers: 0x935c,
  interoperability: 0xa005,
  pixelWidth: 0xa002,
  pixelHeight: 0xa003,
  dngVersion: 0xc612,
  contentCredentials: 0xcd41,
} as const;

const pointerTags: readonly number[] = [tiffTag.exif, tiffTag.gps, tiffTag.interoperability];

/** Bytes per value of each TIFF 6.0 and BigTIFF type; 0 for types that do not exist. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const maxDirectories = 16;
const maxTags = 4096;
/** No photo has more strips or tiles; a count made up by a broken file is not followed. */
const maxNumbers = 1 << 20;

interface Layout {
  readonly littleEndian: boolean;
  /** BigTIFF: 8-byte counts and offsets. */
  readonly big: boolean;
}

function readLayout(bytes: Uint8Array): Layout | undefined {
  if (bytes.length < 16) return undefined;
  const order = String.fromCharCode(bytes[0], bytes[1]);
  if (order !== 'II' && order !== 'MM') return undefined;
  const littleEndian = order === 'II';
  const version = viewOf(bytes).getUint16(2, littleEndian);
  return version === 42 || version === 43 ? { littleEndian, big: version === 43 } : undefined;
}

/**
 * Reads the first directory of a TIFF file or of an Exif block, with its Exif, GPS and interoperability children.
 * Entries that point outside the bytes are left out. Undefined where there is no such structure; never throws.
 */
export function readTiffStructure(bytes: Uint8Array): TiffStructure | undefined {
  const layout = readLayout(bytes);
  if (layout === undefined) return undefined;
  const view = viewOf(bytes);
  const start = layout.big ? offsetAt(view, 8, layout) : view.getUint32(4, layout.littleEndian);
  const first = readDirectory(bytes, start, layout, new Set());
  return first && { littleEndian: layout.littleEndian, first };
}

function offsetAt(view: DataView, at: number, { big, littleEndian }: Layout): number {
  // Beyond 2^53 nothing can lie inside the file anyway.
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

/** Reads the directory at an offset of a structure, for instance a `next`. */
export function readTiffDirectory(bytes: Uint8Array, at: number): TiffDirectory | undefined {
  const layout = readLayout(bytes);
  return layout && readDirectory(bytes, at, layout, new Set());
}

function readDirectory(
  bytes: Uint8Array,
  at: number,
  layout: Layout,
  seen: Set<number>,
): TiffDirectory | undefined {
  const countBytes = layout.big ? 8 : 2;
  if (at < 8 || at + countBytes > bytes.length || seen.has(at) || seen.size >= maxDirectories)
    return undefined;
  seen.add(at);
  const view = viewOf(bytes);
  const declared = layout.big ? offsetAt(view, at, layout) : view.getUint16(at, layout.littleEndian);
  const entryBytes = layout.big ? 20 : 12;
  const fitting = Math.floor((bytes.length - at - countBytes) / entryBytes);
  const count = Math.min(declared, fitting, maxTags);
  const tags: TiffTag[] = [];
  const children = new Map<number, TiffDirectory>();
  for (let i = 0; i < count; i++) {
    const tag = readTag(bytes, at + countBytes + i * entryBytes, layout);
    if (tag === undefined) continue;
    if (!pointerTags.includes(tag.tag)) {
      tags.push(tag);
      continue;
    }
    const child = readDirectory(bytes, tagNumbers(tag, layout.littleEndian)[0] ?? 0, layout, seen);
    if (child !== undefined) children.set(tag.tag, child);
  }
  const nextAt = at + countBytes + declared * entryBytes;
  const hasNext = nextAt + (layout.big ? 8 : 4) <= bytes.length;
  return { tags, children, next: hasNext ? offsetAt(view, nextAt, layout) : 0 };
}

function readTag(bytes: Uint8Array, at: number, layout: Layout): TiffTag | undefined {
  const view = viewOf(bytes);
  const type = view.getUint16(at + 2, layout.littleEndian);
  const count = offsetAt(view, at + 4, layout);
  const size = (typeBytes[type] ?? 0) * count;
  if (size === 0) return undefined;
  const fieldAt = at + (layout.big ? 12 : 8);
  const valueAt = size <= (layout.big ? 8 : 4) ? fieldAt : offsetAt(view, fieldAt, layout);
  if (valueAt + size > bytes.length) return undefined;
  const tag = view.getUint16(at, layout.littleEndian);
  return { tag, type, count, value: bytes.subarray(valueAt, valueAt + size), valueAt };
}

export function findTag(directory: TiffDirectory | undefined, tag: number): TiffTag | undefined {
  return directory?.tags.find((entry) => entry.tag === tag);
}

/** The whole numbers of a BYTE, SHORT, LONG, IFD or LONG8 value; rationals as their quotient; else empty. */
export function tagNumbers({ type, count, value }: TiffTag, littleEndian: boolean): number[] {
  const view = viewOf(value);
  const read: Readonly<Record<number, (i: number) => number>> = {
    1: (i) => value[i],
    3: (i) => view.getUint16(2 * i, littleEndian),
    4: (i) => view.getUint32(4 * i, littleEndian),
    5: (i) => view.getUint32(8 * i, littleEndian) / view.getUint32(8 * i + 4, littleEndian),
    13: (i) => view.getUint32(4 * i, littleEndian),
    16: (i) => Number(view.getBigUint64(8 * i, littleEndian)),
    18: (i) => Number(view.getBigUint64(8 * i, littleEndian)),
  };
  const one = read[type];
  return one === undefined ? [] : Array.from({ length: Math.min(count, maxNumbers) }, (_, i) => one(i));
}
