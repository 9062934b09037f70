import type { PhotoFlag } from './flags.ts';

/** Pixels per unit. */
export interface Density {
  readonly x: number;
  readonly y: number;
  readonly unit: 'inch' | 'cm';
}

/** Metadata of a photo without the wrapping of its container: bytes as they stood in the file. */
export interface MetadataBlocks {
  /** A TIFF structure that begins with `II` or `MM`. */
  readonly exif?: Uint8Array;
  /** An XMP packet. */
  readonly xmp?: Uint8Array;
  /** IPTC-IIM records. */
  readonly iptc?: Uint8Array;
  /** Photoshop image resources (`8BIM...`). */
  readonly photoshop?: Uint8Array;
  readonly icc?: Uint8Array;
  readonly density?: Density;
}

/** A segment, chunk or property that only its own container understands. */
export interface StoredPart {
  /** JPEG: the marker's second byte in hexadecimal; PNG: the chunk type; AVIF: the box type. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Everything a container holds besides pixels. */
export interface ContainerContent {
  readonly blocks: MetadataBlocks;
  readonly parts: readonly StoredPart[];
  readonly flags: readonly PhotoFlag[];
  /** False where the file ends before its structure does. */
  readonly complete: boolean;
  /** How long a truncated file says that it was. */
  readonly declaredBytes?: number;
}

/** What a saved photo lacks that its source had. */
export type Loss =
  | 'exif'
  | 'xmp'
  | 'extended-xmp'
  | 'iptc'
  | 'photoshop'
  | 'icc'
  | 'density'
  | 'alpha'
  | '16-bit';

/** A finished file as pieces to be written one after the other, so that large pixels are never copied. */
export interface WrappedFile {
  readonly pieces: readonly Uint8Array[];
  readonly lost: readonly Loss[];
}

/** A copy that keeps nothing of the file alive: `subarray` alone would hold all of its bytes. */
export function copyBytes(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

/** What a decoder may be made to believe that a file still has. */
const maxMissingBytes = 1 << 29;

/**
 * A truncated file filled with zeros up to the length that it says to have, for decoders that take all of a file (or
 * of a strip) or nothing: the pixels that are there come out, then noise or nothing.
 */
export function filledUp(bytes: Uint8Array, declaredBytes: number): Uint8Array {
  if (declaredBytes <= bytes.length || declaredBytes - bytes.length > maxMissingBytes) return bytes;
  const out = new Uint8Array(declaredBytes);
  out.set(bytes);
  return out;
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

export function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
