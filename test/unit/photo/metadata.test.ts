import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exifOrientation,
  exifThumbnail,
  uprightExif,
  withThumbnail,
} from '../../../electron/engine/photo/exif.ts';
import { iccName } from '../../../electron/engine/photo/icc.ts';
import { openPhoto } from '../../../electron/engine/photo/open.ts';
import {
  iptcInResources,
  resourcesOfIptc,
  withoutThumbnailResources,
} from '../../../electron/engine/photo/photoshop.ts';
import { savePhoto } from '../../../electron/engine/photo/save.ts';
import {
  findTag,
  readTiffStructure,
  type TiffTag,
  tagNumbers,
  tiffTag,
} from '../../../electron/engine/photo/tiff-tags.ts';
import { writeTiffDirectory } from '../../../electron/engine/photo/tiff-writer.ts';
import { markedAsReconstructed, uprightXmp } from '../../../electron/engine/photo/xmp.ts';
import { encoder, expectSame, makeExif, makeIptc, makeXmp, noise, put, temporaryFolder } from './fixtures.ts';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

describe('Exif', () => {
  for (const littleEndian of [false, true]) {
    it(`${littleEndian ? 'little' : 'big'}-endian blocks change only where pixels were turned`, () => {
      const thumbnail = Uint8Array.of(0xff, 0xd8, 1, 2, 3, 4, 5, 6, 0xff, 0xd9);
      const exif = makeExif({ orientation: 6, width: 4000, height: 6000, littleEndian, thumbnail });
      expect(exifOrientation(exif)).toBe(6);
      expect(exifThumbnail(exif)).toEqual(thumbnail);
      const upright = uprightExif(exif, { width: 6000, height: 4000 });
      expect(exifOrientation(upright)).toBe(1);
      const details = readTiffStructure(upright)?.first.children.get(tiffTag.exif);
      const sizes = [tiffTag.pixelWidth, tiffTag.pixelHeight].map((number) => findTag(details, number));
      expect(sizes.map((tag) => tag && tagNumbers(tag, littleEndian)[0])).toEqual([6000, 4000]);
      // One byte of orientation, two of each size: 4000 and 6000 share none.
      expect([...exif.keys()].filter((i) => exif[i] !== upright[i]).length).toBe(5);
      const small = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
      const replaced = withThumbnail(upright, small);
      expect(exifThumbnail(replaced ?? exif)).toEqual(small);
      expect(replaced?.length).toBe(exif.length);
      expect(withThumbnail(upright, new Uint8Array(11))).toBeUndefined();
    });
  }

  it('broken blocks come back as they are', () => {
    for (const broken of [
      new Uint8Array(0),
      bytes('II*\0'),
      new Uint8Array(64).fill(0xff),
      bytes('Exif\0\0nonsense nonsense'),
    ]) {
      expect(uprightExif(broken, { width: 1, height: 1 })).toEqual(broken);
      expect(exifOrientation(broken)).toBeUndefined();
    }
    // A directory that leads to itself.
    const loop = makeExif({ orientation: 1, width: 1, height: 1 });
    const pointer = Buffer.from(loop).indexOf(Buffer.of(0x87, 0x69));
    loop.set([0, 0, 0, 8], pointer + 8);
    expect(exifOrientation(loop)).toBe(1);
  });
});

describe('XMP', () => {
  const size = { width: 30, height: 20 };
  it('says upright in attributes and elements, with any prefix', () => {
    const packet = (inside: string, attributes = '') =>
      bytes(
        `<rdf:Description xmlns:t="http://ns.adobe.com/tiff/1.0/" xmlns:e='http://ns.adobe.com/exif/1.0/'${attributes}>${inside}</rdf:Description>`,
      );
    expect(text(uprightXmp(packet('', ' t:Orientation="8" t:ImageWidth=\'20\''), size))).toBe(
      text(packet('', ' t:Orientation="1" t:ImageWidth=\'30\'')),
    );
    expect(
      text(
        uprightXmp(packet('<t:Orientation>6</t:Orientation><e:PixelXDimension>20</e:PixelXDimension>'), size),
      ),
    ).toBe(text(packet('<t:Orientation>1</t:Orientation><e:PixelXDimension>30</e:PixelXDimension>')));
    const untouched = packet('<x:Orientation>6</x:Orientation>');
    expect(uprightXmp(untouched, size)).toBe(untouched);
    const notUtf8 = Uint8Array.of(0xff, 0xfe, 0x3c, 0);
    expect(uprightXmp(notUtf8, size)).toBe(notUtf8);
  });

  const word = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
  it('marks a packet once, and takes the room from its padding', () => {
    const packet = makeXmp(1);
    const marked = markedAsReconstructed(packet);
    expect(text(marked)).toContain(`Iptc4xmpExt:DigitalSourceType="${word}"`);
    expect(text(marked)).toContain('湖边的祖母 👵');
    expect(marked?.length).toBe(packet.length);
    expect(markedAsReconstructed(marked)).toEqual(marked);
  });

  it('replaces another source type, and joins the description it is about', () => {
    const old = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture';
    const head =
      '<R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><R:Description R:about="uuid:1" xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"';
    const element = `${head}><ext:DigitalSourceType>${old}</ext:DigitalSourceType></R:Description></R:RDF>`;
    expect(text(markedAsReconstructed(bytes(element)))).toBe(element.replace(old, word));
    const attribute = `${head} ext:DigitalSourceType="${old}"/></R:RDF>`;
    expect(text(markedAsReconstructed(bytes(attribute)))).toBe(attribute.replace(old, word));
    const neither = `${head}/></R:RDF>`;
    expect(text(markedAsReconstructed(bytes(neither)))).toContain(
      '<R:Description R:about="uuid:1" xmlns:Iptc4xmpExt=',
    );
  });

  it('makes a packet where there is none, and leaves alone what it does not understand', () => {
    expect(text(markedAsReconstructed(undefined))).toMatch(
      /^<\?xpacket begin="\ufeff"[\s\S]*<\?xpacket end="w"\?>$/,
    );
    expect(markedAsReconstructed(bytes('no packet'))).toBeUndefined();
    expect(markedAsReconstructed(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
  });
});

describe('other blocks', () => {
  it('IPTC in Photoshop resources', () => {
    const iptc = makeIptc();
    expect(iptcInResources(resourcesOfIptc(iptc))).toEqual(iptc);
    const other = Buffer.from('8BIM\x03\xed\x03abc\0\0\0\x03xyz\0', 'latin1');
    expect(iptcInResources(Buffer.concat([other, resourcesOfIptc(iptc)]))).toEqual(iptc);
    expect(iptcInResources(other)).toBeUndefined();
    expect(iptcInResources(resourcesOfIptc(iptc).subarray(0, 20))).toBeUndefined();
  });

  it('names of profiles, old and new', () => {
    const profile = (type: string, body: Buffer) => {
      const head = Buffer.alloc(144);
      head.writeUInt32BE(1, 128);
      head.write('desc', 132, 'latin1');
      head.writeUInt32BE(144, 136);
      head.writeUInt32BE(body.length + 8, 140);
      return Buffer.concat([head, Buffer.from(`${type}\0\0\0\0`, 'latin1'), body]);
    };
    expect(iccName(profile('desc', Buffer.from('\0\0\0\x0eAdobe RGB ...\0', 'latin1')))).toBe(
      'Adobe RGB ...',
    );
    const name = Buffer.from('Display P3', 'utf16le').swap16();
    const record = Buffer.from([
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      12,
      0x65,
      0x6e,
      0x55,
      0x53,
      0,
      0,
      0,
      name.length,
      0,
      0,
      0,
      28,
    ]);
    expect(iccName(profile('mluc', Buffer.concat([record, name])))).toBe('Display P3');
    expect(iccName(profile('mluc', record.subarray(0, 10)))).toBeUndefined();
    expect(iccName(new Uint8Array(10))).toBeUndefined();
  });

  it('a big-endian TIFF of 16 bits keeps samples, tags and their meaning', async () => {
    const { path: folder, close } = await temporaryFolder();
    const raster = noise(12, 10, 1, 16);
    const pixels = Buffer.alloc(2 * raster.data.length);
    for (const [i, sample] of raster.data.entries()) pixels.writeUInt16BE(sample, 2 * i);
    const short = (tag: number, value: number): TiffTag => ({
      tag,
      type: 3,
      count: 1,
      value: Uint8Array.of(value >> 8, value & 255),
      valueAt: 0,
    });
    const long = (tag: number, value: number): TiffTag => ({
      tag,
      type: 4,
      count: 1,
      value: Uint8Array.of(0, 0, value >> 8, value & 255),
      valueAt: 0,
    });
    const dpi = { type: 5, count: 1, value: Uint8Array.of(0, 0, 4, 0xb0, 0, 0, 0, 1), valueAt: 0 };
    const tags = [
      ...[short(256, 12), short(257, 10), short(258, 16), short(259, 1), short(262, 1), long(273, 8)],
      ...[short(277, 1), short(278, 10), long(279, pixels.length), short(296, 2)],
      { tag: tiffTag.xResolution, ...dpi },
      { tag: tiffTag.yResolution, ...dpi },
      { tag: 0x0131, type: 2, count: 8, value: bytes('Scanner\0'), valueAt: 0 },
    ];
    const header = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8 + pixels.length]);
    const directory = writeTiffDirectory({ tags, children: new Map() }, 8 + pixels.length, false);
    const source = await openPhoto(await put(folder, 'mm.tif', Buffer.concat([header, pixels, directory])));
    expectSame(source.raster, raster);
    expect(source.metadata.density).toEqual({ x: 1200, y: 1200, unit: 'inch' });
    const saved = await savePhoto({ source, raster, to: join(folder, 'out.tif') });
    const again = await openPhoto(saved.path);
    expectSame(again.raster, raster);
    expect(again.metadata.density).toEqual(source.metadata.density);
    const structure = readTiffStructure(again.metadata.exif ?? new Uint8Array(0));
    expect(structure?.littleEndian).toBe(true);
    const software = structure && findTag(structure.first, 0x0131);
    expect(text(software?.value)).toBe('Scanner\0');
    const unit = structure && findTag(structure.first, tiffTag.resolutionUnit);
    expect(unit && tagNumbers(unit, true)).toEqual([2]);
    await close();
  });

  it('AVIF files are known by any of their brands', async () => {
    const { path: folder, close } = await temporaryFolder();
    const raster = noise(12, 10, 3, 8);
    const avif = await encoder(raster).avif({ lossless: true }).toBuffer();
    for (const brand of ['avis', 'mif1']) {
      avif.write(brand, 8, 'latin1');
      const photo = await openPhoto(await put(folder, 'photo.avif', avif));
      expect(photo).toMatchObject({ format: 'avif', flags: brand === 'avis' ? ['first-frame-only'] : [] });
      expectSame(photo.raster, raster);
    }
    await close();
  });
});

it('small pictures are cut out of Photoshop resources, and nothing else', () => {
  const resource = (id: number, data: string) => {
    const header = Buffer.alloc(12);
    header.write('8BIM', 'latin1');
    header.writeUInt16BE(id, 4);
    header.writeUInt32BE(data.length, 8);
    return Buffer.concat([header, Buffer.from(data), Buffer.alloc(data.length % 2)]);
  };
  const [iptc, other] = [resource(0x0404, 'caption'), resource(0x03ed, 'resolution')];
  const whole = Buffer.concat([iptc, resource(0x040c, 'old'), other, resource(0x0409, 'older')]);
  expect(Buffer.from(withoutThumbnailResources(whole))).toEqual(Buffer.concat([iptc, other]));
  expect(withoutThumbnailResources(other)).toBe(other);
  expect(Buffer.from(iptcInResources(whole) ?? [])).toEqual(Buffer.from('caption'));
});
