import type { Planes } from '../pixels/planes.ts';
import { type Spectrum, taperedSpectrum } from './spectrum.ts';

/** Frequencies times sigma between which a blurred photograph shows its signal, and beyond which its noise. */
const signalBand = [0.3, 1.3] as const;
const noiseBand = [3.3, 5] as const;
/**
 * What JPEG and rounding do in the band that decides is stronger than in the empty band beyond, and part of
 * the signal is not worth its noise: measured best factor on the noise's amplitude, at sigma 1 to 12, with
 * 8-bit pictures and with JPEG of quality 75 to 95 alike.
 */
const noiseFactor = 3;
/** Bounds of the ratio: rounding to 8 bit is never better than the one, pure noise not worse than the other. */
const leastRatio = 1e-4;
const greatestRatio = 0.1;

/**
 * Noise power over signal power, as Wiener's filter wants it, of a picture blurred by `sigmaPx`; the signal is
 * taken to fall as ratio / frequency^2 (radians per pixel), the law of photographs.
 * @param blurred [1, H, W], blurred everywhere
 */
export function noiseToSignal(blurred: Planes, sigmaPx: number): number {
  const { across, down, data } = taperedSpectrum(blurred, 1);
  let noise = 0;
  let noiseCount = 0;
  let signal = 0;
  let signalCount = 0;
  for (let u = 0; u < across; u++) {
    for (let v = 0; v < down; v++) {
      const squared = ((Math.PI * u) / across) ** 2 + ((Math.PI * v) / down) ** 2;
      const scaled = Math.sqrt(squared) * sigmaPx;
      const coefficient = data[u * down + v];
      if (scaled > noiseBand[0] && scaled < noiseBand[1]) {
        noise += coefficient * coefficient;
        noiseCount++;
      } else if (scaled > signalBand[0] && scaled < signalBand[1]) {
        signal += coefficient * coefficient * squared * Math.exp(scaled * scaled);
        signalCount++;
      }
    }
  }
  // A blur too weak or a region too small to leave a band empty: assume rounding to 8 bit.
  const noisePower = noiseCount >= 16 ? noise / noiseCount : 1 / (12 * 255 * 255);
  if (!(signal > 0)) return greatestRatio;
  const ratio = (noiseFactor * noiseFactor * noisePower * signalCount) / signal;
  return Math.min(Math.max(ratio, leastRatio), greatestRatio);
}

/** Multiplies a spectrum by Wiener's filter G / (G^2 + ratio frequency^2), G the blur's own response. */
export function applyWiener(spectrum: Spectrum, sigmaPx: number, ratio: number): void {
  const { across, down, channels, data } = spectrum;
  const size = across * down;
  const responses = responsesOf(down, sigmaPx);
  for (let u = 0; u < across; u++) {
    const squaredU = ((Math.PI * u) / across) ** 2;
    const responseU = Math.exp(-0.5 * sigmaPx * sigmaPx * squaredU);
    for (let v = 0; v < down; v++) {
      const squared = squaredU + ((Math.PI * v) / down) ** 2;
      const blur = responseU * responses[v];
      const gain = squared === 0 ? 1 : blur / (blur * blur + ratio * squared);
      for (let at = u * down + v; at < size * channels; at += size) data[at] *= gain;
    }
  }
}

/** The blur's response to each frequency along one axis. */
function responsesOf(length: number, sigmaPx: number): Float64Array {
  const squared = (v: number) => ((Math.PI * v) / length) ** 2;
  return Float64Array.from({ length }, (_, v) => Math.exp(-0.5 * sigmaPx * sigmaPx * squared(v)));
}
