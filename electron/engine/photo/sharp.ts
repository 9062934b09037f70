import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type Sharp from 'sharp';
import { isWasm, withBoundedMemory } from './wasm-memory.ts';

// The same library as a CommonJS package, which Node loads in a third of the time (60 instead of 190 ms).
const plainSharp = createRequire(import.meta.url)('sharp') as typeof Sharp;
const sharp = isWasm(plainSharp) ? withBoundedMemory(plainSharp) : plainSharp;

/*
 * The only importer of sharp. libvips can open far more than photographs (SVG, PDF, matrices, its own dumps);
 * every loader but those of the six formats is blocked for the whole process. The gain-map loader stays blocked
 * too, so that an Ultra HDR JPEG opens as the ordinary JPEG that it also is.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
// Photos are decoded once and kept by their owner: a second cache would only cost memory.
sharp.cache(false);
// Codecs are mostly sequential; more threads add buffers rather than speed.
sharp.concurrency(Math.min(4, availableParallelism()));

/** 200 megapixels: 0.6 GB as 8-bit RGB. WebAssembly has 2 GiB for that, a copy of it, and all that a decoder needs. */
export const codecsMaxPixels = isWasm(plainSharp) ? 120_000_000 : 200_000_000;

export { sharp };
