import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';
import type { Raster } from '../pixels/raster.ts';
import { pngChunk } from './png-container.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

/**
 * A raster as a PNG without filters and compression: for pictures on their way to the screen, where time counts and size
 * does not.
 */
export function encodePlainPng(raster: Raster): Uint8Array {
  return pngOf(raster, deflateSync(scanlines(raster), { level: 0 }));
}

/** The same, a little compressed and in the background, for the disk. Node's zlib is faster than one in WebAssembly. */
export async function compressPlainPng(raster: Raster): Promise<Uint8Array> {
  return pngOf(raster, await promisify(deflate)(scanlines(raster), { level: 1 }));
}

function pngOf({ width, height, channels, depth }: Raster, pixels: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colourTypes[channels], 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** Each line behind a byte that says that it is not filtered; 16-bit samples with the high byte first. */
function scanlines({ width, height, channels, depth, data }: Raster): Uint8Array {
  const samples = width * channels;
  const lineBytes = (samples * depth) / 8 + 1;
  const out = Buffer.alloc(height * lineBytes);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let y = 0; y < height; y++) {
    const from = (y * samples * depth) / 8;
    out.set(bytes.subarray(from, from + lineBytes - 1), y * lineBytes + 1);
    if (depth === 16) out.subarray(y * lineBytes + 1, (y + 1) * lineBytes).swap16();
  }
  return out;
}
