import { applyMosaic } from '../classical/mosaic.ts';
import type { Damage } from '../damage/kinds.ts';
import { gaussianBlur } from '../pixels/gaussian.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { distanceInside } from './feather.ts';

/** How far a repair can be trusted. */
export type ConfidenceLevel = 'good' | 'fair' | 'poor';

export type Confidence =
  /** The repair, damaged again in the same way, was compared with what was there. */
  | {
      readonly check: 'damaged-again';
      readonly level: ConfidenceLevel;
      /** Mean absolute difference, in levels of 255. */
      readonly differs: number;
    }
  /** Nothing was there to compare with: the repair continues the surroundings. */
  | {
      readonly check: 'continued';
      readonly level: ConfidenceLevel;
      /** Longest way from a repaired pixel to a sound one. */
      readonly reachPx: number;
    };

const levels: readonly ConfidenceLevel[] = ['poor', 'fair', 'good'];

/**
 * How far repairs reach on average, from the tables of docs/models.md: blurs up to 3 px and squares up to 4 px come back
 * at 27 dB and better, blurs up to 6 px and squares up to 8 px at 23 dB and better.
 */
const blurSigmaPx = { good: 3.3, fair: 6.5 } as const;
const mosaicPitchPx = { good: 4.5, fair: 9 } as const;
/** Thin lines are continued from both sides, blots less and less. */
const continuedPx = { good: 3, fair: 12 } as const;
/** A repair that does not explain what was there, in levels of 255, is trusted less, and then not at all. */
const differsMuch = 4;
const differsTooMuch = 10;
/** Fewer pixels give no mean to speak of. */
const leastPixels = 64;

/**
 * The check behind the mark "how sure": does the repair, damaged again, give what was there?
 * @param before the window as it was, [3, H, W]
 * @param after the window with the repair in it
 * @param weights [1, H, W], 0..1: how much of the repair shows where
 * @param damage what was repaired; a mosaic's grid counts from the window's corner
 */
export function confidenceIn(before: Planes, after: Planes, weights: Planes, damage: Damage): Confidence {
  if (damage.kind !== 'blur' && damage.kind !== 'mosaic') {
    const reachPx = longest(distanceInside(weights));
    return { check: 'continued', level: levelOf(reachPx, continuedPx), reachPx };
  }
  const again =
    damage.kind === 'blur' ? gaussianBlur(after, damage.sigmaPx) : applyMosaic(after, damage.grid);
  // Near its border a blur mixes in what lies outside, which was mixed in otherwise when the damage was done.
  const clearPx = damage.kind === 'blur' ? 2 * damage.sigmaPx : 1;
  const differs = 255 * meanDifference(before, again, inner(weights, clearPx));
  const byStrength =
    damage.kind === 'blur'
      ? levelOf(damage.sigmaPx, blurSigmaPx)
      : levelOf(Math.sqrt(damage.grid.pitchX * damage.grid.pitchY), mosaicPitchPx);
  const fall = differs > differsTooMuch ? 2 : differs > differsMuch ? 1 : 0;
  return {
    check: 'damaged-again',
    level: levels[Math.max(0, levels.indexOf(byStrength) - fall)],
    differs,
  };
}

function levelOf(measure: number, limits: { readonly good: number; readonly fair: number }): ConfidenceLevel {
  if (measure <= limits.good) return 'good';
  return measure <= limits.fair ? 'fair' : 'poor';
}

/** The part of a mask that lies so far inside it; all of it where next to nothing does. */
function inner(weights: Planes, px: number): Planes {
  const distance = distanceInside(weights);
  const part = createPlanes(weights.width, weights.height, 1);
  let count = 0;
  for (let i = 0; i < part.data.length; i++) {
    if (distance[i] <= px) continue;
    part.data[i] = 1;
    count++;
  }
  return count >= leastPixels ? part : weights;
}

function meanDifference(a: Planes, b: Planes, where: Planes): number {
  const size = where.data.length;
  let sum = 0;
  let weight = 0;
  for (let at = 0; at < a.data.length; at++) {
    const share = where.data[at % size];
    if (share === 0) continue;
    sum += share * Math.abs(a.data[at] - b.data[at]);
    weight += share;
  }
  return weight === 0 ? 0 : sum / weight;
}

/** Of finite distances: a window without a sound pixel has none. */
function longest(distances: Float32Array): number {
  const [far, all] = distances.reduce(
    ([most, count], distance) => [Math.max(most, distance), count + (distance > 0 ? 1 : 0)],
    [0, 0],
  );
  return far >= 1e8 ? Math.sqrt(all) : far;
}
