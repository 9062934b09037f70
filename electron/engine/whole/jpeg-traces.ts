import { blockDct } from '../classical/block-dct.ts';
import { jpegTable } from '../classical/jpeg-tables.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { sampleWindows } from './samples.ts';
import { toYcc } from './ycc.ts';

/** What JPEG left in a picture's pixels. */
export interface JpegTraces {
  /** IJG quality 1..100 of the compression. */
  readonly quality: number;
  /** Where its blocks start, 0..7: a crop moves them. */
  readonly phaseX: number;
  readonly phaseY: number;
}

/** Steps across block borders are at least this much larger than others, on the mean of both axes. */
const leastBlockiness = 0.02;
/** Larger steps are edges of the picture. */
const greatestStep = 20;
/** Coefficients looked at: the lowest frequencies, where most are not zero. */
const coefficients = [1, 8, 16, 9, 2, 3, 10, 17, 24] as const;
const mostBlocks = 6000;
const leastCoefficients = 150;
/** Mean of cos(2 pi c / step), 1 where all coefficients are multiples of the step, from which a quality is believed. */
const leastFit = 0.45;
const [lowest, highest] = [5, 92];

/**
 * Whether, where and how strongly a picture was compressed by JPEG, from its pixels alone; undefined where nothing is
 * seen of it. Quantised coefficients lie at multiples of the quantisation step (Fan, de Queiroz, "Identification of
 * bitmap compression history", 2003). A picture that was resized afterwards does not show it.
 */
export function measureJpeg(picture: Raster): JpegTraces | undefined {
  const planes = sampleWindows(picture.width, picture.height).map((window) => ({
    ...window,
    luma: toYcc(rgbPlanes(picture, window)).y,
  }));
  const across = blockPhase(planes, 'across');
  const down = blockPhase(planes, 'down');
  if (0.5 * (across.blockiness + down.blockiness) < leastBlockiness) return undefined;
  const values: number[][] = coefficients.map(() => []);
  const block = new Float64Array(64);
  let blocks = 0;
  for (const { width, height, luma } of planes) {
    for (let top = down.phase; top + 8 <= height; top += 8) {
      for (let left = across.phase; left + 8 <= width && blocks < mostBlocks; left += 8, blocks++) {
        for (let i = 0; i < 64; i++) block[i] = luma[(top + (i >> 3)) * width + left + (i & 7)];
        blockDct(block);
        coefficients.forEach((k, n) => {
          values[n].push(block[k]);
        });
      }
    }
  }
  const quality = fitQuality(values);
  return quality === undefined ? undefined : { quality, phaseX: across.phase, phaseY: down.phase };
}

interface SampledLuma {
  readonly width: number;
  readonly height: number;
  readonly luma: Float32Array;
}

function blockPhase(
  planes: readonly SampledLuma[],
  axis: 'across' | 'down',
): { phase: number; blockiness: number } {
  const steps = new Float64Array(8);
  const counts = new Float64Array(8);
  for (const { width, height, luma } of planes) {
    const stride = axis === 'across' ? 1 : width;
    for (let y = axis === 'across' ? 0 : 1; y < height; y++) {
      for (let x = axis === 'across' ? 1 : 0; x < width; x++) {
        const at = y * width + x;
        const phase = (axis === 'across' ? x : y) & 7;
        steps[phase] += Math.min(greatestStep, Math.abs(luma[at] - luma[at - stride]));
        counts[phase]++;
      }
    }
  }
  let phase = 0;
  let total = 0;
  for (let k = 0; k < 8; k++) {
    steps[k] /= Math.max(1, counts[k]);
    total += steps[k];
    if (steps[k] > steps[phase]) phase = k;
  }
  const others = (total - steps[phase]) / 7;
  return { phase, blockiness: others > 0 ? steps[phase] / others - 1 : 0 };
}

/** The strongest compression that explains the coefficients: what is a multiple of 16 is also one of 8. */
function fitQuality(values: readonly (readonly number[])[]): number | undefined {
  let best: { quality: number; fit: number } | undefined;
  for (let quality = lowest; quality <= highest; quality++) {
    const table = jpegTable('luma', quality);
    let sum = 0;
    let count = 0;
    coefficients.forEach((k, n) => {
      const step = table[k];
      if (step < 3) return;
      for (const value of values[n]) {
        // Near zero everything looks quantised.
        if (Math.abs(value) < 0.6 * step) continue;
        sum += Math.cos((2 * Math.PI * value) / step);
        count++;
      }
    });
    if (count < leastCoefficients) continue;
    const fit = sum / count;
    if (fit >= leastFit && (best === undefined || fit > 1.08 * best.fit)) best = { quality, fit };
  }
  return best?.quality;
}
