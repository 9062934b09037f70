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
    const blur = blurSigmaPx / strengthScale.sigmaPx;
    const mosaic = mosaicPitchPx / strengthScale.pitchPx;
    for (let i = 0; i < 3 * size; i++) data[i] = limited(estimate[i]) - 0.5;
    for (let i = 0; i < size; i++) {
      const weight = weights[i];
      data[3 * size + i] = weight;
      data[4 * size + i] = weight * blur;
      data[5 * size + i] = weight * mosaic;
    }
    return planes;
  },
  /** In the output's own memory, which nobody else needs. */
  unpack(output: Planes, { start }: NetworkInput): Planes {
    const { data } = output;
    const { data: estimate } = start;
    for (let i = 0; i < data.length; i++) data[i] += limited(estimate[i]);
    return output;
  },
};
