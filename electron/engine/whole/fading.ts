import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { sampleWindows } from './samples.ts';

/** How a faded photo's tones are put right: curves over 0..1. */
export interface FadingCorrection {
  /** 0..1: how faded the photo is. */
  readonly amount: number;
  /**
   * What a value becomes: `curve[round(value * (curveLength - 1))]`, 0..1. One per channel; of a photo without colours
   * but for its tone, one for its brightness.
   */
  readonly curves: readonly [Float32Array, Float32Array, Float32Array] | readonly [Float32Array];
}

export const curveLength = 4096;
/** Part of the pixels below black and above white of a channel: dust and glints do not count. */
const tail = 0.005;
/** The rim of a print, of each side, may be its border. */
const rimShare = 0.04;
/** Photos whose tones span this much of the range are in good order; at the lower value they are wholly faded. */
const soundSpan = 0.78;
const fadedSpan = 0.58;
/** Mean saturation up to which a photo's brightness must span the range, and from which any channel may do it. */
const dullChroma = 0.14;
const vividChroma = 0.26;
const leastAmount = 0.05;
/** Where black and white should lie; blacks and whites beyond stay. */
const blackGoal = 0.05;
const whiteGoal = 0.95;
/** No tone is spread more than so much, no channel moved farther against the others. */
const greatestGain = 1.8;
const greatestCast = 0.16;
/** How much of a cast is taken away: old paper is not quite white, nor should it be. */
const castShare = 0.85;
const softness = 0.05;

/** A photo's colours stray less than this from one tone (standard deviation) where it has no colours. */
const toneSpread = 0.014;
/** How much of the tone of such a photo stays: a print that was brown from the start, not only from age. */
export const toneShare = 0.7;

/**
 * Measures fading: blacks that turned grey, whites that turned dull, a cast of colour. Undefined for photos whose tones
 * span the range. Vivid photos may span it in any of their channels: a sunset is red, and has no white.
 */
export function measureFading(picture: Raster): FadingCorrection | undefined {
  const tones = countTones(picture);
  const isToned = tones.spread() < toneSpread;
  const lows = tones.channels.map((histogram) => quantile(histogram, tail));
  const highs = tones.channels.map((histogram) => quantile(histogram, 1 - tail));
  const black = quantile(tones.luma, tail);
  const white = quantile(tones.luma, 1 - tail);
  const vivid = (tones.chroma() - dullChroma) / (vividChroma - dullChroma);
  const anyChannel = isToned ? 0 : Math.min(1, Math.max(0, vivid));
  const span = white - black + anyChannel * (Math.max(...highs) - Math.min(...lows) - white + black);
  const amount = Math.min(1, Math.max(0, (soundSpan - span) / (soundSpan - fadedSpan)));
  // A blank page is not faded, and what nobody would see is not worth touching every pixel for.
  if (amount < leastAmount || white - black < 0.1) return undefined;
  if (isToned) return { amount, curves: [channelCurve(black, white, black, white, amount)] };
  const [red, green, blue] = lows.map((low, c) => channelCurve(low, highs[c], black, white, amount));
  return { amount, curves: [red, green, blue] };
}

const bins = 1024;
/** Brightnesses by which colours are told apart from one tone. */
const toneBins = 32;

function countTones(picture: Raster) {
  const channels = [0, 1, 2].map(() => new Float64Array(bins));
  const luma = new Float64Array(bins);
  let [saturation, pixels] = [0, 0];
  // Number, sum and sum of squares of both colour differences, by brightness.
  const moments = new Float64Array(toneBins * 5);
  for (const window of sampleWindows(picture.width, picture.height)) {
    const { width, height, data } = rgbPlanes(picture, window);
    const size = width * height;
    for (let y = 0; y < height; y++) {
      if (isRim(y + window.y, picture.height)) continue;
      for (let x = 0; x < width; x++) {
        if (isRim(x + window.x, picture.width)) continue;
        const i = y * width + x;
        const [r, g, b] = [data[i], data[size + i], data[2 * size + i]];
        const bright = 0.299 * r + 0.587 * g + 0.114 * b;
        channels[0][Math.round((bins - 1) * r)]++;
        channels[1][Math.round((bins - 1) * g)]++;
        channels[2][Math.round((bins - 1) * b)]++;
        luma[Math.round((bins - 1) * bright)]++;
        saturation += Math.max(r, g, b) - Math.min(r, g, b);
        pixels++;
        const at = 5 * Math.min(toneBins - 1, Math.floor(toneBins * bright));
        moments[at]++;
        moments[at + 1] += b - bright;
        moments[at + 2] += (b - bright) ** 2;
        moments[at + 3] += r - bright;
        moments[at + 4] += (r - bright) ** 2;
      }
    }
  }
  /** Standard deviation of the colour differences among pixels of one brightness. */
  const spread = () => {
    let [sum, count] = [0, 0];
    for (let at = 0; at < moments.length; at += 5) {
      const n = moments[at];
      if (n === 0) continue;
      count += n;
      sum += moments[at + 2] - moments[at + 1] ** 2 / n + moments[at + 4] - moments[at + 3] ** 2 / n;
    }
    return Math.sqrt(Math.max(0, sum / Math.max(1, 2 * count)));
  };
  return { channels, luma, spread, chroma: () => saturation / Math.max(1, pixels) };
}

function isRim(at: number, length: number): boolean {
  return at < rimShare * length || at >= (1 - rimShare) * length;
}

function quantile(histogram: Float64Array, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    below += histogram[bin];
    if (below >= share * total) return bin / (histogram.length - 1);
  }
  return 1;
}

/** From a channel's own black and white towards those of the whole photo, and from there to the goal. */
function channelCurve(low: number, high: number, black: number, white: number, amount: number): Float32Array {
  const limited = (value: number) => Math.min(greatestCast, Math.max(-greatestCast, value));
  const from = black + limited(low - black) * castShare;
  const to = white + limited(high - white) * castShare;
  const bottom = Math.min(black, blackGoal);
  const top = Math.max(white, whiteGoal);
  const gain = Math.min(greatestGain, (top - bottom) / Math.max(0.05, to - from));
  // What the gain's limit leaves of the range is shared by both ends.
  const start = bottom + ((top - bottom - gain * (to - from)) * from) / Math.max(0.05, 1 - to + from);
  const curve = new Float32Array(curveLength);
  for (let i = 0; i < curveLength; i++) {
    const value = i / (curveLength - 1);
    const corrected = softLimit(start + gain * (value - from));
    curve[i] = value + amount * (corrected - value);
  }
  return curve;
}

/** 0..1, the ends rounded off: shadows and lights beyond black and white keep their drawing. */
function softLimit(value: number): number {
  if (value < softness) return softness * Math.exp(value / softness - 1);
  if (value > 1 - softness) return 1 - softness * Math.exp((1 - value) / softness - 1);
  return value;
}
