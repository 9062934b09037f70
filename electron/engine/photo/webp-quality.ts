import type { PhotoEncoding } from './photo.ts';
import { readRiffChunks } from './webp-container.ts';

/** The arithmetic decoder of VP8 (RFC 6386, section 7.3), for header fields of even probability only. */
class HeaderBits {
  readonly #bytes: Uint8Array;
  #at = 2;
  #value: number;
  #range = 255;
  #shifted = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#value = (bytes[0] << 8) | bytes[1];
  }

  bit(): number {
    const split = 1 + (((this.#range - 1) * 128) >> 8);
    const isSet = this.#value >= split << 8;
    if (isSet) {
      this.#range -= split;
      this.#value -= split << 8;
    } else {
      this.#range = split;
    }
    while (this.#range < 128) {
      this.#value <<= 1;
      this.#range <<= 1;
      if (++this.#shifted === 8) {
        this.#shifted = 0;
        this.#value |= this.#bytes[this.#at++] ?? 0;
      }
    }
    return isSet ? 1 : 0;
  }

  /** An unsigned number, highest bit first. */
  number(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) value = 2 * value + this.bit();
    return value;
  }

  /** Optional numbers with sign: 0 where absent. */
  optionalSigned(bits: number): number {
    if (this.bit() === 0) return 0;
    const size = this.number(bits);
    return this.bit() === 1 ? -size : size;
  }
}

/** The quantiser indices 0..127 that a VP8 key frame uses, one per segment (RFC 6386, section 19.2). */
function quantisers(frame: Uint8Array): number[] | undefined {
  const isKeyFrame = (frame[0] & 1) === 0;
  if (frame.length < 20 || !isKeyFrame || frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return;
  const bits = new HeaderBits(frame.subarray(10));
  bits.number(2); // colour space, clamping
  const segments: number[] = [];
  let isAbsolute = false;
  if (bits.bit() === 1) {
    const updatesMap = bits.bit() === 1;
    if (bits.bit() === 1) {
      isAbsolute = bits.bit() === 1;
      for (let i = 0; i < 4; i++) segments.push(bits.optionalSigned(7));
      for (let i = 0; i < 4; i++) bits.optionalSigned(6);
    }
    if (updatesMap) for (let i = 0; i < 3; i++) if (bits.bit() === 1) bits.number(8);
  }
  bits.number(1 + 6 + 3); // loop filter: type, level, sharpness
  if (bits.bit() === 1 && bits.bit() === 1) for (let i = 0; i < 8; i++) bits.optionalSigned(6);
  bits.number(2); // partitions
  const base = bits.number(7);
  return segments.length === 0 ? [base] : segments.map((value) => (isAbsolute ? value : base + value));
}

/**
 * How a WebP was encoded: lossless, or the libwebp quality 0..100 that its quantisers come closest to, by the
 * inverse of libwebp's QualityToCompression. Never throws.
 */
export function webpEncoding(bytes: Uint8Array): PhotoEncoding {
  const { chunks } = readRiffChunks(bytes);
  if (chunks.some(({ id }) => id === 'VP8L')) return { lossless: true };
  const frame = chunks.find(({ id }) => id === 'VP8 ')?.data;
  const indices = frame && quantisers(frame);
  if (indices === undefined) return {};
  // libwebp spreads its four segments around the quality that was asked for, the coarsest far off; without it the
  // geometric mean is within 6 of the true quality (measured from 30 to 100).
  const used = [...indices].sort((a, b) => a - b).slice(0, Math.max(1, indices.length - 1));
  const logs = used.map((index) => Math.log(Math.max(1 - Math.min(127, Math.max(0, index)) / 127, 1e-3)));
  const compression = Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
  const linear = compression ** 3;
  const quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2;
  return { lossless: false, webpQuality: Math.round(Math.min(1, Math.max(0, quality)) * 100) };
}
