import { copyRect, crop } from '../pixels/crop.ts';
import { gaussianBlur, gaussianKernel } from '../pixels/gaussian.ts';
import { luma } from '../pixels/luma.ts';
import { blendInto, maskBounds, requireMask, solidRect } from '../pixels/mask.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { growRect, rectsAround } from '../pixels/rects.ts';
import { forwardSpectrum, inverseSpectrum } from './spectrum.ts';
import { applyWiener, noiseToSignal } from './wiener.ts';

/** Unsharp mask: y + amount (y - blurred y). Not limited to 0..1. */
export function unsharp(planes: Planes, sigmaPx: number, amount: number): Planes {
  const out = gaussianBlur(planes, sigmaPx);
  for (let i = 0; i < out.data.length; i++) {
    const value = planes.data[i];
    out.data[i] = value + amount * (value - out.data[i]);
  }
  return out;
}

/**
 * Richardson-Lucy deconvolution (Richardson 1972, Lucy 1974) with the Gaussian that made the blur.
 * Stays positive; noise grows with the iterations (10 to 30 are usual).
 */
export function richardsonLucy(planes: Planes, sigmaPx: number, iterations: number): Planes {
  // Zero would stay zero for ever and divide by zero.
  const floor = 1e-4;
  const estimate = createPlanes(planes.width, planes.height, planes.channels);
  for (let i = 0; i < estimate.data.length; i++) estimate.data[i] = Math.max(planes.data[i], floor);
  for (let step = 0; step < iterations; step++) {
    const ratio = gaussianBlur(estimate, sigmaPx);
    for (let i = 0; i < ratio.data.length; i++) {
      ratio.data[i] = Math.max(planes.data[i], floor) / Math.max(ratio.data[i], floor);
    }
    const correction = gaussianBlur(ratio, sigmaPx);
    for (let i = 0; i < estimate.data.length; i++) estimate.data[i] *= correction.data[i];
  }
  return estimate;
}

/** Passes over a region: the second blurs its surroundings with the first pass's estimate beside them. */
const regionPasses = 2;
/** A mask above this leaves nothing of the picture below. */
const fullyInside = 0.999;

/**
 * The best cheap linear estimate of what a Gaussian blur of `sigmaPx` hid: Wiener's filter with noise and
 * signal measured in the picture itself, so that rounding to 8 bit, JPEG and grain each get the sharpening
 * they allow. Not limited to 0..1. A sigma taken too large by a fifth costs more than one too small.
 * @param inside [1, H, W], 0..1: where the picture is blurred; elsewhere it is sharp and returned as it is
 */
export function blurStart(planes: Planes, sigmaPx: number, inside?: Planes): Planes {
  if (!(sigmaPx > 0)) return copyOf(planes);
  if (inside === undefined) return invert(planes, sigmaPx, noiseToSignal(luma(planes), sigmaPx));
  requireMask(planes, inside);
  const box = solidRect(inside);
  if (box === undefined) return copyOf(planes);
  const ratio = noiseToSignal(luma(crop(planes, box)), sigmaPx);
  const { width, height } = planes;
  const whole = { x: 0, y: 0, width, height };
  const changing = maskBounds(inside, 0) ?? box;
  const reach = growRect(changing, gaussianKernel(sigmaPx).length - 1, width, height);
  const surroundings = { ...inside, data: inside.data.map((value) => 1 - value) };
  // Nothing of this needs to be blurred once more.
  const blurred = solidRect(inside, fullyInside) ?? { ...box, width: 0, height: 0 };
  const even = copyOf(planes);
  const estimate = copyOf(planes);
  for (let pass = 0; pass < regionPasses; pass++) {
    // Only an evenly blurred picture can be inverted, so the sharp surroundings are blurred as well.
    for (const part of rectsAround(blurred, pass === 0 ? whole : reach)) {
      copyRect(planes, part, even, part.x, part.y);
      blendInto(even, gaussianBlur(estimate, sigmaPx, part), surroundings, part);
    }
    const inverted = invert(even, sigmaPx, ratio);
    copyRect(planes, changing, estimate, changing.x, changing.y);
    blendInto(estimate, inverted, inside, whole);
  }
  return estimate;
}

function invert(blurred: Planes, sigmaPx: number, ratio: number): Planes {
  const spectrum = forwardSpectrum(blurred);
  applyWiener(spectrum, sigmaPx, ratio);
  return inverseSpectrum(spectrum, blurred.width, blurred.height);
}

function copyOf(planes: Planes): Planes {
  return { ...planes, data: planes.data.slice() };
}
