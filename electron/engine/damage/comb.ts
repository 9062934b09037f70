import type { StepProfile } from './profile.ts';

/** Regularly spaced steps: teeth at offset + k pitch, in pixels, perhaps fractional; offset in [0, pitch). */
export interface Comb {
  readonly pitch: number;
  readonly offset: number;
  /** Correlation of the profile with the comb, -1..1; 1 where all steps are at the teeth, and alike. */
  readonly score: number;
}

/** A tooth is one boundary, or smeared over several by a resize after the mosaic. */
export type ToothWidth = 'sharp' | 'soft';

const leastPitch: Readonly<Record<ToothWidth, number>> = { sharp: 2, soft: 4 };
const greatestPitch = 80;
const leastTeeth = 3;
const offsetStepPx = 0.25;
/** Share of a pixel by which the last tooth moves against the first from one pitch tried to the next. */
const driftPx = 0.33;

/** Pitches to try for a length in pixels, the same for both axes of a region. */
export function pitchesFor(length: number, width: ToothWidth): Float64Array {
  const list: number[] = [];
  const greatest = Math.min(greatestPitch, length / leastTeeth);
  for (let pitch = leastPitch[width]; pitch <= greatest; pitch += (driftPx * pitch) / length)
    list.push(pitch);
  return Float64Array.from(list);
}

/** For each of the pitches given the comb that agrees best with a profile. */
export function searchCombs(profile: StepProfile, width: ToothWidth, pitches: Float64Array): Comb[] {
  const values = compressed(width === 'sharp' ? profile.steps : smeared(profile), profile);
  const rate = combRater(values, profile);
  const combs: Comb[] = [];
  for (const pitch of pitches) {
    let best = -1;
    let offsetSum = 0;
    let ties = 0;
    for (let offset = 0; offset < pitch; offset += offsetStepPx) {
      const score = rate(pitch, profile.from + offset);
      if (score > best + 1e-9) {
        best = score;
        offsetSum = 0;
        ties = 0;
      }
      // Several offsets round to the same boundaries; the middle of them is the likeliest.
      if (score > best - 1e-9) {
        offsetSum += offset;
        ties++;
      }
    }
    combs.push({ pitch, offset: profile.from + offsetSum / ties, score: best });
  }
  return combs;
}

/** Steps as 0..1 with half at the typical step, so that many weak teeth outweigh a few strong edges. */
function compressed(values: Float64Array, profile: StepProfile): Float64Array {
  const sorted = values.slice(profile.from, profile.to).sort();
  const typical = Math.max(sorted[sorted.length >> 1] ?? 0, 0.002);
  return values.map((value) => value / (value + typical));
}

/** A sliding mean of three, after which a tooth smeared by a resize counts as one. */
function smeared(profile: StepProfile): Float64Array {
  const { steps, from, to } = profile;
  const out = new Float64Array(steps.length);
  for (let b = from; b < to; b++) {
    out[b] = 0.5 * steps[b] + 0.25 * steps[Math.max(b - 1, from)] + 0.25 * steps[Math.min(b + 1, to - 1)];
  }
  return out;
}

/** Correlation with a comb. Wrong pitches lose: twice the true one misses teeth, half of it adds empty ones. */
function combRater(values: Float64Array, profile: StepProfile): (pitch: number, offset: number) => number {
  const { from, to } = profile;
  let sum = 0;
  let squares = 0;
  for (let b = from; b < to; b++) {
    sum += values[b];
    squares += values[b] * values[b];
  }
  const mean = sum / (to - from);
  const deviation = Math.sqrt(Math.max(0, squares / (to - from) - mean * mean));
  return (pitch, offset) => {
    let atTeeth = 0;
    let teeth = 0;
    for (let at = offset + (Math.floor((from - 0.5 - offset) / pitch) + 1) * pitch; ; at += pitch) {
      const boundary = Math.ceil(at - 0.5);
      if (boundary >= to) break;
      atTeeth += values[boundary];
      teeth++;
    }
    const others = to - from - teeth;
    if (teeth < leastTeeth || others <= 0 || deviation === 0) return -1;
    return ((atTeeth / teeth - mean) / deviation) * Math.sqrt(teeth / others);
  };
}
