import { createHash } from 'node:crypto';
import type { PhotoFlag } from './flags.ts';
import {
  jpegSegment,
  maxPayloadBytes,
  readJpegHeader,
  type SegmentKind,
  segmentKind,
  signatures,
} from './jpeg-segments.ts';
import {
  type ContainerContent,
  copyBytes,
  type Density,
  joinBytes,
  type Loss,
  latin1Bytes,
  type MetadataBlocks,
  type StoredPart,
  viewOf,
  type WrappedFile,
} from './metadata.ts';
import { iptcInResources, resourcesOfIptc } from './photoshop.ts';

/** Segments that would be untrue in a newly encoded file. */
const neverKept: readonly SegmentKind[] = ['adobe', 'multiPicture', 'gainMap', 'jumbf', 'coding'];
const app = { jfif: 0xe0, exif: 0xe1, xmp: 0xe1, icc: 0xe2, photoshop: 0xed } as const;

function payloadAfter(signature: string, payload: Uint8Array): Uint8Array {
  return payload.subarray(signature.length);
}

/** Every segment kept for saving, the metadata in them, and what a saved copy will not have. Never throws. */
export function readJpegContainer(bytes: Uint8Array): ContainerContent {
  const { segments, scanStart } = readJpegHeader(bytes);
  const parts: StoredPart[] = [];
  const kinds = new Map<SegmentKind, Uint8Array[]>();
  for (const segment of segments) {
    const kind = segmentKind(segment);
    const ofKind = kinds.get(kind);
    if (ofKind === undefined) kinds.set(kind, [segment.payload]);
    else ofKind.push(segment.payload);
    if (neverKept.includes(kind)) continue;
    parts.push({ name: segment.marker.toString(16), bytes: copyBytes(segment.payload) });
  }
  const flags: PhotoFlag[] = [];
  const end = scanStart === undefined ? -1 : lastIndexOfEnd(bytes, scanStart);
  if (kinds.has('multiPicture') || (end >= 0 && hasTrailingPicture(bytes, scanStart ?? 0)))
    flags.push('extra-images');
  if (kinds.has('jumbf')) flags.push('content-credentials');
  return { blocks: blocksOf(kinds), parts, flags, complete: end >= 0 };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}

/** End-of-image markers cannot occur inside entropy-coded data, where 0xFF is followed by 0 or a restart. */
function lastIndexOfEnd(bytes: Uint8Array, scanStart: number): number {
  return asBuffer(bytes.subarray(scanStart)).lastIndexOf(Buffer.of(0xff, 0xd9));
}

/** Phones put gain maps, depth maps and motion videos behind the picture. */
function hasTrailingPicture(bytes: Uint8Array, scanStart: number): boolean {
  const scan = asBuffer(bytes.subarray(scanStart));
  const trailer = scan.subarray(scan.indexOf(Buffer.of(0xff, 0xd9)) + 2);
  return trailer.includes(Buffer.of(0xff, 0xd8, 0xff)) || trailer.includes('ftyp');
}

function blocksOf(kinds: ReadonlyMap<SegmentKind, Uint8Array[]>): MetadataBlocks {
  const exif = kinds.get('exif')?.[0];
  const xmp = kinds.get('xmp')?.[0];
  const icc = joinIcc(kinds.get('icc') ?? []);
  const resources = kinds.get('photoshop');
  const photoshop =
    resources && joinBytes(resources.map((payload) => payloadAfter(signatures.photoshop, payload)));
  const iptc = photoshop && iptcInResources(photoshop);
  const density = densityOf(kinds.get('jfif')?.[0]);
  return {
    ...(exif && { exif: copyBytes(payloadAfter(signatures.exif, exif)) }),
    ...(xmp && { xmp: copyBytes(payloadAfter(signatures.xmp, xmp)) }),
    ...(icc && { icc }),
    ...(photoshop && { photoshop }),
    ...(iptc && { iptc }),
    ...(density && { density }),
  };
}

/** A profile comes in numbered pieces: number, count, bytes (ICC.1, annex B.4). */
function joinIcc(payloads: readonly Uint8Array[]): Uint8Array | undefined {
  const pieces = payloads.map((payload) => payloadAfter(signatures.icc, payload)).sort((a, b) => a[0] - b[0]);
  const whole =
    pieces.length > 0 && pieces.every((piece, i) => piece[0] === i + 1 && piece[1] === pieces.length);
  return whole ? joinBytes(pieces.map((piece) => piece.subarray(2))) : undefined;
}

function densityOf(jfif: Uint8Array | undefined): Density | undefined {
  if (jfif === undefined || jfif.length < 12) return undefined;
  const view = viewOf(jfif);
  const [x, y] = [view.getUint16(8), view.getUint16(10)];
  if (jfif[7] === 0 || jfif[7] > 2 || x === 0 || y === 0) return undefined;
  return { x, y, unit: jfif[7] === 1 ? 'inch' : 'cm' };
}

/**
 * Puts metadata in front of a newly encoded JPEG. With the parts of a JPEG source, its segments come back in
 * their old order, those of `blocks` with the bytes given there or not at all; without, `blocks` alone are written.
 */
export function wrapJpeg(
  encoded: Uint8Array,
  blocks: MetadataBlocks,
  parts: readonly StoredPart[] = [],
): WrappedFile {
  const lost: Loss[] = [];
  const head: Uint8Array[] = [];
  const written = new Set<SegmentKind>();
  for (const { name, bytes } of parts) {
    const segment = { marker: Number.parseInt(name, 16), payload: bytes };
    const kind = segmentKind(segment);
    // Only the first Exif and XMP segment count; more of them would contradict it.
    if ((kind === 'exif' || kind === 'xmp') && written.has(kind)) continue;
    written.add(kind);
    if (kind === 'exif') head.push(...exifSegments(blocks, lost));
    else if (kind === 'xmp') head.push(...xmpSegments(blocks, lost));
    else if (kind === 'icc' && blocks.icc === undefined) continue;
    else head.push(jpegSegment(segment.marker, bytes));
  }
  const isNew = parts.length === 0;
  if (isNew || (!written.has('jfif') && blocks.density)) head.unshift(jfifSegment(blocks.density));
  const rest: Uint8Array[] = [];
  if (!written.has('exif')) rest.push(...exifSegments(blocks, lost));
  if (!written.has('xmp')) rest.push(...xmpSegments(blocks, lost));
  if (!written.has('photoshop')) rest.push(...photoshopSegments(blocks));
  if (!written.has('icc')) rest.push(...iccSegments(blocks, lost));
  // Exif readers expect its segment first, or right behind JFIF.
  const afterJfif = head.length > 0 && head[0][1] === app.jfif ? 1 : 0;
  const ordered = [...head.slice(0, afterJfif), ...rest, ...head.slice(afterJfif)];
  return { pieces: [encoded.subarray(0, 2), ...ordered, encoded.subarray(bodyStart(encoded))], lost };
}

/** Where the coding segments begin: behind SOI and the JFIF segment that an encoder may have written. */
function bodyStart(encoded: Uint8Array): number {
  return encoded[3] === app.jfif ? 4 + viewOf(encoded).getUint16(4) : 2;
}

function jfifSegment(density: Density | undefined): Uint8Array {
  const rest = new Uint8Array(9);
  const view = viewOf(rest);
  view.setUint16(0, 0x0102);
  const { x, y, unit } = density ?? { x: 1, y: 1, unit: 'none' };
  rest[2] = unit === 'inch' ? 1 : unit === 'cm' ? 2 : 0;
  view.setUint16(3, Math.min(65_535, Math.max(1, Math.round(x))));
  view.setUint16(5, Math.min(65_535, Math.max(1, Math.round(y))));
  return jpegSegment(app.jfif, latin1Bytes(signatures.jfif), rest);
}

function exifSegments({ exif }: MetadataBlocks, lost: Loss[]): Uint8Array[] {
  if (exif === undefined) return [];
  if (exif.length + signatures.exif.length > maxPayloadBytes) {
    lost.push('exif');
    return [];
  }
  return [jpegSegment(app.exif, latin1Bytes(signatures.exif), exif)];
}

/**
 * An XMP packet that exceeds a segment is moved into extension segments, to which a small packet points
 * (XMP Specification Part 3, 1.1.3.1): signature, MD5 in hexadecimal, whole length, offset, bytes.
 */
function xmpSegments({ xmp }: MetadataBlocks, lost: Loss[]): Uint8Array[] {
  if (xmp === undefined) return [];
  const signature = latin1Bytes(signatures.xmp);
  if (xmp.length + signature.length <= maxPayloadBytes) return [jpegSegment(app.xmp, signature, xmp)];
  if (xmp.length > 50_000_000) {
    lost.push('xmp');
    return [];
  }
  const guid = createHash('md5').update(xmp).digest('hex').toUpperCase();
  const pointer =
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
    `xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta>` +
    '<?xpacket end="w"?>';
  const segments = [jpegSegment(app.xmp, signature, new TextEncoder().encode(pointer))];
  const chunkBytes = 65_400;
  for (let start = 0; start < xmp.length; start += chunkBytes) {
    const numbers = new Uint8Array(8);
    viewOf(numbers).setUint32(0, xmp.length);
    viewOf(numbers).setUint32(4, start);
    const piece = xmp.subarray(start, start + chunkBytes);
    const header = latin1Bytes(signatures.extendedXmp + guid);
    segments.push(jpegSegment(app.xmp, header, numbers, piece));
  }
  return segments;
}

function photoshopSegments({ photoshop, iptc }: MetadataBlocks): Uint8Array[] {
  const resources = photoshop ?? (iptc && resourcesOfIptc(iptc));
  if (resources === undefined) return [];
  const signature = latin1Bytes(signatures.photoshop);
  const segments: Uint8Array[] = [];
  for (let start = 0; start < resources.length; start += maxPayloadBytes - signature.length) {
    const piece = resources.subarray(start, start + maxPayloadBytes - signature.length);
    segments.push(jpegSegment(app.photoshop, signature, piece));
  }
  return segments;
}

function iccSegments({ icc }: MetadataBlocks, lost: Loss[]): Uint8Array[] {
  if (icc === undefined) return [];
  const chunkBytes = maxPayloadBytes - signatures.icc.length - 2;
  const count = Math.ceil(icc.length / chunkBytes);
  if (count > 255) {
    lost.push('icc');
    return [];
  }
  return Array.from({ length: count }, (_, i) =>
    jpegSegment(
      app.icc,
      latin1Bytes(signatures.icc),
      Uint8Array.of(i + 1, count),
      icc.subarray(i * chunkBytes, (i + 1) * chunkBytes),
    ),
  );
}
