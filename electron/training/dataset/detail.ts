import { blurStart } from '../../engine/classical/blur.ts';
import { applyMosaic, mosaicStart } from '../../engine/classical/mosaic.ts';
import type { MosaicGrid } from '../../engine/damage/kinds.ts';
import { crop } from '../../engine/pixels/crop.ts';
import { convolveSymmetric } from '../../engine/pixels/gaussian.ts';
import { blendInto, maskBounds } from '../../engine/pixels/mask.ts';
import type { Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { kernelSigmaPx, randomBlurKernel } from './damage/blurs.ts';
import { logUniform } from './damage/chance.ts';
import { randomRegion } from './damage/regions.ts';
import { wear } from './damage/wear.ts';
import { type DamageMix, usualMix } from './mix.ts';
import type { RgbPhoto, Sample } from './recipe.ts';
import { residualSample } from './residual.ts';
import { randomWindow } from './window.ts';

/** Pixels around the sample that take part in the damage and the classical estimate. */
const contextPx = 16;
/** Strengths that the network learns; stronger damage is shrunk to this before it is run. */
export const detailStrengths = { minSigmaPx: 0.7, maxSigmaPx: 4.2, minPitchPx: 2, maxPitchPx: 10.5 } as const;
const wearRange = { jpegShare: 0.3, minQuality: 75, maxQuality: 98 };

function randomGrid(random: Random): MosaicGrid {
  const { minPitchPx, maxPitchPx } = detailStrengths;
  const pitch = logUniform(random, minPitchPx, maxPitchPx);
  const style = random.next();
  const pitchX = style < 0.75 ? Math.max(2, Math.round(pitch)) : pitch;
  const stretch = style > 0.6 && style < 0.7 ? random.uniform(0.6, 1.6) : 1;
  const pitchY = Math.min(
    maxPitchPx,
    Math.max(minPitchPx, style < 0.75 ? Math.round(pitchX * stretch) : pitchX),
  );
  const offset = (length: number) => (style < 0.75 ? random.integer(0, length) : random.uniform(0, length));
  return { pitchX, pitchY, offsetX: offset(pitchX), offsetY: offset(pitchY) };
}

/**
 * A pair for the `detail` network. Input [6, S, S]: the classical estimate - 0.5, the mask, blur sigma / 8 and
 * mosaic pitch / 16 inside the mask. Target [3, S, S]: original - estimate. The weight makes the loss relative to
 * the estimate's own error, so that weak and strong damage count alike.
 */
export function detailSample(
  photo: RgbPhoto,
  sizePx: number,
  random: Random,
  mix: DamageMix = usualMix,
): Sample {
  const side = sizePx + 2 * contextPx;
  const original = randomWindow(photo, side, 2.2, random);
  const mask = randomRegion(side, random);
  // The estimates need half the work where nothing is sharp.
  const inside = mask.data.every((value) => value === 1) ? undefined : mask;
  const isBlur = random.next() < mix.blurShare;
  let damaged: Planes;
  let start: Planes;
  let sigma = 0;
  let pitch = 0;
  if (isBlur) {
    const { minSigmaPx, maxSigmaPx } = detailStrengths;
    const kernel = randomBlurKernel(logUniform(random, minSigmaPx, maxSigmaPx), random);
    const trueSigma = kernelSigmaPx(kernel);
    damaged = wear(blurred(original, kernel, mask), random, wearRange);
    // Half of the time the strength is as uncertain as an estimate from the photo.
    sigma = random.next() < 0.5 ? trueSigma : trueSigma * random.uniform(0.85, 1.15);
    start = blurStart(damaged, sigma, inside);
  } else {
    const grid = randomGrid(random);
    damaged = wear(applyMosaic(original, grid, mask), random, wearRange);
    pitch = Math.sqrt(grid.pitchX * grid.pitchY);
    start = mosaicStart(damaged, grid, inside);
  }
  const inner = { x: contextPx, y: contextPx, width: sizePx, height: sizePx };
  return residualSample(
    crop(original, inner),
    crop(damaged, inner),
    crop(start, inner),
    crop(mask, inner),
    sigma,
    pitch,
  );
}

/** A picture convolved with a kernel given by its half, as far as the mask says. */
function blurred(original: Planes, half: Float32Array, mask: Planes): Planes {
  const out = { ...original, data: original.data.slice() };
  const box = maskBounds(mask, 0);
  if (box !== undefined) blendInto(out, convolveSymmetric(original, half, box), mask, box);
  return out;
}
