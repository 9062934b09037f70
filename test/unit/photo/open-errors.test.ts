import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { decodeRgb8 } from '../../../electron/engine/photo/decode-rgb8.ts';
import { wrapJpeg } from '../../../electron/engine/photo/jpeg-container.ts';
import { openPhoto, probePhoto } from '../../../electron/engine/photo/open.ts';
import { sharp } from '../../../electron/engine/photo/sharp.ts';
import { wrapTiff } from '../../../electron/engine/photo/tiff-container.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import {
  encoder,
  expectSame,
  makeExif,
  noise,
  photograph,
  photoPath,
  put,
  storedFor,
  temporaryFolder,
} from './fixtures.ts';

let folder: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ path: folder, close } = await temporaryFolder());
});
afterAll(() => close());

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('It was opened.'),
    (failure) => failure,
  );
  if (!(error instanceof AppError)) throw error;
  return error.code;
}

/** A PNG whose header says anything and whose pixels are missing. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 2, 0, 0, 0], 16);
  header.writeUInt32BE(crc32(header.subarray(4, 21)), 21);
  const data = Buffer.from('\0\0\0\0IDAT', 'latin1');
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), header, data, Buffer.alloc(4)]);
}

describe('what is not a photo is refused by its bytes', () => {
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['photo/svg-refused', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    [
      'photo/svg-refused',
      '\ufeff<?xml version="1.0"?>\n<!-- a comment -->\n<svg:svg width="9" height="9"></svg:svg>',
    ],
    ['photo/svg-refused', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><svg/> ', 'utf16le')],
    ['photo/heic-refused', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['photo/heic-refused', '\0\0\0\x18ftypmif1\0\0\0\0mif1hevc'],
    ['photo/unknown-format', '<html><body>404</body></html>'],
    ['photo/unknown-format', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'],
    ['photo/unknown-format', '%PDF-1.7\n'],
    ['photo/unknown-format', '8BPS\0\x01'],
    ['photo/unknown-format', 'II*\0\x10\0\0\0CR\x02\0\0\0\0\0\0\0'],
    ['photo/unknown-format', '\0\0\0\x18ftypisom\0\0\0\0isomavc1'],
    ['photo/unknown-format', 'P6 1 1 255 abc'],
    ['photo/unknown-format', '#?RADIANCE\n'],
    ['photo/unknown-format', 'x'],
    ['photo/empty', ''],
  ];
  for (const [code, content] of files) {
    it(`${code}: ${JSON.stringify(String(content).slice(0, 30))}`, async () => {
      // The name of a photo does not make it one.
      const path = await put(
        folder,
        'photo.jpg',
        typeof content === 'string' ? Buffer.from(content, 'utf8') : content,
      );
      expect(await codeOf(openPhoto(path))).toBe(code);
      expect(await codeOf(probePhoto(path))).toBe(code);
      expect(await codeOf(decodeRgb8(path))).toBe(code);
    });
  }

  it('camera raw files that are TIFFs', async () => {
    const bytes = await encoder(noise(8, 8, 3, 8))
      .tiff({ compression: 'none' })
      .toBuffer();
    const directory = bytes.readUInt32LE(4);
    // Its first tag becomes NewSubfileType 1: a reduced picture.
    bytes.writeUInt16LE(254, directory + 2);
    bytes.writeUInt16LE(4, directory + 4);
    bytes.writeUInt32LE(1, directory + 10);
    expect(await codeOf(openPhoto(await put(folder, 'raw.dng', bytes)))).toBe('photo/unknown-format');
  });

  it('samples that are neither 8 nor 16 bits', async () => {
    const float = await encoder(noise(8, 8, 3, 8))
      .toColourspace('scrgb')
      .tiff({ compression: 'none' })
      .toBuffer();
    expect(await codeOf(openPhoto(await put(folder, 'float.tif', float)))).toBe('photo/unsupported');
  });
});

describe('limits', () => {
  it('a small file that claims to be huge is refused before anything is allocated', async () => {
    const gif = Buffer.from(
      'GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;',
      'latin1',
    );
    const jpeg = await encoder(noise(8, 8, 3, 8))
      .jpeg()
      .toBuffer();
    const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
    jpeg.writeUInt16BE(65_500, frame + 5);
    jpeg.writeUInt16BE(65_500, frame + 7);
    const tiff = await encoder(noise(8, 8, 3, 8))
      .tiff({ compression: 'deflate' })
      .toBuffer();
    const directory = tiff.readUInt32LE(4);
    // Width, length, and rows per strip.
    for (const tag of [256, 257, 278]) {
      for (let at = directory + 2; ; at += 12) {
        if (tiff.readUInt16LE(at) !== tag) continue;
        tiff.writeUInt16LE(60_000, at + 8);
        break;
      }
    }
    const webp = await encoder(noise(8, 8, 4, 8))
      .webp({ lossless: true })
      .withExif({ IFD0: { Artist: 'x' } })
      .toBuffer();
    webp.set([0xff, 0x3f, 0, 0xff, 0x3f, 0], webp.indexOf('VP8X') + 12);
    const files = { png: pngHeader(60_000, 60_000), gif, jpeg, tiff };
    const before = process.memoryUsage.rss();
    for (const [name, bytes] of Object.entries(files)) {
      const path = await put(folder, `bomb.${name}`, bytes);
      expect(bytes.length).toBeLessThan(4000);
      expect(await codeOf(openPhoto(path)), name).toBe('photo/too-large');
      expect(await codeOf(openPhoto(path, { tolerant: true })), name).toBe('photo/too-large');
      expect(await codeOf(probePhoto(path)), name).toBe('photo/too-large');
      expect(await codeOf(decodeRgb8(path, { maxSidePx: 64 })), name).toMatch(/too-large|truncated/);
    }
    // Its frame and its canvas disagree, which some decoders refuse at once.
    const code = await codeOf(openPhoto(await put(folder, 'bomb.webp', webp)));
    expect(['photo/too-large', 'photo/unreadable']).toContain(code);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });

  it('says how many pixels there are and how many may be', async () => {
    const path = await put(folder, 'big.png', pngHeader(60_000, 60_000));
    const error = await openPhoto(path).catch((failure) => failure);
    expect(error.data).toEqual({ width: 60_000, height: 60_000, most: 200 });
    expect(error.message).toContain('3600 megapixels');
    const small = await put(
      folder,
      'small.png',
      await encoder(noise(20, 10, 3, 8))
        .png()
        .toBuffer(),
    );
    expect(await codeOf(openPhoto(small, { maxPixels: 199 }))).toBe('photo/too-large');
    expect((await openPhoto(small, { maxPixels: 200 })).width).toBe(20);
  });
});

describe('files', () => {
  it('that are not there, are folders, pipes, or may not be read', async () => {
    expect(await codeOf(openPhoto(join(folder, 'none.jpg')))).toBe('photo/not-found');
    expect(await codeOf(openPhoto(join(folder, 'none', 'none.jpg')))).toBe('photo/not-found');
    await mkdir(join(folder, 'album.jpg'));
    expect(await codeOf(openPhoto(join(folder, 'album.jpg')))).toBe('photo/is-folder');
    if (process.platform === 'win32') return;
    await symlink('loop.jpg', join(folder, 'loop.jpg'));
    expect(await codeOf(openPhoto(join(folder, 'loop.jpg')))).toBe('photo/not-found');
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    expect(await codeOf(openPhoto(join(folder, 'pipe.jpg')))).toBe('photo/unreadable');
    const secret = await put(folder, 'secret.jpg', await readFile(photoPath('nagasaki-boats')));
    await chmod(secret, 0o000);
    await asOrdinaryUser(async () => expect(await codeOf(openPhoto(secret))).toBe('photo/no-permission'));
  });

  it('that vanish between a look and the opening', async () => {
    const path = await put(folder, 'gone.jpg', await readFile(photoPath('nagasaki-boats')));
    const probe = await probePhoto(path);
    await rename(path, `${path}.moved`);
    expect(await codeOf(openPhoto(probe))).toBe('photo/vanished');
    expect(await codeOf(openPhoto(path))).toBe('photo/not-found');
    await rename(`${path}.moved`, path);
    expect((await openPhoto(probe)).width).toBe(probe.width);
  });

  it('with any name', async () => {
    const bytes = await encoder(noise(8, 8, 3, 8))
      .png()
      .toBuffer();
    const names = [
      '祖母 👵🏽 的照片.png',
      'Ä\u0308 é e\u0301.png',
      " ~#%&{}$!'@+`|=.png",
      `${'長'.repeat(80)}.png`,
      'no extension',
    ];
    for (const name of names) {
      const path = await put(folder, name, bytes);
      expect((await openPhoto(path)).path).toBe(path);
      expect((await decodeRgb8(path)).width).toBe(8);
      await rm(path);
    }
  });

  it('opening can be cancelled', async () => {
    const path = photoPath('nagasaki-boats');
    await expect(openPhoto(path, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const opening = openPhoto(path, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(opening).rejects.toThrow(/abort/i);
  });
});

describe('truncated photos', () => {
  const files = {
    'jpeg baseline': (raster: Raster) => encoder(raster).jpeg().toBuffer(),
    png: (raster: Raster) => encoder(raster).png().toBuffer(),
    'webp lossy': (raster: Raster) => encoder(raster).webp().toBuffer(),
    'webp lossless': (raster: Raster) => encoder(raster).webp({ lossless: true }).toBuffer(),
    gif: (raster: Raster) => encoder(raster).gif().toBuffer(),
    // The encoder puts a TIFF's directory last; scanners put it first, where it survives.
    'tiff in one strip': async (raster: Raster) =>
      directoryFirst(await encoder(raster).tiff({ compression: 'none' }).toBuffer()),
    'tiff in tiles': async (raster: Raster) =>
      directoryFirst(
        await encoder(raster)
          .tiff({
            compression: 'deflate',
            predictor: 'horizontal',
            tile: true,
            tileWidth: 32,
            tileHeight: 16,
          })
          .toBuffer(),
      ),
  };
  for (const [name, encode] of Object.entries(files)) {
    it(`${name}: refused at first, then opened as far as there is something, and flagged`, async () => {
      const bytes = await encode(await photograph(160, 120));
      const whole = await openPhoto(await put(folder, 'whole', bytes));
      expect(whole.flags).toEqual([]);
      const path = await put(folder, 'cut', bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      const error = await openPhoto(path).catch((failure) => failure);
      expect(error).toMatchObject({ code: 'photo/truncated', hint: expect.stringContaining('all the same') });
      expect(await codeOf(decodeRgb8(path))).toBe('photo/truncated');
      const photo = await openPhoto(path, { tolerant: true });
      expect(photo.flags).toContain('truncated');
      expect(photo).toMatchObject({ width: 160, height: 120 });
      // A quarter of the picture lies well inside the first 60 % of any file.
      const quarter = ({ channels, data }: Raster): Raster => {
        const rgb = new Uint8Array(160 * 30 * 3).map((_, i) => data[Math.floor(i / 3) * channels + (i % 3)]);
        return { width: 160, height: 30, channels: 3, depth: 8, data: rgb };
      };
      expectSame(quarter(photo.raster), quarter(whole.raster));
    });
  }

  it('avif: its decoder takes all or nothing', async () => {
    const bytes = await encoder(await photograph(160, 120))
      .avif()
      .toBuffer();
    const path = await put(folder, 'cut.avif', bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    expect(await codeOf(openPhoto(path))).toBe('photo/truncated');
    expect(await codeOf(openPhoto(path, { tolerant: true }))).toBe('photo/truncated');
  });

  it('complaints about metadata are no damage', async () => {
    const raster = noise(40, 30, 3, 8);
    const exif = makeExif({ orientation: 6, width: 40, height: 30 });
    // A text with a 0 inside, as the decoder of TIFF does not like it.
    exif[Buffer.from(exif).indexOf('Box Camera') + 3] = 0;
    const jpeg = await encoder(raster).jpeg().toBuffer();
    const jfif = Buffer.from('\xff\xe0\0\x10JFIF\0\0\0\x01\x01\x2c\x01\x2c\0\0', 'latin1');
    const scan = jpeg.indexOf(Buffer.of(0xff, 0xda));
    const header = Buffer.concat(wrapJpeg(jpeg.subarray(0, scan), { exif }).pieces).subarray(2);
    const stray = Buffer.concat([jpeg.subarray(0, 2), jfif, header, Buffer.of(1, 2, 3), jpeg.subarray(scan)]);
    const tiff = await encoder(raster).tiff({ compression: 'lzw' }).toBuffer();
    const files = { jpeg: [stray, jpeg], tiff: [Buffer.concat(wrapTiff(tiff, { exif }).pieces), tiff] };
    for (const [name, [odd, clean]] of Object.entries(files)) {
      const bytes = new Uint8Array(odd);
      await expect(sharp(bytes, { failOn: 'warning' }).raw().toBuffer(), name).rejects.toThrow();
      const photo = await openPhoto(await put(folder, 'odd', bytes));
      expect(photo, name).toMatchObject({ flags: [], orientation: 6, width: 30, height: 40 });
      const upright = await openPhoto(await put(folder, 'clean', clean));
      expectSame(photo.raster, storedFor(upright.raster, 8));
    }
  });

  it('errors among the pixels are', async () => {
    const raster = await photograph(160, 120);
    const tiles = { compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 } as const;
    const bytes = await encoder(raster).tiff(tiles).toBuffer();
    for (let i = 0; i < 6; i++) bytes[2000 + 40 * i] ^= 0x55;
    expect((await openPhoto(await put(folder, 'bad.tif', bytes))).flags).toEqual(['damaged']);
    const png = await encoder(raster).png().toBuffer();
    png[Math.floor(png.length / 2)] ^= 1;
    const path = await put(folder, 'bad.png', png);
    expect(await codeOf(openPhoto(path))).toBe('photo/unreadable');
    expect((await openPhoto(path, { tolerant: true })).flags).toEqual(['damaged']);
  });
});

/** Moves the directory and everything but the pixels of a TIFF ahead of them. */
function directoryFirst(bytes: Buffer): Buffer<ArrayBuffer> {
  const at = bytes.readUInt32LE(4);
  const tail = bytes.subarray(at);
  const pixels = bytes.subarray(8, at);
  const out = Buffer.concat([bytes.subarray(0, 8), tail, pixels]);
  const movedBy = 8 - at;
  out.writeUInt32LE(8, 4);
  const count = out.readUInt16LE(8);
  for (let i = 0; i < count; i++) {
    const entry = 10 + 12 * i;
    const bytesPerValue = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8][out.readUInt16LE(entry + 2)];
    const size = bytesPerValue * out.readUInt32LE(entry + 4);
    const isStrips = [273, 324].includes(out.readUInt16LE(entry));
    if (isStrips && size <= 4) out.writeUInt32LE(out.readUInt32LE(entry + 8) + tail.length, entry + 8);
    if (size <= 4) continue;
    const valueAt = out.readUInt32LE(entry + 8);
    const isBehind = valueAt >= at;
    out.writeUInt32LE(isBehind ? valueAt + movedBy : valueAt + tail.length, entry + 8);
    if (!isStrips) continue;
    const listAt = out.readUInt32LE(entry + 8);
    for (let k = 0; k < size / 4; k++)
      out.writeUInt32LE(out.readUInt32LE(listAt + 4 * k) + tail.length, listAt + 4 * k);
  }
  return out;
}

/** Permissions mean nothing to root, as which tests may well run. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
