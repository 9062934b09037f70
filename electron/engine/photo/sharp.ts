import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type Sharp from 'sharp';
import type { Sharp as Picture, SharpInput, SharpOptions } from 'sharp';
import { isWasm, withBoundedMemory } from './wasm-memory.ts';

let loaded: typeof Sharp | undefined;

/*
 * The only importer of sharp. libvips can open far more than photographs (SVG, PDF, matrices, its own dumps);
 * every loader but those of the six formats is blocked for the whole process. The gain-map loader stays blocked
 * too, so that an Ultra HDR JPEG opens as the ordinary JPEG that it also is.
 */
function load(): typeof Sharp {
  // The same library as a CommonJS package, which Node loads in a third of the time (60 instead of 190 ms).
  const plainSharp = createRequire(import.meta.url)('sharp') as typeof Sharp;
  const codecs = isWasm(plainSharp) ? withBoundedMemory(plainSharp) : plainSharp;
  codecs.block({ operation: ['VipsForeignLoad'] });
  codecs.unblock({
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
  codecs.cache(false);
  // Codecs are mostly sequential; more threads add buffers rather than speed.
  codecs.concurrency(Math.min(4, availableParallelism()));
  return codecs;
}

/**
 * sharp, loaded at its first use: as WebAssembly it takes both cores for a second, and a launch of the app has better use
 * for them.
 */
export function sharp(input: SharpInput | SharpOptions, options?: SharpOptions): Picture {
  loaded ??= load();
  return loaded(input as SharpInput, options);
}

/** Loads sharp, and has it start its threads, ahead of its first use. */
export async function loadCodecs(): Promise<void> {
  const pixel = { create: { width: 1, height: 1, channels: 3, background: 'black' } } as const;
  await sharp(pixel).raw().toBuffer();
}

/** WebAssembly has 2 GiB for a decoded photo, a copy of it, and all that a decoder needs. */
export const wasmMaxPixels = 120_000_000;
/** 0.6 GB as 8-bit RGB. */
const nativeMaxPixels = 200_000_000;

/** The largest photo that can be decoded here. */
export function codecsMaxPixels(): number {
  loaded ??= load();
  return isWasm(loaded) ? wasmMaxPixels : nativeMaxPixels;
}
