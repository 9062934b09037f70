import { startsWith, viewOf } from './metadata.ts';

/** A marker segment; the payload comes after the two length bytes and is a view of the file. */
export interface JpegSegment {
  readonly marker: number;
  readonly payload: Uint8Array;
}

export interface JpegHeader {
  readonly segments: readonly JpegSegment[];
  /** Where the first scan begins (its 0xFF); undefined where the file ends before. */
  readonly scanStart: number | undefined;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** Far more than any photo has; a file made of empty segments is not followed for ever. */
const maxSegments = 10_000;

function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** The segments ahead of the first scan. Never throws; stops where the structure breaks off. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = viewOf(bytes);
  const segments: JpegSegment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && segments.length < maxSegments) {
    // Decoders skip stray bytes ahead of a marker, and a marker may be padded with 0xFF.
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0) {
      at++;
      continue;
    }
    const marker = bytes[at + 1];
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    if (marker === startOfScan) return { segments, scanStart: at };
    if (marker === endOfImage) break;
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) break;
    segments.push({ marker, payload: bytes.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
  return { segments, scanStart: undefined };
}

/** A marker segment as it stands in a file. The payload may have 65,533 bytes. */
export function jpegSegment(marker: number, ...payload: readonly Uint8Array[]): Uint8Array {
  const size = payload.reduce((sum, piece) => sum + piece.length, 0);
  const out = new Uint8Array(4 + size);
  out[0] = 0xff;
  out[1] = marker;
  viewOf(out).setUint16(2, size + 2);
  let at = 4;
  for (const piece of payload) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

export const maxPayloadBytes = 65_533;

export const signatures = {
  jfif: 'JFIF\0',
  exif: 'Exif\0\0',
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  extendedXmp: 'http://ns.adobe.com/xmp/extension/\0',
  icc: 'ICC_PROFILE\0',
  multiPicture: 'MPF\0',
  gainMap: 'urn:iso:std:iso:ts:21496:-1\0',
  photoshop: 'Photoshop 3.0\0',
  adobe: 'Adobe',
} as const;

export type SegmentKind = keyof typeof signatures | 'jumbf' | 'comment' | 'application' | 'coding';

const signaturesByMarker: Readonly<Record<number, readonly (keyof typeof signatures)[]>> = {
  224: ['jfif'],
  225: ['exif', 'xmp', 'extendedXmp'],
  226: ['icc', 'multiPicture', 'gainMap'],
  237: ['photoshop'],
  238: ['adobe'],
};

/** What a segment is for; `coding` for tables and frame headers, `application` for what is not known here. */
export function segmentKind({ marker, payload }: JpegSegment): SegmentKind {
  const kind = signaturesByMarker[marker]?.find((name) => startsWith(payload, signatures[name]));
  if (kind !== undefined) return kind;
  if (marker === 0xeb && startsWith(payload, 'JP')) return 'jumbf';
  if (marker === 0xfe) return 'comment';
  return marker >= 0xe0 && marker <= 0xef ? 'application' : 'coding';
}
