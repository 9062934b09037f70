import type { Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { jpegLoss } from './jpeg.ts';

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
  for (let i = 0; i < planes.data.length; i++) {
    const value = planes.data[i] + (noise > 0 ? noise * random.normal() : 0);
    planes.data[i] = Math.round(255 * Math.min(1, Math.max(0, value))) / 255;
  }
  if (random.next() >= range.jpegShare) return planes;
  return jpegLoss(
    planes,
    random.uniform(range.minQuality, range.maxQuality),
    random.next() < 0.6,
    random.integer(0, 8),
    random.integer(0, 8),
  );
}
