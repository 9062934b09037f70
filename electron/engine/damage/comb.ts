import type { StepProfile } from './profile.ts';

/** Regularly spaced steps found in a profile. */
export interface Comb {
  /** Spacing in pixels and position of one tooth in [0, pitch), both perhaps fractional. */
  readonly pitch: number;
  readonly offset: number;
  /** Correlation of the profile with the comb, -1..1. */
  readonly score: number;
  /** Mean step between the teeth over mean step at the teeth: 0 for a clean mosaic, near 1 for a photo. */
  readonly leak: number;
  readonly teeth: number;
  /** Teeth of one boundary, or smeared by a resize over several. */
  readonly width: 'sharp' | 'soft';
}

const leastPitch = 2;
const greatestPitch = 80;
const leastTeeth = 3;
/** How much correlation a comb of whole pixels may lose against the best fractional one and still win. */
const wholeTolerance = 0.01;

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

function spreadOf(values: Float64Array, from: number, to: number): Spread {
  let sum = 0;
  let squares = 0;
  for (let b = from; b < to; b++) {
    sum += values[b];
    squares += values[b] * values[b];
  }
  const mean = sum / (to - from);
  return { mean, deviation: Math.sqrt(Math.max(0, squares / (to - from) - mean * mean)) };
}

/** Correlation of values with a comb. A wrong pitch loses: twice the true one misses teeth, half adds empty ones. */
function combScore(values: Float64Array, profile: StepProfile, spread: Spread, pitch: number, offset: number): number {
  const { from, to } = profile;
  let sum = 0;
  let teeth = 0;
  const first = offset + Math.ceil((from + 0.5 - offset) / pitch) * pitch;
  for (let position = first; ; position += pitch) {
    const boundary = Math.ceil(position - 0.5);
    if (boundary >= to) break;
    sum += values[boundary];
    teeth++;
  }
  const others = to - from - teeth;
  if (teeth < leastTeeth || others <= 0 || spread.deviation === 0) return -1;
  return ((sum / teeth - spread.mean) / spread.deviation) * Math.sqrt(teeth / others);
}

/** Steps summed over three boundaries, so that a tooth smeared by a resize counts as one. */
function smeared(profile: StepProfile): Float64Array {
  const out = new Float64Array(profile.steps.length);
  for (let b = profile.from; b < profile.to; b++) {
    out[b] = 0.5 * profile.steps[b];
    if (b > profile.from) out[b] += 0.25 * profile.steps[b - 1];
    if (b + 1 < profile.to) out[b] += 0.25 * profile.steps[b + 1];
  }
  return out;
}

/** The best comb of a profile, whatever it is worth; undefined where the profile is too short or empty. */
export function findComb(profile: StepProfile, width: 'sharp' | 'soft'): Comb | undefined {
  const { from, to } = profile;
  const length = to - from;
  const least = width === 'sharp' ? leastPitch : 4;
  const greatest = Math.min(greatestPitch, length / leastTeeth);
  if (length < 8 || greatest < least) return undefined;
  const values = width === 'sharp' ? profile.steps : smeared(profile);
  const spread = spreadOf(values, from, to);
  let best = { pitch: 0, offset: 0, score: -1 };
  let sumPitch = 0;
  let sumOffset = 0;
  let ties = 0;
  // A step in pitch moves the last tooth by a third of a pixel against the first.
  for (let pitch = least; pitch <= greatest; pitch += (0.33 * pitch) / length) {
    for (let offset = 0; offset < pitch; offset += 0.25) {
      const score = combScore(values, profile, spread, pitch, from + offset);
      if (score > best.score + 1e-9) {
        best = { pitch, offset: from + offset, score };
        sumPitch = 0;
        sumOffset = 0;
        ties = 0;
      }
      if (score > best.score - 1e-9) {
        sumPitch += pitch;
        sumOffset += from + offset;
        ties++;
      }
    }
  }
  if (best.score <= 0) return undefined;
  // Many combs round to the same boundaries; the middle of them is the likeliest.
  const middle = { pitch: sumPitch / ties, offset: sumOffset / ties };
  const whole = { pitch: Math.round(middle.pitch), offset: Math.round(middle.offset) };
  const rate = (comb: { pitch: number; offset: number }) =>
    combScore(values, profile, spread, comb.pitch, comb.offset);
  let chosen: { pitch: number; offset: number } = best;
  if (rate(middle) >= best.score - 1e-9) chosen = middle;
  // A mosaic is drawn with whole pixels unless the picture speaks clearly for something else.
  if (rate(whole) >= best.score - wholeTolerance) chosen = whole;
  const offset = ((chosen.offset % chosen.pitch) + chosen.pitch) % chosen.pitch;
  return { pitch: chosen.pitch, offset, score: rate(chosen), ...leakOf(profile, chosen, width), width };
}

/** Mean step away from the teeth over mean step at them. */
function leakOf(
  profile: StepProfile,
  comb: { pitch: number; offset: number },
  width: 'sharp' | 'soft',
): { leak: number; teeth: number } {
  const reach = width === 'sharp' ? 0.5 : comb.pitch >= 8 ? 2.5 : 1.5;
  let atTeeth = 0;
  let teeth = 0;
  let between = 0;
  let others = 0;
  for (let b = profile.from; b < profile.to; b++) {
    const phase = (b - comb.offset) / comb.pitch;
    const distance = Math.abs(phase - Math.round(phase)) * comb.pitch;
    if (distance <= (width === 'sharp' ? 0.5 : 1)) {
      atTeeth += profile.steps[b];
      teeth++;
    } else if (distance > reach) {
      between += profile.steps[b];
      others++;
    }
  }
  if (teeth === 0 || others === 0 || atTeeth === 0) return { leak: 1, teeth: 0 };
  return { leak: between / others / (atTeeth / teeth), teeth };
}
