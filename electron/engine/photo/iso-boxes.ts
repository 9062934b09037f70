import { joinBytes, latin1Bytes, viewOf } from './metadata.ts';

/** A box of an ISO base media file (ISO/IEC 14496-12): `body` is a view behind size and type. */
export interface IsoBox {
  readonly type: string;
  readonly body: Uint8Array;
  /** Where the box begins, counted from the start of the bytes given to `readBoxes`. */
  readonly at: number;
  readonly sizeBytes: number;
}

const maxBoxes = 10_000;

/** The boxes that follow one another in some bytes; stops where one does not fit (`complete` is then false). */
export function readBoxes(bytes: Uint8Array): { boxes: IsoBox[]; complete: boolean } {
  const view = viewOf(bytes);
  const boxes: IsoBox[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && boxes.length < maxBoxes) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const shortSize = view.getUint32(at);
    const isLong = shortSize === 1 && at + 16 <= bytes.length;
    const headerBytes = isLong ? 16 : 8;
    // A size of 0 means: to the end of the file.
    const declared = isLong ? Number(view.getBigUint64(at + 8)) : shortSize;
    const sizeBytes = declared === 0 ? bytes.length - at : declared;
    if (sizeBytes < headerBytes || at + sizeBytes > bytes.length) return { boxes, complete: false };
    boxes.push({ type, body: bytes.subarray(at + headerBytes, at + sizeBytes), at, sizeBytes });
    at += sizeBytes;
  }
  return { boxes, complete: at === bytes.length };
}

export function findBox(boxes: readonly IsoBox[], type: string): IsoBox | undefined {
  return boxes.find((box) => box.type === type);
}

/** The boxes inside a box, behind `skip` bytes of its own fields (4 for version and flags alone). */
export function innerBoxes(box: IsoBox | undefined, skip = 0): IsoBox[] {
  return box === undefined ? [] : readBoxes(box.body.subarray(skip)).boxes;
}

/** A box as it stands in a file. */
export function isoBox(type: string, ...body: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(8);
  viewOf(header).setUint32(0, 8 + body.reduce((sum, piece) => sum + piece.length, 0));
  header.set(latin1Bytes(type), 4);
  return joinBytes([header, ...body]);
}

/** Reads numbers one after the other; every read behind the end gives 0 and makes `overrun` true. */
export class NumberReader {
  readonly #view: DataView;
  #at = 0;
  overrun = false;

  constructor(bytes: Uint8Array) {
    this.#view = viewOf(bytes);
  }

  /** A big-endian number of 0, 1, 2, 4 or 8 bytes; other sizes do not exist and count as an overrun. */
  read(bytes: number): number {
    if (bytes === 0) return 0;
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.#view.byteLength || ![1, 2, 4, 8].includes(bytes)) {
      this.overrun = true;
      return 0;
    }
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at);
    return bytes === 4 ? this.#view.getUint32(at) : Number(this.#view.getBigUint64(at));
  }
}

/** Big-endian numbers as bytes: pairs of byte count (1, 2 or 4) and value. */
export function numberBytes(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  const view = viewOf(out);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 1) view.setUint8(at, value);
    else if (bytes === 2) view.setUint16(at, value);
    else view.setUint32(at, value);
    at += bytes;
  }
  return out;
}
