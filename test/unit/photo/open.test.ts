import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhoto, probePhoto } from '../../../electron/engine/photo/open.ts';
import { savePhoto } from '../../../electron/engine/photo/save.ts';
import { sharp } from '../../../electron/engine/photo/sharp.ts';
import {
  encoder,
  expectSame,
  noise,
  photograph,
  photoPath,
  put,
  storedFor,
  temporaryFolder,
  withOrientation,
} from './fixtures.ts';

let folder: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ path: folder, close } = await temporaryFolder());
});
afterAll(() => close());

const channelNames = { 1: 'grey', 2: 'greyAlpha', 3: 'rgb', 4: 'rgba' } as const;

describe('pixels are those of the file', () => {
  const lossless = {
    png: (raster: ReturnType<typeof noise>) => encoder(raster).png(),
    'png interlaced': (raster: ReturnType<typeof noise>) => encoder(raster).png({ progressive: true }),
    'tiff lzw': (raster: ReturnType<typeof noise>) => encoder(raster).tiff({ compression: 'lzw' }),
    'tiff tiled': (raster: ReturnType<typeof noise>) =>
      encoder(raster).tiff({
        compression: 'deflate',
        predictor: 'horizontal',
        tile: true,
        tileWidth: 16,
        tileHeight: 16,
      }),
    'tiff big': (raster: ReturnType<typeof noise>) =>
      encoder(raster).tiff({ compression: 'none', bigtiff: true }),
  };
  for (const [name, encode] of Object.entries(lossless)) {
    for (const channels of [1, 2, 3, 4] as const) {
      for (const depth of [8, 16] as const) {
        it(`${name}, ${channelNames[channels]}, ${depth} bit`, async () => {
          const raster = noise(37, 23, channels, depth, channels + depth);
          const path = await put(folder, 'photo.bin', await encode(raster).toBuffer());
          const photo = await openPhoto(path);
          expect(photo).toMatchObject({
            width: 37,
            height: 23,
            depth,
            samples: channelNames[channels],
            flags: [],
          });
          expectSame(photo.raster, raster);
          expect(await probePhoto(path)).toMatchObject({
            width: 37,
            height: 23,
            depth,
            samples: channelNames[channels],
          });
        });
      }
    }
  }
  for (const channels of [3, 4] as const) {
    it(`webp without loss, ${channelNames[channels]}`, async () => {
      const raster = noise(37, 23, channels, 8);
      const path = await put(
        folder,
        'photo.bin',
        await encoder(raster).webp({ lossless: true, exact: true }).toBuffer(),
      );
      const photo = await openPhoto(path);
      expectSame(photo.raster, raster);
      expect(photo.encoding.lossless).toBe(true);
    });
    it(`avif without loss, ${channelNames[channels]}`, async () => {
      const raster = noise(37, 23, channels, 8);
      const path = await put(folder, 'photo.bin', await encoder(raster).avif({ lossless: true }).toBuffer());
      const photo = await openPhoto(path);
      expectSame(photo.raster, raster);
      expect(photo.encoding).toMatchObject({ lossless: true, chromaSubsampling: '4:4:4', bitsPerSample: 8 });
    });
  }

  it('a profile does not convert them', async () => {
    const raster = await photograph(64, 48);
    const png = await encoder(raster).png().toBuffer();
    const path = await put(folder, 'p3.png', await sharp(png).withIccProfile('p3').png().toBuffer());
    const plain = await sharp(await readFile(path), { ignoreIcc: true })
      .raw()
      .toBuffer();
    const photo = await openPhoto(path);
    expect(photo.raster.data).toEqual(new Uint8Array(plain));
    // The file's samples are P3's, not those of the sRGB picture.
    expect(photo.raster.data).not.toEqual(new Uint8Array(raster.data));
    expect(photo.colour.iccName).toBe('sP3C');
    expect(photo.colour.iccProfile?.length).toBeGreaterThan(300);
  });
});

it('samples that are copied with slice() are a copy', async () => {
  const { raster } = await openPhoto(photoPath('nagasaki-boats'));
  const copy = raster.data.slice();
  const before = raster.data[0];
  copy[0] = before ^ 1;
  expect(raster.data[0]).toBe(before);
});

describe('orientation', () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    it(`${orientation} is turned upright in every format`, async () => {
      const upright = noise(9, 5, 3, 8, 3);
      const stored = storedFor(upright, orientation);
      const make = () => withOrientation(stored, orientation);
      const files = {
        png: make().png(),
        tiff: make().tiff({ compression: 'lzw' }),
        webp: make().webp({ lossless: true }),
        avif: make().avif({ lossless: true }),
      };
      for (const [format, file] of Object.entries(files)) {
        const path = await put(folder, `o.${format}`, await file.toBuffer());
        const photo = await openPhoto(path);
        expect(photo, format).toMatchObject({ format, width: 9, height: 5, orientation });
        expectSame(photo.raster, upright);
        expect(await probePhoto(path), format).toMatchObject({ width: 9, height: 5, orientation });
      }
      const wide = noise(9, 5, 3, 16, 3);
      const deep = withOrientation(storedFor(wide, orientation), orientation).png();
      const photo = await openPhoto(await put(folder, 'deep.png', await deep.toBuffer()));
      expectSame(photo.raster, wide);
    });
  }

  it('a JPEG is turned', async () => {
    const upright = await photograph(64, 40);
    const jpeg = await withOrientation(storedFor(upright, 8), 8).jpeg({ quality: 100 }).toBuffer();
    const { raster } = await openPhoto(await put(folder, 'o.jpg', jpeg));
    let worst = 0;
    for (let i = 0; i < raster.data.length; i++)
      worst = Math.max(worst, Math.abs(raster.data[i] - upright.data[i]));
    expect(worst).toBeLessThan(24);
  });
});

describe('special photos', () => {
  it('AVIF of 10 bits opens with 16', async () => {
    const ramp = Uint16Array.from({ length: 64 * 8 * 3 }, (_, i) =>
      Math.round(((Math.floor(i / 3) % 64) / 63) * 65535),
    );
    const raster = { width: 64, height: 8, channels: 3, depth: 16, data: ramp } as const;
    const path = await put(
      folder,
      'ten.avif',
      await encoder(raster).avif({ quality: 100, bitdepth: 10 }).toBuffer(),
    );
    const photo = await openPhoto(path);
    expect(photo.encoding.bitsPerSample).toBe(10);
    let worst = 0;
    for (let i = 0; i < ramp.length; i++) worst = Math.max(worst, Math.abs(photo.raster.data[i] - ramp[i]));
    expect(photo.depth).toBe(16);
    // Three steps of 10 bits: less than one step of 8.
    expect(worst).toBeLessThan(3 * 64);
  });

  it('CMYK becomes sRGB and says so', async () => {
    const picture = await photograph(64, 48);
    for (const [name, file] of [
      ['jpeg', encoder(picture).toColourspace('cmyk').jpeg({ quality: 95 })],
      ['tiff', encoder(picture).toColourspace('cmyk').tiff({ compression: 'lzw' })],
      ['tiff', encoder(picture).withIccProfile('cmyk').toColourspace('cmyk').tiff({ compression: 'lzw' })],
    ] as const) {
      const bytes = await file.toBuffer();
      expect((await sharp(bytes).metadata()).space).toBe('cmyk');
      const path = await put(folder, `cmyk.${name}`, bytes);
      const photo = await openPhoto(path);
      expect(photo).toMatchObject({ samples: 'rgb', depth: 8, flags: ['converted-from-cmyk'] });
      expect(photo.metadata.icc).toBeUndefined();
      expect((await probePhoto(path)).flags).toContain('converted-from-cmyk');
      let sum = 0;
      for (let i = 0; i < picture.data.length; i++) sum += Math.abs(picture.data[i] - photo.raster.data[i]);
      // There and back through the press loses saturation, not the picture.
      expect(sum / picture.data.length).toBeLessThan(20);
    }
  });

  it('animations open with their first frame', async () => {
    const frames = Buffer.concat(
      [noise(20, 10, 3, 8, 1), noise(20, 10, 3, 8, 2)].map(({ data }) => data as Uint8Array),
    );
    const strip = sharp(frames, { raw: { width: 20, height: 20, channels: 3, pageHeight: 10 } });
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await strip
        .clone()
        .toFormat(format, { loop: 0, delay: [50, 50] })
        .toBuffer();
      const photo = await openPhoto(await put(folder, `anim.${format}`, bytes));
      expect(photo).toMatchObject({ format, width: 20, height: 10, flags: ['first-frame-only'] });
    }
  });

  it('palettes, 1 bit and transparent colours become plain samples', async () => {
    const picture = await photograph(40, 30);
    const palette = await encoder(picture).png({ palette: true, colours: 16 }).toBuffer();
    expect(await openPhoto(await put(folder, 'p.png', palette))).toMatchObject({
      samples: 'rgb',
      depth: 8,
      flags: [],
    });
    const fax = await encoder(picture)
      .greyscale()
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ bitdepth: 1, compression: 'ccittfax4' })
      .toBuffer();
    const photo = await openPhoto(await put(folder, 'fax.tif', fax));
    expect(photo).toMatchObject({ samples: 'grey', depth: 8, flags: [] });
    expect([...new Set(photo.raster.data)].sort()).toEqual([0, 255]);
  });

  it('premultiplied alpha of a TIFF is divided out, once', async () => {
    const samples = Uint8Array.of(50, 20, 10, 100, 30, 30, 30, 255, 0, 0, 0, 0);
    const raster = { width: 3, height: 1, channels: 4, depth: 8, data: samples } as const;
    const bytes = await encoder(raster).tiff({ compression: 'none' }).toBuffer();
    const directory = bytes.readUInt32LE(4);
    const entries = Array.from({ length: bytes.readUInt16LE(directory) }, (_, i) => directory + 2 + 12 * i);
    const extraSamples = entries.find((at) => bytes.readUInt16LE(at) === 338) ?? 0;
    bytes.writeUInt16LE(1, extraSamples + 8);
    const photo = await openPhoto(await put(folder, 'premultiplied.tif', bytes));
    const divided = Uint8Array.of(127, 51, 25, 100, 30, 30, 30, 255, 0, 0, 0, 0);
    expectSame(photo.raster, { ...raster, data: divided });
    const saved = await savePhoto({ source: photo, raster: photo.raster, to: join(folder, 'divided.tif') });
    expectSame((await openPhoto(saved.path)).raster, photo.raster);
  });

  it('an Ultra HDR JPEG opens as the ordinary one and says that a part of it will be lost', async () => {
    const bytes = await readFile(photoPath('allium-oreophilum'));
    const plain = await openPhoto(photoPath('allium-oreophilum'));
    // Phones append the second picture behind the first.
    const path = await put(folder, 'hdr.jpg', Buffer.concat([bytes, bytes]));
    const photo = await openPhoto(path);
    expect(photo.flags).toEqual(['extra-images']);
    expectSame(photo.raster, plain.raster);
  });
});
