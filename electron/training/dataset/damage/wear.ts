import type { Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { jpegLoss } from './jpeg.ts';
import { rounded8 } from './rounding.ts';

export interface WearRange {
  /** Share of the pictures that went through JPEG. */
  readonly jpegShare: number;
  readonly minQuality: number;
  readonly maxQuality: number;
}

/**
 * Grain, rounding to 8 bit and, now and then, JPEG: what happens to a damaged photo before it is restored. RGB, 0..1,
 * changed in place where there is no JPEG.
 */
export function wear(planes: Planes, random: Random, range: WearRange): Planes {
  const noise = random.next() < 0.2 ? random.uniform(0.5, 3) / 255 : 0;
  const { data } = planes;
  if (noise > 0) addNoise(data, noise, random);
  for (let i = 0; i < data.length; i++) data[i] = rounded8(255 * data[i]);
  if (random.next() >= range.jpegShare) return planes;
  return jpegLoss(
    planes,
    random.uniform(range.minQuality, range.maxQuality),
    random.next() < 0.6,
    random.integer(0, 8),
    random.integer(0, 8),
  );
}

/** Adds normal noise of a standard deviation, in place. Box-Muller gives two values at a time: both are used. */
function addNoise(data: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < data.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    data[i] += radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] += radius * Math.sin(angle);
  }
}
