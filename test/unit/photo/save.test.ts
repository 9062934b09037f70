import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wrapAvif } from '../../../electron/engine/photo/avif-writer.ts';
import type { SaveFormat } from '../../../electron/engine/photo/encode.ts';
import { exifThumbnail } from '../../../electron/engine/photo/exif.ts';
import { wrapJpeg } from '../../../electron/engine/photo/jpeg-container.ts';
import type { MetadataBlocks } from '../../../electron/engine/photo/metadata.ts';
import { openPhoto } from '../../../electron/engine/photo/open.ts';
import { resourcesOfIptc } from '../../../electron/engine/photo/photoshop.ts';
import { wrapPng } from '../../../electron/engine/photo/png-container.ts';
import { savePhoto } from '../../../electron/engine/photo/save.ts';
import { sharp } from '../../../electron/engine/photo/sharp.ts';
import { wrapTiff } from '../../../electron/engine/photo/tiff-container.ts';
import { readTiffStructure, tagNumbers, tiffTag } from '../../../electron/engine/photo/tiff-tags.ts';
import { wrapWebp } from '../../../electron/engine/photo/webp-container.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import {
  displayP3,
  encoder,
  expectSame,
  makeExif,
  makeIptc,
  makeXmp,
  noise,
  photograph,
  put,
  storedFor,
  temporaryFolder,
  withOrientation,
} from './fixtures.ts';

let folder: string;
let close: () => Promise<void>;
let icc: Uint8Array;
beforeAll(async () => {
  icc = await displayP3();
});
beforeEach(async () => {
  ({ path: folder, close } = await temporaryFolder());
  return close;
});
afterAll(() => close());

const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const;

function encode(raster: Raster, format: SaveFormat): Promise<Buffer> {
  const picture = encoder(raster);
  if (format === 'jpeg') return picture.jpeg({ quality: 91, chromaSubsampling: '4:4:4' }).toBuffer();
  if (format === 'tiff') return picture.tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer();
  return picture.toFormat(format, { lossless: true }).toBuffer();
}

/** A file with metadata blocks, as another program may have written it. */
async function fileWith(raster: Raster, format: SaveFormat, blocks: MetadataBlocks): Promise<Buffer> {
  const bytes = await encode(raster, format);
  const wrappers = {
    jpeg: () => wrapJpeg(bytes, blocks),
    png: () => wrapPng(bytes, blocks),
    webp: () => wrapWebp(bytes, blocks, { ...raster, hasAlpha: raster.channels === 4 }),
    avif: () => wrapAvif(bytes, blocks),
    tiff: () => wrapTiff(bytes, blocks),
  };
  return Buffer.concat(wrappers[format]().pieces);
}

/** Metadata as the decoder's library finds it, independent of this project's readers. */
async function found(path: string) {
  const {
    exif,
    xmp,
    icc: profile,
    iptc,
    orientation,
    density,
  } = await sharp(await readFile(path)).metadata();
  const isPrefixed = exif?.subarray(0, 6).toString('latin1') === 'Exif\0\0';
  return { exif: isPrefixed ? exif?.subarray(6) : exif, xmp, icc: profile, iptc, orientation, density };
}

function expectBytes(bytes: Uint8Array | undefined, wanted: Uint8Array): void {
  expect(bytes?.length).toBe(wanted.length);
  expect(Buffer.compare(Buffer.from(bytes ?? []), Buffer.from(wanted))).toBe(0);
}

describe('pixels', () => {
  for (const format of ['png', 'tiff'] as const) {
    for (const channels of [1, 2, 3, 4] as const) {
      for (const depth of [8, 16] as const) {
        it(`${format} with ${channels} x ${depth} bit come back bit by bit`, async () => {
          const source = await openPhoto(
            await put(folder, 'in', await encode(noise(33, 21, channels, depth), format)),
          );
          const raster = noise(33, 21, channels, depth, 99);
          const to = join(folder, 'out');
          expect(await savePhoto({ source, raster, to })).toMatchObject({ format, depth, lost: [] });
          const saved = await openPhoto(to);
          expectSame(saved.raster, raster);
          expect(saved.encoding).toEqual(source.encoding);
        });
      }
    }
  }
  for (const format of ['webp', 'avif'] as const) {
    for (const channels of [3, 4] as const) {
      it(`${format} without loss, ${channels} channels, come back bit by bit`, async () => {
        const source = await openPhoto(
          await put(folder, 'in', await encode(noise(33, 21, channels, 8), format)),
        );
        const raster = noise(33, 21, channels, 8, 99);
        await savePhoto({ source, raster, to: join(folder, 'out') });
        expectSame((await openPhoto(join(folder, 'out'))).raster, raster);
      });
    }
  }

  it('keep quality, subsampling and scans of a JPEG', async () => {
    const raster = await photograph(96, 64);
    for (const settings of [
      { quality: 83, chromaSubsampling: '4:2:0', progressive: true },
      { quality: 97, chromaSubsampling: '4:4:4', progressive: false },
    ]) {
      const bytes = await encoder(raster).jpeg(settings).toBuffer();
      const source = await openPhoto(await put(folder, 'in.jpg', bytes));
      const to = join(folder, `out-${settings.quality}.jpg`);
      expect(await savePhoto({ source, raster: source.raster, to })).toMatchObject({
        quality: settings.quality,
      });
      const { quality: jpegQuality, chromaSubsampling, progressive } = settings;
      expect((await openPhoto(to)).encoding).toMatchObject({ jpegQuality, chromaSubsampling, progressive });
      // A second generation at the same settings is nearly free.
      expect((await readFile(to)).length / bytes.length).toBeCloseTo(1, 1);
    }
  });

  it('go to another format, with what it cannot hold named', async () => {
    const deep = noise(16, 16, 4, 16);
    const source = await openPhoto(await put(folder, 'in.png', await encode(deep, 'png')));
    const jpeg = await savePhoto({ source, raster: deep, to: join(folder, 'out.jpg'), quality: 95 });
    expect(jpeg).toMatchObject({ format: 'jpeg', depth: 8, quality: 95, lost: ['16-bit', 'alpha'] });
    const tiff = await savePhoto({ source, raster: deep, to: join(folder, 'out.tif') });
    expect(tiff).toMatchObject({ format: 'tiff', depth: 16, lost: [] });
    expectSame((await openPhoto(tiff.path)).raster, deep);
    const shallow = await savePhoto({ source, raster: deep, to: join(folder, 'out8.png'), depth: 8 });
    expect(shallow).toMatchObject({ depth: 8, lost: [] });
    const small = noise(16, 16, 3, 8);
    const widened = await savePhoto({ source, raster: small, to: join(folder, 'out16.png'), depth: 16 });
    const { raster } = await openPhoto(widened.path);
    expect(raster.data.every((sample, i) => sample === small.data[i] * 257)).toBe(true);
    // An explicit format wins over the name; a GIF becomes PNG.
    const named = await savePhoto({ source, raster: deep, to: join(folder, 'odd.jpg'), format: 'webp' });
    expect((await openPhoto(named.path)).format).toBe('webp');
    const gif = await openPhoto(await put(folder, 'in.gif', await encoder(small).gif().toBuffer()));
    expect(await savePhoto({ source: gif, raster: gif.raster, to: join(folder, 'out.gif') })).toMatchObject({
      format: 'png',
    });
  });

  it('too many for the format are refused', async () => {
    const wide = { width: 16_384, height: 1, channels: 1, depth: 8, data: new Uint8Array(16_384) } as const;
    const source = await openPhoto(await put(folder, 'in.png', await encode(wide, 'png')));
    const saving = savePhoto({ source, raster: wide, to: join(folder, 'out.webp') });
    await expect(saving).rejects.toMatchObject({ code: 'save/too-large-for-format' });
  });
});

describe('metadata', () => {
  for (const format of formats) {
    it(`${format} keeps every byte of it where pixels were not turned`, async () => {
      const raster = noise(40, 30, 3, 8);
      const thumbnail = await encoder(await photograph(40, 30))
        .jpeg({ quality: 60 })
        .toBuffer();
      const exif = makeExif({ orientation: 1, width: 40, height: 30, thumbnail });
      const [xmp, iptc] = [makeXmp(1), makeIptc()];
      const blocks = { exif, xmp, icc, ...(format === 'jpeg' || format === 'tiff' ? { iptc } : {}) };
      const path = await put(folder, 'in', await fileWith(raster, format, blocks));
      const source = await openPhoto(path);
      expect(source.raster.width).toBe(40);
      const saved = await savePhoto({ source, raster: source.raster, to: join(folder, 'out') });
      expect(saved.lost).toEqual([]);
      const before = await found(path);
      const after = await found(saved.path);
      expectBytes(after.xmp, xmp);
      expectBytes(after.icc, icc);
      if (format === 'jpeg')
        expectBytes(after.iptc, Buffer.concat([Buffer.from('Photoshop 3.0\0'), resourcesOfIptc(iptc)]));
      if (format === 'tiff') expectBytes(after.iptc, iptc);
      if (format === 'tiff') expectSameTags(await readFile(saved.path), exif);
      else expectBytes(after.exif, exif);
      expect(after.orientation).toBe(before.orientation);
      expect(after.density).toBe(before.density);
      // And a third generation is the second.
      const again = await openPhoto(saved.path);
      expect(again.metadata).toEqual(source.metadata);
      expect(again.colour.iccName).toBe('sP3C');
    });

    for (let orientation = 1; orientation <= 8; orientation++) {
      it(`${format} with orientation ${orientation} is upright once`, async () => {
        const upright = await photograph(48, 32);
        const stored = storedFor(upright, orientation);
        const thumbnail = await encoder(stored).jpeg({ quality: 95 }).toBuffer();
        const exif = makeExif({
          orientation,
          width: stored.width,
          height: stored.height,
          littleEndian: orientation > 4,
          thumbnail,
        });
        const xmp = makeXmp(orientation);
        let bytes = await fileWith(stored, format, { exif, xmp });
        if (format === 'avif')
          bytes = await withOrientation(stored, orientation).avif({ lossless: true }).toBuffer();
        const source = await openPhoto(await put(folder, 'in', bytes));
        expect(source).toMatchObject({ orientation, width: 48, height: 32 });
        const saved = await savePhoto({ source, raster: source.raster, to: join(folder, 'out') });
        expect(saved.lost).toEqual([]);
        const again = await openPhoto(saved.path);
        expect(again).toMatchObject({ orientation: 1, width: 48, height: 32 });
        if (format !== 'jpeg') expectSame(again.raster, upright);
        const { exif: newExif, xmp: newXmp } = again.metadata;
        if (format === 'avif' || newExif === undefined || newXmp === undefined) return;
        const changed = differences(newExif, source.metadata.exif ?? exif);
        const details = readTiffStructure(newExif)?.first.children.get(tiffTag.exif);
        const sizes = details?.tags.filter(
          ({ tag }) => tag === tiffTag.pixelWidth || tag === tiffTag.pixelHeight,
        );
        const isLittle = newExif[0] === 0x49;
        expect(sizes?.map((tag) => tagNumbers(tag, isLittle)[0])).toEqual([48, 32]);
        expect(new TextDecoder().decode(newXmp)).toBe(new TextDecoder().decode(makeXmp(1)));
        if (orientation === 1) expect(changed).toBe(0);
        // One byte of orientation, at most two of sizes; the thumbnail has a directory of its own.
        if (format === 'tiff') expect(changed).toBeLessThanOrEqual(3);
      });
    }
  }

  it("a turned thumbnail is upright in its old place, and the maker's note is untouched", async () => {
    const upright = await photograph(160, 96);
    const stored = storedFor(upright, 6);
    const thumbnail = await encoder(stored).jpeg({ quality: 95 }).toBuffer();
    const exif = makeExif({ orientation: 6, width: 96, height: 160, thumbnail });
    const source = await openPhoto(await put(folder, 'in.jpg', await fileWith(stored, 'jpeg', { exif })));
    await savePhoto({ source, raster: source.raster, to: join(folder, 'out.jpg') });
    const saved = (await found(join(folder, 'out.jpg'))).exif ?? Buffer.alloc(0);
    expect(saved.length).toBe(exif.length);
    const note = Buffer.from(Array.from({ length: 301 }, (_, i) => (i * 37 + 11) & 255));
    expect(saved.indexOf(note)).toBe(Buffer.from(exif).indexOf(note));
    const start = saved.indexOf(Buffer.of(0xff, 0xd8, 0xff));
    expect(start).toBe(exif.length - thumbnail.length);
    const { data, info } = await sharp(saved.subarray(start)).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 160, height: 96 });
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += Math.abs(data[i] - upright.data[i]);
    expect(sum / data.length).toBeLessThan(8);
  });

  it('small pictures of what was repaired are made anew or left out', async () => {
    const before = await photograph(160, 96);
    const thumbnail = await encoder(before).jpeg({ quality: 95 }).toBuffer();
    const exif = makeExif({ orientation: 1, width: 160, height: 96, thumbnail });
    const xmp = Buffer.from(
      Buffer.from(makeXmp(1))
        .toString()
        .replace(
          '</rdf:RDF>',
          '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:Thumbnails><rdf:Alt>OLD</rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF>',
        ),
    );
    const file = await fileWith(before, 'jpeg', { exif, xmp });
    const source = await openPhoto(await put(folder, 'in.jpg', file));
    const raster = { ...source.raster, data: source.raster.data.map((value) => 255 - value) };
    await savePhoto({ source, raster, to: join(folder, 'out.jpg') });
    const saved = await found(join(folder, 'out.jpg'));
    const fresh = exifThumbnail(saved.exif ?? Buffer.alloc(0)) ?? Buffer.alloc(0);
    const { data } = await sharp(fresh).raw().toBuffer({ resolveWithObject: true });
    const distance = data.reduce((sum, value, i) => sum + Math.abs(255 - value - before.data[i]), 0);
    expect(distance / data.length).toBeLessThan(10);
    expect(saved.xmp?.toString()).not.toContain('OLD');
    // Where the old one was too small for a new one, none is better than a wrong one.
    const tiny = makeExif({
      orientation: 1,
      width: 160,
      height: 96,
      thumbnail: Uint8Array.of(255, 216, 255, 217),
    });
    const other = await fileWith(before, 'jpeg', { exif: tiny });
    const second = await openPhoto(await put(folder, 'tiny.jpg', other));
    await savePhoto({ source: second, raster: { ...second.raster }, to: join(folder, 'tiny-out.jpg') });
    const bare = (await found(join(folder, 'tiny-out.jpg'))).exif ?? Buffer.alloc(0);
    expect(exifThumbnail(bare)).toBeUndefined();
    expect(bare.length).toBe(tiny.length);
  });

  it('crosses formats, and what has no place is named', async () => {
    const raster = noise(40, 30, 3, 8);
    const exif = makeExif({ orientation: 1, width: 40, height: 30 });
    const xmp = makeXmp(1);
    const iptc = makeIptc();
    const homeless = {
      jpeg: [],
      tiff: [],
      png: ['photoshop', 'iptc'],
      webp: ['photoshop', 'iptc'],
      avif: ['photoshop', 'iptc'],
    };
    for (const from of ['jpeg', 'tiff'] as const) {
      const path = await put(folder, `in.${from}`, await fileWith(raster, from, { exif, xmp, icc, iptc }));
      const source = await openPhoto(path);
      for (const format of formats) {
        const saved = await savePhoto({ source, raster, to: join(folder, `${from}.${format}`), format });
        const wanted =
          from === 'tiff' ? homeless[format].filter((name) => name === 'iptc') : homeless[format];
        expect(saved.lost, `${from} to ${format}`).toEqual(wanted);
        const after = await found(saved.path);
        expectBytes(after.xmp, xmp);
        expectBytes(after.icc, icc);
        const text = (await readFile(saved.path)).toString('utf8');
        expect(text).toContain('Großmutter am See, 祖母');
        expect(text).toContain('Box Camera 3');
        expect((await openPhoto(saved.path)).metadata.density ?? { x: 300 }).toMatchObject({
          x: expect.any(Number),
        });
        if (format === 'tiff') expect((await openPhoto(saved.path)).metadata.iptc).toEqual(iptc);
      }
    }
  });

  it('a JPEG keeps segments that only others understand, in their order, and drops what became untrue', async () => {
    const raster = await photograph(32, 32);
    const plain = await encode(raster, 'jpeg');
    const segment = (marker: number, payload: string) => {
      const bytes = Buffer.from(payload, 'latin1');
      return Buffer.concat([
        Buffer.of(0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255),
        bytes,
      ]);
    };
    const jfif = segment(0xe0, 'JFIF\0\x01\x01\x01\x01\x2c\x01\x2c\0\0');
    const kept = [
      segment(0xfe, 'scanned by hand'),
      segment(0xec, 'Ducky\0\x01'),
      segment(0xe5, "a maker's own"),
      segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0 an extension'),
    ];
    const dropped = [
      segment(0xe2, 'MPF\0 offsets'),
      segment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0'),
      segment(0xeb, 'JP\0\0 signed'),
    ];
    const file = Buffer.concat([plain.subarray(0, 2), jfif, ...dropped, ...kept, plain.subarray(2)]);
    const source = await openPhoto(await put(folder, 'in.jpg', file));
    expect(source.flags).toEqual(['extra-images', 'content-credentials']);
    expect(source.metadata.density).toEqual({ x: 300, y: 300, unit: 'inch' });
    await savePhoto({ source, raster, to: join(folder, 'out.jpg') });
    const saved = await readFile(join(folder, 'out.jpg'));
    expect(saved.indexOf(Buffer.concat([plain.subarray(0, 2), jfif, ...kept]))).toBe(0);
    for (const bytes of dropped) expect(saved.includes(bytes)).toBe(false);
    const png = await savePhoto({ source, raster, to: join(folder, 'out.png') });
    expect(png.lost).toEqual(['extended-xmp']);
    expect((await found(png.path)).density).toBe(300);
  });

  it('a PNG keeps its texts and what its colours mean', async () => {
    const raster = noise(16, 16, 3, 8);
    const bytes = await encode(raster, 'png');
    const source = { ...(await openPhoto(await put(folder, 'in.png', bytes))) };
    const parts = [
      { name: 'gAMA', bytes: Uint8Array.of(0, 0, 0xb1, 0x8f) },
      { name: 'cICP', bytes: Uint8Array.of(9, 16, 0, 1) },
      { name: 'tEXt', bytes: Buffer.from('Title\0Grandmother', 'latin1') },
    ];
    await put(folder, 'in.png', Buffer.concat(wrapPng(bytes, {}, parts).pieces));
    const photo = await openPhoto(source.path);
    expect(photo.parts).toEqual(
      parts.map(({ name, bytes: data }) => ({ name, bytes: new Uint8Array(data) })),
    );
    const kept = await savePhoto({ source: photo, raster, to: join(folder, 'out.png') });
    expect((await openPhoto(kept.path)).parts).toEqual(photo.parts);
    const bare = await savePhoto({
      source: photo,
      raster,
      to: join(folder, 'bare.png'),
      keepMetadata: false,
    });
    expect((await openPhoto(bare.path)).parts.map(({ name }) => name)).toEqual(['gAMA', 'cICP']);
  });

  it('a CMYK profile does not follow pixels that became sRGB', async () => {
    const cmyk = encoder(await photograph(32, 32))
      .withIccProfile('cmyk')
      .toColourspace('cmyk');
    for (const format of ['jpeg', 'tiff'] as const) {
      const bytes = await (format === 'jpeg' ? cmyk.clone().jpeg() : cmyk.clone().tiff()).toBuffer();
      const path = await put(folder, 'in', bytes);
      expect((await found(path)).icc?.length).toBeGreaterThan(100);
      const source = await openPhoto(path);
      const saved = await savePhoto({
        source,
        raster: source.raster,
        to: join(folder, `out.${format}`),
        format,
      });
      expect((await found(saved.path)).icc).toBeUndefined();
      expect((await sharp(await readFile(saved.path)).metadata()).space).toBe('srgb');
    }
  });

  it('is left out when asked, but for the profile', async () => {
    const raster = noise(16, 16, 3, 8);
    const exif = makeExif({ orientation: 1, width: 16, height: 16 });
    for (const format of formats) {
      const bytes = await fileWith(raster, format, { exif, xmp: makeXmp(1), icc, iptc: makeIptc() });
      const source = await openPhoto(await put(folder, 'in', bytes));
      const saved = await savePhoto({ source, raster, to: join(folder, format), keepMetadata: false });
      const after = await found(saved.path);
      expectBytes(after.icc, icc);
      expect(after.xmp).toBeUndefined();
      expect(after.iptc).toBeUndefined();
      expect((await readFile(saved.path)).includes('Box Camera 3'), format).toBe(false);
    }
  });

  it('too large for a JPEG segment goes into extensions, or is named as lost', async () => {
    const raster = noise(16, 16, 3, 8);
    const xmp = makeXmp(1, `<dc:description>${'x'.repeat(200_000)}</dc:description>`);
    const source = await openPhoto(await put(folder, 'in.png', await fileWith(raster, 'png', { xmp })));
    const saved = await savePhoto({ source, raster, to: join(folder, 'out.jpg') });
    expect(saved.lost).toEqual([]);
    const photo = await openPhoto(saved.path);
    const extensions = photo.parts.filter(({ bytes }) => Buffer.from(bytes).includes('xmp/extension'));
    const text = Buffer.concat(extensions.map(({ bytes }) => bytes.subarray(35 + 32 + 8)));
    expectBytes(text, xmp);
    const pointer = new TextDecoder().decode(photo.metadata.xmp);
    expect(pointer).toContain(Buffer.from(extensions[0].bytes).toString('latin1', 35, 67));
    const exif = makeExif({
      orientation: 1,
      width: 16,
      height: 16,
      thumbnail: Buffer.from(`\xff\xd8${'t'.repeat(70_000)}`, 'latin1'),
    });
    const heavy = await openPhoto(await put(folder, 'heavy.png', await fileWith(raster, 'png', { exif })));
    expect((await savePhoto({ source: heavy, raster, to: join(folder, 'heavy.jpg') })).lost).toEqual([
      'exif',
    ]);
  });

  it('says in XMP that a model made a part of the picture, if asked', async () => {
    const raster = noise(16, 16, 3, 8);
    const word = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
    for (const format of formats) {
      for (const blocks of [{}, { xmp: makeXmp(1) }]) {
        const source = await openPhoto(await put(folder, 'in', await fileWith(raster, format, blocks)));
        const to = join(folder, `${format}-${Object.keys(blocks).length}`);
        await savePhoto({ source, raster, to, markAsReconstructed: true });
        const xmp = (await found(to)).xmp?.toString('utf8') ?? '';
        expect(xmp).toContain(`DigitalSourceType="${word}"`);
        if ('xmp' in blocks) expect(xmp).toContain('湖边的祖母 👵');
      }
    }
  });

  it('AVIF keeps primaries and transfer without touching its samples', async () => {
    const raster = noise(32, 32, 3, 8);
    for (const lossless of [true, false]) {
      const bytes = await encoder(raster).avif({ lossless, quality: 80 }).toBuffer();
      const nclx = Uint8Array.from([...Buffer.from('nclx'), 0, 9, 0, 16, 0, lossless ? 0 : 6, 0x80]);
      const tagged = Buffer.concat(wrapAvif(bytes, {}, [{ name: 'nclx', bytes: nclx }]).pieces);
      const plain = await openPhoto(await put(folder, 'plain.avif', bytes));
      const source = await openPhoto(await put(folder, 'in.avif', tagged));
      expect(source.parts).toEqual([{ name: 'nclx', bytes: nclx }]);
      expectSame(source.raster, plain.raster);
      const saved = await savePhoto({ source, raster: source.raster, to: join(folder, `${lossless}.avif`) });
      expect((await openPhoto(saved.path)).parts).toEqual(source.parts);
    }
  });
});

function differences(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((count, byte, i) => count + (byte === b[i] ? 0 : 1), 0);
}

/** A TIFF holds Exif's tags as its own, in its own byte order. */
function expectSameTags(tiff: Uint8Array, exif: Uint8Array): void {
  const [own, wanted] = [readTiffStructure(tiff), readTiffStructure(exif)];
  for (const pointer of [undefined, tiffTag.exif, tiffTag.gps]) {
    const directory = pointer === undefined ? own?.first : own?.first.children.get(pointer);
    const given = pointer === undefined ? wanted?.first : wanted?.first.children.get(pointer);
    expect(given?.tags.length).toBeGreaterThan(1);
    for (const { tag, type, count, value } of given?.tags ?? []) {
      const saved = directory?.tags.find((entry) => entry.tag === tag);
      expect(saved).toMatchObject({ type, count });
      if (saved === undefined || [2, 7].includes(type)) expectBytes(saved?.value, value);
      else expect(tagNumbers(saved, true)).toEqual(tagNumbers({ ...saved, value }, false));
    }
  }
}
