import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { compressPlainPng, encodePlainPng } from '../../../electron/engine/photo/plain-png.ts';
import { createSamples, type Raster } from '../../../electron/engine/pixels/raster.ts';

describe.each([encodePlainPng, compressPlainPng])('a plain PNG by $name', (encode) => {
  test.each([
    [1, 8],
    [3, 8],
    [4, 8],
    [2, 16],
    [4, 16],
  ] as const)('holds every sample: %i channels of %i bits', async (channels, depth) => {
    const [width, height] = [13, 7];
    const data = createSamples(depth, width * height * channels);
    for (let i = 0; i < data.length; i++) data[i] = (i * 2654435761) >>> (32 - depth);
    const raster: Raster = { width, height, channels, depth, data };
    const picture = sharp(await encode(raster));
    expect(await picture.metadata()).toMatchObject({
      width,
      height,
      channels,
      depth: depth === 8 ? 'uchar' : 'ushort',
    });
    const decoded =
      depth === 8
        ? await picture
            .toColourspace(channels < 3 ? 'b-w' : 'srgb')
            .raw()
            .toBuffer()
        : await picture
            .toColourspace(channels < 3 ? 'grey16' : 'rgb16')
            .raw({ depth: 'ushort' })
            .toBuffer();
    const samples = depth === 8 ? decoded : new Uint16Array(new Uint8Array(decoded).buffer);
    expect([...samples]).toEqual([...data]);
  });
});
