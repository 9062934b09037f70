import { createPlanes, type Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';
import type { ModelAdapter } from './adapter.ts';

/** What the strength planes are divided by, and how far the estimate may leave 0..1; both as in training. */
export const strengthScale = { sigmaPx: 8, pitchPx: 16 } as const;
export const estimateRange = { low: -0.2, high: 1.2 } as const;

function limited(value: number): number {
  if (value < estimateRange.low) return estimateRange.low;
  return value > estimateRange.high ? estimateRange.high : value;
}

// A row at a time: a function that is called often is compiled sooner than a long loop.
function packRow(row: Float32Array, estimate: Float32Array): void {
  for (let x = 0; x < row.length; x++) row[x] = limited(estimate[x]) - 0.5;
}

function addRow(row: Float32Array, estimate: Float32Array): void {
  for (let x = 0; x < row.length; x++) row[x] += limited(estimate[x]);
}

function scaleRow(row: Float32Array, weights: Float32Array, factor: number): void {
  for (let x = 0; x < row.length; x++) row[x] = weights[x] * factor;
}

/** Our own networks: the classical estimate, the mask and the damage's strength in, a residual out. */
export const photomendAdapter: ModelAdapter = {
  inputChannels: 6,
  outputChannels: 3,
  pack({ start, mask, blurSigmaPx, mosaicPitchPx }: NetworkInput): Planes {
    const planes = createPlanes(start.width, start.height, 6);
    const { data } = planes;
    const { data: estimate } = start;
    const { data: weights } = mask;
    const size = weights.length;
    const { width } = start;
    const rowOf = (values: Float32Array, at: number) => values.subarray(at, at + width);
    for (let at = 0; at < 3 * size; at += width) packRow(rowOf(data, at), rowOf(estimate, at));
    data.set(weights, 3 * size);
    const strengths = [blurSigmaPx / strengthScale.sigmaPx, mosaicPitchPx / strengthScale.pitchPx];
    strengths.forEach((strength, plane) => {
      if (strength === 0) return;
      const first = (4 + plane) * size;
      for (let at = 0; at < size; at += width) {
        scaleRow(rowOf(data, first + at), rowOf(weights, at), strength);
      }
    });
    return planes;
  },
  /** In the output's own memory, which nobody else needs. */
  unpack(output: Planes, { start }: NetworkInput): Planes {
    const { data } = output;
    const { data: estimate } = start;
    const { width } = output;
    for (let at = 0; at < data.length; at += width) {
      addRow(data.subarray(at, at + width), estimate.subarray(at, at + width));
    }
    return output;
  },
};
