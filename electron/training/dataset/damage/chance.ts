import type { Random } from '../../../engine/pixels/random.ts';
import type { Point } from './shapes.ts';

/** Chooses where damage goes: a point of the region that is to be damaged. */
export type Place = () => Point;

export function logUniform(random: Random, low: number, high: number): number {
  return Math.exp(random.uniform(Math.log(low), Math.log(high)));
}

/** Hard pixels, plain antialiasing or an edge some pixels wide. */
export function randomSoftness(random: Random, widestPx: number): number {
  const kind = random.next();
  if (kind < 0.25) return 0;
  return kind < 0.7 ? 1 : random.uniform(1, widestPx);
}
