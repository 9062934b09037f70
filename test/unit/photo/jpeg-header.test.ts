import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readHeader } from '../../../electron/engine/photo/header.ts';
import { readJpegContainer } from '../../../electron/engine/photo/jpeg-container.ts';
import { plainJpegHeader } from '../../../electron/engine/photo/jpeg-header.ts';
import { encoder, noise, photoPath, withOrientation } from './fixtures.ts';

const plain = (bytes: Uint8Array) => plainJpegHeader(bytes, readJpegContainer(bytes).blocks);
const decoder = (bytes: Uint8Array) => readHeader(bytes, 'jpeg', { complete: true });
const colour = noise(40, 24, 3, 8);

describe('the header of an ordinary JPEG', () => {
  test('is what the decoder says', async () => {
    const files = [
      await readFile(photoPath('nagasaki-boats')),
      await readFile(photoPath('allium-oreophilum')),
      await readFile('resources/samples/sample.jpg'),
      await encoder(noise(33, 17, 1, 8))
        .jpeg()
        .toBuffer(),
      await encoder(colour).jpeg({ progressive: true }).toBuffer(),
      await encoder(colour).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    ];
    for (let orientation = 1; orientation <= 8; orientation++) {
      files.push(await withOrientation(colour, orientation).jpeg().toBuffer());
    }
    for (const bytes of files) expect(plain(bytes)).toEqual(await decoder(bytes));
  });

  test('is left to the decoder where the JPEG is none of those', async () => {
    const bytes = await encoder(colour).jpeg().toBuffer();
    const frameAt = bytes.indexOf(Buffer.of(0xff, 0xc0));
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(bytes);
      copy[frameAt + at] = value;
      return copy;
    };
    expect(plain(bytes)).toBeDefined();
    expect(plain(await encoder(colour).toColourspace('cmyk').jpeg().toBuffer())).toBeUndefined();
    // Arithmetic coding, 12 bits, no height, two components, an end within the tables.
    expect(plain(changed(1, 0xc9))).toBeUndefined();
    expect(plain(changed(4, 12))).toBeUndefined();
    expect(plain(Buffer.from(changed(5, 0).fill(0, frameAt + 5, frameAt + 7)))).toBeUndefined();
    expect(plain(changed(9, 2))).toBeUndefined();
    expect(plain(bytes.subarray(0, frameAt + 30))).toBeUndefined();
    expect(plain(new Uint8Array())).toBeUndefined();
  });
});
