import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { PhotoFlag } from './flags.ts';
import {
  type ContainerContent,
  copyBytes,
  type Density,
  joinBytes,
  type Loss,
  latin1Bytes,
  type MetadataBlocks,
  type StoredPart,
  startsWith,
  viewOf,
  type WrappedFile,
} from './metadata.ts';

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With length, type and checksum. */
  readonly whole: Uint8Array;
}

const signatureBytes = 8;
const maxChunks = 100_000;
/** A profile or an XMP packet never needs more; a deflate bomb would. */
const maxInflatedBytes = 64 << 20;
const xmpKeyword = 'XML:com.adobe.xmp\0';

/** Colour chunks are "unsafe to copy" only for programs that change colours. */
const colourChunks = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'mDCV', 'cLLI'];
const signedChunk = 'caBX';

/** The chunks ahead of IEND; `complete` is false where the file ends before it. Never throws. */
export function readPngChunks(bytes: Uint8Array): { chunks: PngChunk[]; complete: boolean } {
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  let at = signatureBytes;
  while (at + 12 <= bytes.length && chunks.length < maxChunks) {
    const size = view.getUint32(at);
    if (at + 12 + size > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IEND') return { chunks, complete: true };
    const whole = bytes.subarray(at, at + 12 + size);
    chunks.push({ type, data: whole.subarray(8, 8 + size), whole });
    at += 12 + size;
  }
  return { chunks, complete: false };
}

/** Ancillary, and marked by PNG's own rule (fourth letter small) as true whatever happens to the pixels. */
function isSafeToCopy(type: string): boolean {
  return /^[a-z][A-Za-z]{2}[a-z]$/.test(type);
}

/** The chunks kept for saving, the metadata in them, and what a saved copy will not have. Never throws. */
export function readPngContainer(bytes: Uint8Array): ContainerContent {
  const { chunks, complete } = readPngChunks(bytes);
  const parts: StoredPart[] = [];
  const flags: PhotoFlag[] = [];
  for (const { type, data } of chunks) {
    if (type === 'acTL') flags.push('first-frame-only');
    if (type === signedChunk) flags.push('content-credentials');
    if (colourChunks.includes(type) || (isSafeToCopy(type) && type !== signedChunk)) {
      parts.push({ name: type, bytes: copyBytes(data) });
    }
  }
  return { blocks: blocksOf(chunks), parts, flags, complete };
}

function blocksOf(chunks: readonly PngChunk[]): MetadataBlocks {
  const dataOf = (name: string) => chunks.find(({ type }) => type === name)?.data;
  const exif = dataOf('eXIf');
  const profile = dataOf('iCCP');
  const icc = profile && profileIn(profile);
  const physical = dataOf('pHYs');
  const density = physical && densityIn(physical);
  const text = chunks.find(({ type, data }) => type === 'iTXt' && startsWith(data, xmpKeyword))?.data;
  const xmp = text && xmpIn(text);
  return {
    ...(exif && { exif: copyBytes(exif) }),
    ...(icc && { icc }),
    ...(density && { density }),
    ...(xmp && { xmp }),
  };
}

function inflated(data: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(inflateSync(data, { maxOutputLength: maxInflatedBytes }));
  } catch {
    return undefined;
  }
}

/** iTXt: keyword, 0, compressed?, method, language, 0, translated keyword, 0, text. */
function xmpIn(data: Uint8Array): Uint8Array | undefined {
  const languageEnd = data.indexOf(0, xmpKeyword.length + 2);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return undefined;
  const text = data.subarray(translatedEnd + 1);
  return data[xmpKeyword.length] === 1 ? inflated(text) : copyBytes(text);
}

/** iCCP: name, 0, method, deflated profile. */
function profileIn(data: Uint8Array): Uint8Array | undefined {
  const nameEnd = data.subarray(0, 80).indexOf(0);
  return nameEnd < 0 ? undefined : inflated(data.subarray(nameEnd + 2));
}

function densityIn(data: Uint8Array): Density | undefined {
  if (data.length < 9 || data[8] !== 1) return undefined;
  const view = viewOf(data);
  return { x: view.getUint32(0) / 100, y: view.getUint32(4) / 100, unit: 'cm' };
}

/** A chunk as it stands in a file. */
export function pngChunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes([latin1Bytes(type), ...data]);
  const out = new Uint8Array(body.length + 8);
  const view = viewOf(out);
  view.setUint32(0, body.length - 4);
  out.set(body, 4);
  view.setUint32(out.length - 4, crc32(body));
  return out;
}

function xmpChunk(xmp: Uint8Array): Uint8Array {
  return pngChunk('iTXt', latin1Bytes(`${xmpKeyword}\0\0\0\0`), xmp);
}

function profileChunk(icc: Uint8Array): Uint8Array {
  return pngChunk('iCCP', latin1Bytes('ICC profile\0\0'), deflateSync(icc));
}

function densityChunk({ x, y, unit }: Density): Uint8Array {
  const data = new Uint8Array(9);
  const metres = unit === 'inch' ? 0.0254 : 0.01;
  viewOf(data).setUint32(0, Math.round(x / metres));
  viewOf(data).setUint32(4, Math.round(y / metres));
  data[8] = 1;
  return pngChunk('pHYs', data);
}

/**
 * Puts metadata into a newly encoded PNG, ahead of its pixels. With the parts of a PNG source, its chunks come
 * back in their old order, those of `blocks` with the bytes given there or not at all. PNG has no place for
 * IPTC-IIM and Photoshop resources of another format: they are reported as lost.
 */
export function wrapPng(
  encoded: Uint8Array,
  blocks: MetadataBlocks,
  parts: readonly StoredPart[] = [],
): WrappedFile {
  const { exif, xmp, icc, density } = blocks;
  const head: Uint8Array[] = [];
  const written = new Set<string>();
  for (const { name, bytes } of parts) {
    const isXmp = name === 'iTXt' && startsWith(bytes, xmpKeyword);
    const kind = isXmp ? 'xmp' : name;
    const isSingle = kind === 'xmp' || kind === 'eXIf' || kind === 'iCCP';
    if (isSingle && written.has(kind)) continue;
    written.add(kind);
    if (kind === 'xmp') head.push(...(xmp ? [xmpChunk(xmp)] : []));
    else if (kind === 'eXIf') head.push(...(exif ? [pngChunk('eXIf', exif)] : []));
    else if (kind !== 'iCCP' || icc) head.push(pngChunk(name, bytes));
  }
  if (icc && !written.has('iCCP')) head.push(profileChunk(icc));
  if (density && !written.has('pHYs')) head.push(densityChunk(density));
  if (exif && !written.has('eXIf')) head.push(pngChunk('eXIf', exif));
  if (xmp && !written.has('xmp')) head.push(xmpChunk(xmp));
  const lost: Loss[] = [];
  if (blocks.photoshop) lost.push('photoshop');
  if (blocks.iptc) lost.push('iptc');
  const [start, pixels] = splitAtPixels(encoded);
  return { pieces: [start, ...head, pixels], lost };
}

/** Signature and IHDR, and everything from the first chunk of pixels or palette on. */
function splitAtPixels(encoded: Uint8Array): [Uint8Array, Uint8Array] {
  const headerEnd = signatureBytes + 25;
  const view = viewOf(encoded);
  let at = headerEnd;
  // The encoder writes a pHYs of its own.
  while (startsWith(encoded.subarray(at + 4), 'pHYs')) at += 12 + view.getUint32(at);
  return [encoded.subarray(0, headerEnd), encoded.subarray(at)];
}
