import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { jpegEncoding } from '../../../electron/engine/photo/jpeg-quality.ts';
import { webpEncoding } from '../../../electron/engine/photo/webp-quality.ts';
import { encoder, noise, photograph, photoPath } from './fixtures.ts';

describe('JPEG quality from the tables', () => {
  it('is exact for every quality that an IJG encoder writes', async () => {
    const raster = noise(16, 16, 3, 8);
    for (let quality = 50; quality <= 98; quality++) {
      const chromaSubsampling = quality % 2 === 0 ? '4:2:0' : '4:4:4';
      const progressive = quality % 3 === 0;
      const bytes = await encoder(raster).jpeg({ quality, chromaSubsampling, progressive }).toBuffer();
      expect(jpegEncoding(bytes)).toEqual({ jpegQuality: quality, chromaSubsampling, progressive });
    }
  });

  it('is within 1 for grey photos and low qualities', async () => {
    for (const quality of [5, 15, 25, 35, 45, 75, 99]) {
      const bytes = await encoder(noise(16, 16, 1, 8))
        .jpeg({ quality })
        .toBuffer();
      const found = jpegEncoding(bytes);
      expect(Math.abs((found.jpegQuality ?? 0) - quality)).toBeLessThanOrEqual(1);
      expect(found.chromaSubsampling).toBeUndefined();
    }
  });

  it('rises with the quality for tables of other makers', async () => {
    const raster = await photograph(32, 32);
    for (const quantisationTable of [1, 3, 4, 5, 7, 8]) {
      const found: number[] = [];
      for (const quality of [50, 65, 80, 90, 96]) {
        const bytes = await encoder(raster).jpeg({ quality, quantisationTable }).toBuffer();
        found.push(jpegEncoding(bytes).jpegQuality ?? 0);
      }
      expect(found).toEqual([...found].sort((a, b) => a - b));
      expect(found[0]).toBeGreaterThanOrEqual(40);
      expect(found[4]).toBeGreaterThanOrEqual(94);
    }
  });

  it('reads subsamplings that the encoder does not write', async () => {
    const bytes = await encoder(noise(16, 16, 3, 8))
      .jpeg({ chromaSubsampling: '4:2:0' })
      .toBuffer();
    const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
    for (const [factors, name] of [
      [0x21, '4:2:2'],
      [0x12, '4:4:0'],
      [0x41, '4:1:1'],
      [0x11, '4:4:4'],
    ] as const) {
      bytes[frame + 11] = factors;
      expect(jpegEncoding(bytes).chromaSubsampling).toBe(name);
    }
  });

  it('is found in a real photograph and undefined without tables', async () => {
    const bytes = await readFile(photoPath('allium-oreophilum'));
    expect(jpegEncoding(bytes)).toMatchObject({ chromaSubsampling: '4:4:4', progressive: false });
    expect(jpegEncoding(bytes).jpegQuality).toBeGreaterThan(85);
    expect(jpegEncoding(bytes.subarray(0, 200))).toEqual({});
    expect(jpegEncoding(new Uint8Array(0))).toEqual({});
  });
});

describe('WebP quality from the quantisers', () => {
  it('is within 6 from quality 30 on', async () => {
    for (const name of ['nagasaki-boats', 'black-canyon']) {
      const raster = await photograph(320, 240, name);
      for (const quality of [30, 45, 60, 75, 80, 90, 100]) {
        const found = webpEncoding(await encoder(raster).webp({ quality }).toBuffer());
        expect(Math.abs((found.webpQuality ?? 0) - quality), `${name} ${quality}`).toBeLessThanOrEqual(6);
        expect(found.lossless).toBe(false);
      }
    }
  });

  it('is none without loss', async () => {
    const bytes = await encoder(noise(16, 16, 4, 8))
      .webp({ lossless: true })
      .toBuffer();
    expect(webpEncoding(bytes)).toEqual({ lossless: true });
    expect(webpEncoding(bytes.subarray(0, 16))).toEqual({});
  });
});
