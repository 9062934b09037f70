import { taperedSpectrum } from '../classical/spectrum.ts';
import type { Planes } from '../pixels/planes.ts';

/** How blurred a picture is, as its spectrum tells. */
export interface BlurMatch {
  /** Gaussian blur in pixels beyond what a camera's lens and sensor do anyway; 0 where none is seen. */
  readonly sigmaPx: number;
  /** How much better a blurred photo explains the spectrum than a sharp one; below about 40 it may be chance. */
  readonly evidence: number;
}

/** A ring of frequencies in the spectrum: radians per pixel, mean power, and how much it counts. */
interface Ring {
  readonly frequency: number;
  readonly power: number;
  readonly weight: number;
}

const ringsPerOctave = 7;
const lowestFrequency = 0.04;
/** Sharpness of the taper, and what its width adds to the fall-off: 1 / sigma^2 grows by (6 / size)^2. */
const taperPower = 2;
const taperWidth = 6;
/** Blur that photographs in good focus have. */
const ownSigmaPx = 0.5;
/** Below this the picture counts as sharp. */
const sharpSigmaPx = 0.8;
const greatestSigmaPx = 30;
/** Photographs' power falls as frequency to the minus 2.3, give or take 0.3. */
const powerLaws = [1.8, 2.1, 2.4, 2.7, 3] as const;
const usualLaw = 2.3;
const lawSpread = 0.3;
const lawWeight = 10;
/** What a blur may leave at the high end: block edges of JPEG, part of the region sharp. */
const remainders = [0, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2] as const;
/** White noise tried, as parts of the lowest power among the highest rings. */
const floors = [0, 0.5, 0.9] as const;
const leastSide = 24;

/**
 * Estimates the Gaussian blur of a grey picture [1, H, W] by fitting its power spectrum with
 * c (f^-p exp(-sigma^2 f^2) + e f^-2) + n. Undefined where the picture is too small or flat.
 */
export function matchBlur(grey: Planes): BlurMatch | undefined {
  if (Math.min(grey.width, grey.height) < leastSide) return undefined;
  const rings = powerRings(grey);
  if (!rings.some((ring) => ring.power > 1e-7)) return undefined;
  let best = { sigmaPx: 0, cost: Number.POSITIVE_INFINITY };
  let sharpCost = Number.POSITIVE_INFINITY;
  for (const sigmaPx of sigmasToTry()) {
    const cost = leastCost(rings, sigmaPx);
    if (cost < best.cost) best = { sigmaPx, cost };
    if (sigmaPx < sharpSigmaPx && cost < sharpCost) sharpCost = cost;
  }
  if (best.sigmaPx < sharpSigmaPx) return { sigmaPx: 0, evidence: 0 };
  return { sigmaPx: corrected(best.sigmaPx, grey), evidence: sharpCost - best.cost };
}

function* sigmasToTry(): Generator<number> {
  yield 0;
  for (let sigmaPx = 0.35; sigmaPx < greatestSigmaPx; sigmaPx *= 1.06) yield sigmaPx;
}

/** Takes the taper's share and the photo's own blur away from what was fitted. */
function corrected(sigmaPx: number, { width, height }: Planes): number {
  const taper = 0.5 * ((taperWidth / width) ** 2 + (taperWidth / height) ** 2);
  // Close to the region's own limit the correction would run away.
  const inverse = Math.max(1 / sigmaPx ** 2 - taper, 0.25 / sigmaPx ** 2);
  return Math.sqrt(Math.max(0, 1 / inverse - ownSigmaPx ** 2));
}

function powerRings(grey: Planes): Ring[] {
  const { across, down, data } = taperedSpectrum(grey, taperPower);
  const ringCount = ringsPerOctave * 8;
  const powers = new Float64Array(ringCount);
  const frequencies = new Float64Array(ringCount);
  const counts = new Float64Array(ringCount);
  for (let u = 0; u < across; u++) {
    for (let v = 0; v < down; v++) {
      const frequency = Math.sqrt(((Math.PI * u) / across) ** 2 + ((Math.PI * v) / down) ** 2);
      if (frequency < lowestFrequency) continue;
      const ring = Math.floor(ringsPerOctave * Math.log2(frequency / lowestFrequency));
      const coefficient = data[u * down + v];
      powers[ring] += coefficient * coefficient;
      frequencies[ring] += frequency;
      counts[ring]++;
    }
  }
  const rings: Ring[] = [];
  for (let r = 0; r < ringCount; r++) {
    if (counts[r] === 0) continue;
    // Photographs stray from any law more than the number of coefficients would let one think.
    const weight = Math.sqrt(Math.min(counts[r], 200));
    rings.push({ frequency: frequencies[r] / counts[r], power: powers[r] / counts[r] + 1e-10, weight });
  }
  return rings;
}

/** Whittle's likelihood (minus its best value) of the rings under the likeliest law, remainder and floor. */
function leastCost(rings: readonly Ring[], sigmaPx: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const ring of rings.slice(-4)) lowest = Math.min(lowest, ring.power);
  const shape = new Float64Array(rings.length);
  let least = Number.POSITIVE_INFINITY;
  for (const law of powerLaws) {
    const prior = 0.5 * lawWeight * ((law - usualLaw) / lawSpread) ** 2;
    for (const remainder of remainders) {
      for (let r = 0; r < rings.length; r++) {
        const f = rings[r].frequency;
        shape[r] = f ** -law * Math.exp(-sigmaPx * sigmaPx * f * f) + remainder / (f * f);
      }
      for (const floor of floors) {
        const cost = prior + whittleCost(rings, shape, Math.max(floor * lowest, 1e-9));
        if (cost < least) least = cost;
      }
    }
  }
  return least;
}

function whittleCost(rings: readonly Ring[], shape: Float64Array, floor: number): number {
  let logScale = 0;
  let weights = 0;
  for (let r = 0; r < rings.length; r++) {
    const { power, weight } = rings[r];
    if (power <= 2 * floor) continue;
    logScale += weight * Math.log((power - floor) / shape[r]);
    weights += weight;
  }
  if (weights === 0) return Number.POSITIVE_INFINITY;
  const scale = Math.exp(logScale / weights);
  let cost = 0;
  for (let r = 0; r < rings.length; r++) {
    const ratio = rings[r].power / (scale * shape[r] + floor);
    cost += rings[r].weight * (ratio - 1 - Math.log(ratio));
  }
  return cost;
}
