import type { Raster } from '../pixels/raster.ts';

/** How many samples a pixel has, by what they mean. Alpha is not premultiplied. */
export type Samples = 'grey' | 'greyAlpha' | 'rgb' | 'rgba';

const samplesByChannels = { 1: 'grey', 2: 'greyAlpha', 3: 'rgb', 4: 'rgba' } as const;

export function samplesOf(raster: Pick<Raster, 'channels'>): Samples {
  return samplesByChannels[raster.channels];
}

export function hasAlpha({ channels }: Pick<Raster, 'channels'>): boolean {
  return channels === 2 || channels === 4;
}

/** Bytes of a decoder as 16-bit samples; a view wherever the alignment allows it. */
export function samples16(bytes: Uint8Array): Uint16Array {
  if (bytes.byteOffset % 2 === 0) return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  return new Uint16Array(new Uint8Array(bytes).buffer);
}
