import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../electron/engine/errors.ts';
import { wrapAvif } from '../../electron/engine/photo/avif-writer.ts';
import { decodeRgb8 } from '../../electron/engine/photo/decode-rgb8.ts';
import { wrapJpeg } from '../../electron/engine/photo/jpeg-container.ts';
import { openPhoto, probePhoto } from '../../electron/engine/photo/open.ts';
import type { Photo } from '../../electron/engine/photo/photo.ts';
import { wrapPng } from '../../electron/engine/photo/png-container.ts';
import { savePhoto } from '../../electron/engine/photo/save.ts';
import { wrapTiff } from '../../electron/engine/photo/tiff-container.ts';
import { wrapWebp } from '../../electron/engine/photo/webp-container.ts';
import { createRandom, type Random } from '../../electron/engine/pixels/random.ts';
import {
  displayP3,
  encoder,
  makeExif,
  makeIptc,
  makeXmp,
  noise,
  photograph,
  put,
  temporaryFolder,
} from '../unit/photo/fixtures.ts';

/** Mutated files per format; each is opened strictly and tolerantly, many are probed and saved again. */
const filesPerFormat = 520;
const slowMs = 5000;

let folder: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ path: folder, close } = await temporaryFolder());
});
afterAll(() => close());

const size = { width: 40, height: 30 };

async function metadata() {
  const thumbnail = await encoder(await photograph(16, 12))
    .jpeg({ quality: 40 })
    .toBuffer();
  return { exif: makeExif({ orientation: 6, ...size, thumbnail }), xmp: makeXmp(6), icc: await displayP3() };
}

/** Several good files of each format, small, with all the metadata that it can hold. */
const seeds: Readonly<Record<string, () => Promise<Uint8Array[]>>> = {
  jpeg: async () => {
    const raster = await photograph(size.width, size.height);
    const blocks = { ...(await metadata()), iptc: makeIptc() };
    const files = [
      await encoder(raster).jpeg().toBuffer(),
      await encoder(raster).jpeg({ progressive: true }).toBuffer(),
      await encoder(raster).jpeg({ chromaSubsampling: '4:4:4', optimiseCoding: false }).toBuffer(),
      await encoder(noise(size.width, size.height, 1, 8))
        .jpeg()
        .toBuffer(),
      await encoder(raster).toColourspace('cmyk').jpeg().toBuffer(),
    ];
    return files.map((bytes) => Buffer.concat(wrapJpeg(bytes, blocks).pieces));
  },
  png: async () => {
    const blocks = await metadata();
    const files = [
      await encoder(await photograph(size.width, size.height))
        .png()
        .toBuffer(),
      await encoder(await photograph(size.width, size.height))
        .png({ palette: true })
        .toBuffer(),
      await encoder(noise(size.width, size.height, 2, 16))
        .png({ progressive: true })
        .toBuffer(),
    ];
    return files.map((bytes) => Buffer.concat(wrapPng(bytes, blocks).pieces));
  },
  webp: async () => {
    const blocks = await metadata();
    const raster = await photograph(size.width, size.height);
    const files = [
      await encoder(raster).webp().toBuffer(),
      await encoder(raster).webp({ lossless: true }).toBuffer(),
      await encoder(raster).ensureAlpha(0.5).webp().toBuffer(),
    ];
    return files.map((bytes, i) =>
      Buffer.concat(wrapWebp(bytes, blocks, { ...size, hasAlpha: i === 2 }).pieces),
    );
  },
  avif: async () => {
    const blocks = await metadata();
    const raster = await photograph(size.width, size.height);
    const files = [
      await encoder(raster).avif().toBuffer(),
      await encoder(raster).ensureAlpha(0.5).avif().toBuffer(),
      await encoder(raster).avif({ bitdepth: 10 }).toBuffer(),
    ];
    return files.map((bytes) => Buffer.concat(wrapAvif(bytes, blocks).pieces));
  },
  tiff: async () => {
    const blocks = { ...(await metadata()), iptc: makeIptc() };
    const raster = await photograph(size.width, size.height);
    const files = [
      await encoder(raster).tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
      await encoder(raster).tiff({ compression: 'jpeg' }).toBuffer(),
      await encoder(noise(size.width, size.height, 4, 16))
        .tiff({ compression: 'none', bigtiff: true })
        .toBuffer(),
      await encoder(raster)
        .tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 })
        .toBuffer(),
    ];
    return files.map((bytes) => (bytes[2] === 43 ? bytes : Buffer.concat(wrapTiff(bytes, blocks).pieces)));
  },
  gif: async () => {
    const raster = await photograph(size.width, size.height);
    const frames = Buffer.concat([raster.data, noise(size.width, size.height, 3, 8).data] as Uint8Array[]);
    const raw = { width: size.width, height: 2 * size.height, channels: 3, pageHeight: size.height } as const;
    const { sharp } = await import('../../electron/engine/photo/sharp.ts');
    return [await encoder(raster).gif().toBuffer(), await sharp(frames, { raw }).gif({ loop: 0 }).toBuffer()];
  },
};

/** Where structures begin: markers, chunks, boxes, directory entries; found by their looks, good or bad. */
function boundaries(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at + 8 < bytes.length; at++) {
    const isMarker = bytes[at] === 0xff && bytes[at + 1] >= 0xc0 && bytes[at + 1] < 0xff;
    const isName = [4, 5, 6, 7].every((i) => /[A-Za-z0-9 ]/.test(String.fromCharCode(bytes[at + i])));
    const isChunk = isName && bytes[at] === 0 && bytes[at + 1] === 0;
    const isRiffChunk = isName && bytes[at + 3] === 0;
    const isTag = bytes[at + 1] > 0 && bytes[at + 1] < 4 && bytes[at + 2] <= 13 && bytes[at + 3] === 0;
    if (isMarker || isChunk || isRiffChunk || isTag) found.push(at);
  }
  return found;
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const mutations: Readonly<Record<string, Mutation>> = {
  'bit flips': (bytes, random) => {
    const out = new Uint8Array(bytes);
    const flips = 1 + random.integer(0, 8);
    // Half of them in the first bytes, where the structure is.
    for (let i = 0; i < flips; i++) {
      const reach = random.next() < 0.5 ? Math.min(200, out.length) : out.length;
      out[random.integer(0, reach)] ^= 1 << random.integer(0, 8);
    }
    return out;
  },
  truncation: (bytes, random) => new Uint8Array(bytes.subarray(0, random.integer(1, bytes.length - 4))),
  'swapped chunks': (bytes, random) => {
    const starts = boundaries(bytes);
    const pick = () => starts[random.integer(0, starts.length)] ?? random.integer(0, bytes.length);
    const [a, b, c] = [pick(), pick(), pick()].sort((x, y) => x - y);
    const part = (from: number, to?: number) => bytes.subarray(from, to);
    return new Uint8Array(Buffer.concat([part(0, a), part(b, c), part(a, b), part(c)]));
  },
  'lying numbers': (bytes, random) => {
    const out = new Uint8Array(bytes);
    const view = new DataView(out.buffer);
    const starts = boundaries(bytes);
    const lies = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, out.length, out.length + 1];
    const at = (starts[random.integer(0, starts.length)] ?? 0) + random.integer(0, 12);
    view.setUint32(Math.min(at, out.length - 4), lies[random.integer(0, lies.length)], random.next() < 0.5);
    return out;
  },
  'doubled or missing parts': (bytes, random) => {
    const from = random.integer(0, bytes.length);
    const to = Math.min(bytes.length, from + random.integer(1, 300));
    const again = random.next() < 0.5 ? from : to;
    const rest = random.next() < 0.5 ? bytes.subarray(again) : bytes.subarray(to);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, to), rest]));
  },
};

/** The photo, or the error's code. Anything but an AppError of the area fails the test. */
async function attempt<Result>(what: string, work: Promise<Result>): Promise<Result | string> {
  const startedAt = performance.now();
  const result = await work.catch((error: unknown) => {
    if (error instanceof AppError && /^(photo|save)\/[a-z0-9-]+$/.test(error.code)) return error.code;
    throw new Error(`${what}: ${error}`, { cause: error });
  });
  expect(performance.now() - startedAt, what).toBeLessThan(slowMs);
  return result;
}

function isFlagged({ flags }: Photo): boolean {
  return flags.includes('damaged') || flags.includes('truncated');
}

function bytesOf({ raster: { data } }: Photo): Buffer {
  return Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

function expectSound(photo: Photo, what: string): void {
  const { width, height, channels, depth, data } = photo.raster;
  expect(data.length, what).toBe(width * height * channels);
  expect(data instanceof (depth === 8 ? Uint8Array : Uint16Array), what).toBe(true);
  expect([photo.width, photo.height], what).toEqual([width, height]);
}

describe('every reader survives mutated files', () => {
  for (const [format, makeSeeds] of Object.entries(seeds)) {
    it(`${format}: ${filesPerFormat} files`, { timeout: 300_000 }, async () => {
      const random = createRandom(format.charCodeAt(0) * 256 + format.charCodeAt(1));
      const good = await makeSeeds();
      const photos: Photo[] = [];
      for (const bytes of good) {
        const photo = await openPhoto(await put(folder, 'good', bytes));
        expect(photo.format).toBe(format);
        expect(isFlagged(photo)).toBe(false);
        photos.push(photo);
      }
      const outcomes = { refused: 0, flagged: 0, unnoticed: 0 };
      const names = Object.keys(mutations);
      for (let i = 0; i < filesPerFormat; i++) {
        const name = names[i % names.length];
        const what = `${format} ${i} ${name}`;
        const path = await put(folder, 'mutated', mutations[name](good[i % good.length], random));
        const strict = await attempt(what, openPhoto(path, { maxPixels: 1_000_000 }));
        const tolerant = await attempt(what, openPhoto(path, { maxPixels: 1_000_000, tolerant: true }));
        if (i % 2 === 0) await attempt(what, probePhoto(path));
        else await attempt(what, decodeRgb8(path, { maxSidePx: 16, maxPixels: 1_000_000 }));
        const photo = typeof strict === 'string' ? tolerant : strict;
        if (typeof photo === 'string') {
          outcomes.refused++;
          continue;
        }
        expectSound(photo, what);
        outcomes[isFlagged(photo) ? 'flagged' : 'unnoticed']++;
        // What only tolerance opens is flagged, and so is what has lost pixels at its end.
        if (typeof strict === 'string') expect(isFlagged(photo), what).toBe(true);
        if (name === 'truncation' && !isFlagged(photo)) {
          expect(bytesOf(photo).equals(bytesOf(photos[i % good.length])), what).toBe(true);
        }
        if (i % 3 === 0) await expectSavable(photo, what);
      }
      expect(outcomes.refused + outcomes.flagged).toBeGreaterThan(filesPerFormat / 4);
    });
  }
});

/** Metadata that was read from a broken file must not make the saved one worse than none. */
async function expectSavable(photo: Photo, what: string): Promise<void> {
  const to = join(folder, 'saved');
  const options = {
    source: photo,
    raster: photo.raster,
    to,
    allowOverwrite: true,
    markAsReconstructed: true,
  };
  const saved = await attempt(what, savePhoto(options));
  if (typeof saved === 'string') throw new Error(`${what} was opened and cannot be saved: ${saved}`);
  const again = await openPhoto(saved.path);
  expectSound(again, what);
  expect(again, what).toMatchObject({ width: photo.width, height: photo.height, orientation: 1 });
  expect(isFlagged(again), what).toBe(false);
}
