import type { Comb } from './comb.ts';
import type { StepProfile } from './profile.ts';

/** A straight line through the teeth: tooth k lies at middle + (k - k of the middle) pitch. */
export interface TeethFit {
  readonly pitch: number;
  /** Position of the fitted line at the middle tooth, where it is known best. */
  readonly middle: number;
  /** How far the pitch may be off, about two standard errors, in pixels. */
  readonly pitchError: number;
  /** Number of the outermost teeth counted from the middle. */
  readonly reach: number;
}

/** Where the tooth near `at` really is: centre of mass of the steps around it above the background. */
function toothNear(profile: StepProfile, at: number, reachPx: number): { centre: number; weight: number } {
  const from = Math.max(profile.from, Math.ceil(at - reachPx));
  const to = Math.min(profile.to - 1, Math.floor(at + reachPx));
  let background = Number.POSITIVE_INFINITY;
  let peak = from;
  for (let b = from; b <= to; b++) {
    if (profile.steps[b] < background) background = profile.steps[b];
    if (profile.steps[b] > profile.steps[peak]) peak = b;
  }
  let sum = 0;
  let moment = 0;
  for (let b = Math.max(from, peak - 1); b <= Math.min(to, peak + 1); b++) {
    const step = profile.steps[b] - background;
    sum += step;
    moment += step * b;
  }
  return sum > 0 ? { centre: moment / sum, weight: sum } : { centre: at, weight: 0 };
}

/** Measures a comb's pitch and position by weighted least squares over its teeth. */
export function fitTeeth(profile: StepProfile, comb: Comb): TeethFit {
  let { pitch, offset: start } = comb;
  let pitchError = 0.1 * pitch;
  let middleTooth = 0;
  let reach = 1;
  // The second pass looks for the teeth where the first one puts them, closer by.
  for (let pass = 0; pass < 3; pass++) {
    const reachPx = Math.max(1, Math.min(pass === 0 ? 2.5 : 1.6, 0.45 * pitch));
    const first = Math.ceil((profile.from - start) / pitch);
    const last = Math.floor((profile.to - 1 - start) / pitch);
    const line = fitLine(profile, start, pitch, first, last, reachPx);
    if (line === undefined) break;
    ({ pitch, start, pitchError } = line);
    middleTooth = Math.round((first + last) / 2);
    reach = Math.max(1, Math.ceil((last - first) / 2));
  }
  return { pitch, middle: start + middleTooth * pitch, pitchError, reach };
}

function fitLine(
  profile: StepProfile,
  start: number,
  pitch: number,
  first: number,
  last: number,
  reachPx: number,
): { pitch: number; start: number; pitchError: number } | undefined {
  const teeth: { k: number; centre: number; weight: number }[] = [];
  for (let k = first; k <= last; k++) teeth.push({ k, ...toothNear(profile, start + k * pitch, reachPx) });
  // No tooth counts more than twice the typical one.
  const weights = teeth.map((tooth) => tooth.weight).sort((a, b) => a - b);
  const limit = 2 * (weights[weights.length >> 1] ?? 0);
  let sum = 0;
  let sumK = 0;
  let sumCentre = 0;
  for (const tooth of teeth) {
    tooth.weight = Math.min(tooth.weight, limit);
    sum += tooth.weight;
    sumK += tooth.weight * tooth.k;
    sumCentre += tooth.weight * tooth.centre;
  }
  if (!(sum > 0)) return undefined;
  let spread = 0;
  let slope = 0;
  for (const tooth of teeth) {
    const k = tooth.k - sumK / sum;
    spread += tooth.weight * k * k;
    slope += tooth.weight * k * (tooth.centre - sumCentre / sum);
  }
  if (!(spread > 0)) return undefined;
  const fitted = slope / spread;
  // Rounding of boundaries to pixels scatters teeth by 0.29 px; never assume better than that.
  const pitchError = 2 * 0.29 * Math.sqrt(sum / (teeth.length * spread));
  if (!(fitted >= 1.5)) return undefined;
  return { pitch: fitted, start: sumCentre / sum - (sumK / sum) * fitted, pitchError };
}

/** Pitch and offset in [0, pitch), of whole pixels where those pass within 0.4 px of every fitted tooth. */
export function settleTeeth(fit: TeethFit): { pitch: number; offset: number } {
  let { pitch, middle } = fit;
  const whole = Math.round(pitch);
  if (Math.abs(whole - pitch) * fit.reach + Math.abs(Math.round(middle) - middle) < 0.45) {
    pitch = whole;
    middle = Math.round(middle);
  }
  const offset = middle - Math.floor(middle / pitch) * pitch;
  return { pitch, offset: offset < pitch ? offset : 0 };
}
