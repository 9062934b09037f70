import type { PhotoFlag } from './flags.ts';
import {
  type ContainerContent,
  copyBytes,
  joinBytes,
  type Loss,
  latin1Bytes,
  type MetadataBlocks,
  startsWith,
  viewOf,
  type WrappedFile,
} from './metadata.ts';

interface RiffChunk {
  readonly id: string;
  readonly data: Uint8Array;
}

const riffHeaderBytes = 12;
const maxChunks = 100_000;
const exifPrefix = 'Exif\0\0';

/** The chunks of a WebP file; a truncated file has fewer than `declaredBytes`. */
export function readRiffChunks(bytes: Uint8Array): { chunks: RiffChunk[]; declaredBytes: number } {
  if (bytes.length < riffHeaderBytes) return { chunks: [], declaredBytes: riffHeaderBytes };
  const view = viewOf(bytes);
  const end = 8 + view.getUint32(4, true);
  const chunks: RiffChunk[] = [];
  let at = riffHeaderBytes;
  while (at + 8 <= Math.min(end, bytes.length) && chunks.length < maxChunks) {
    const size = view.getUint32(at + 4, true);
    const id = String.fromCharCode(...bytes.subarray(at, at + 4));
    chunks.push({ id, data: bytes.subarray(at + 8, Math.min(at + 8 + size, bytes.length)) });
    at += 8 + size + (size % 2);
  }
  return { chunks, declaredBytes: end };
}

/** The metadata of a WebP file, and what a saved copy will not have. Never throws. */
export function readWebpContainer(bytes: Uint8Array): ContainerContent {
  const { chunks, declaredBytes } = readRiffChunks(bytes);
  const dataOf = (id: string) => chunks.find((chunk) => chunk.id === id)?.data;
  const [exif, xmp, icc] = ['EXIF', 'XMP ', 'ICCP'].map(dataOf);
  const flags: PhotoFlag[] = [];
  if (chunks.some(({ id }) => id === 'ANIM')) flags.push('first-frame-only');
  if (chunks.some(({ id }) => id === 'C2PA')) flags.push('content-credentials');
  const blocks: MetadataBlocks = {
    // Some writers put JPEG's prefix ahead of the structure.
    ...(exif && { exif: copyBytes(exif, startsWith(exif, exifPrefix) ? exifPrefix.length : 0) }),
    ...(xmp && { xmp: copyBytes(xmp) }),
    ...(icc && { icc: copyBytes(icc) }),
  };
  return { blocks, parts: [], flags, complete: declaredBytes <= bytes.length, declaredBytes };
}

function riffChunk(id: string, data: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  header.set(latin1Bytes(id));
  viewOf(header).setUint32(4, data.length, true);
  return joinBytes([header, data, new Uint8Array(data.length % 2)]);
}

/** VP8X: flags, three reserved bytes, width - 1 and height - 1 in 24 bits each (WebP Container Specification). */
function extendedHeader(flags: number, width: number, height: number): Uint8Array {
  const data = new Uint8Array(10);
  data[0] = flags;
  const view = viewOf(data);
  view.setUint16(4, (width - 1) & 0xffff, true);
  data[6] = (width - 1) >> 16;
  view.setUint16(7, (height - 1) & 0xffff, true);
  data[9] = (height - 1) >> 16;
  return riffChunk('VP8X', data);
}

/**
 * Puts metadata into a newly encoded WebP, whose chunks become an extended file. WebP has no place for IPTC-IIM,
 * Photoshop resources and density: they are reported as lost (density only without Exif, which has its own).
 */
export function wrapWebp(
  encoded: Uint8Array,
  blocks: MetadataBlocks,
  picture: { readonly width: number; readonly height: number; readonly hasAlpha: boolean },
): WrappedFile {
  const { exif, xmp, icc, iptc, photoshop, density } = blocks;
  const lost: Loss[] = [];
  if (photoshop) lost.push('photoshop');
  if (iptc) lost.push('iptc');
  if (density && !exif) lost.push('density');
  const isPixels = (id: string) => id === 'VP8 ' || id === 'VP8L' || id === 'ALPH';
  const pixels = readRiffChunks(encoded).chunks.filter(({ id }) => isPixels(id));
  if (!exif && !xmp && !icc) return { pieces: [encoded], lost };
  const flags = (icc ? 0x20 : 0) | (picture.hasAlpha ? 0x10 : 0) | (exif ? 0x08 : 0) | (xmp ? 0x04 : 0);
  const body = [
    extendedHeader(flags, picture.width, picture.height),
    ...(icc ? [riffChunk('ICCP', icc)] : []),
    ...pixels.map(({ id, data }) => riffChunk(id, data)),
    ...(exif ? [riffChunk('EXIF', exif)] : []),
    ...(xmp ? [riffChunk('XMP ', xmp)] : []),
  ];
  const header = new Uint8Array(riffHeaderBytes);
  header.set(latin1Bytes('RIFF....WEBP'));
  viewOf(header).setUint32(4, 4 + body.reduce((sum, piece) => sum + piece.length, 0), true);
  return { pieces: [header, ...body], lost };
}
