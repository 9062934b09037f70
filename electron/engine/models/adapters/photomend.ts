import { createPlanes, type Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';
import type { ModelAdapter } from './adapter.ts';

/** What the strength planes are divided by, and how far the estimate may leave 0..1; both as in training. */
export const strengthScale = { sigmaPx: 8, pitchPx: 16 } as const;
export const estimateRange = { low: -0.2, high: 1.2 } as const;

function limited(value: number): number {
  return Math.min(estimateRange.high, Math.max(estimateRange.low, value));
}

/** Our own networks: the classical estimate, the mask and the damage's strength in, a residual out. */
export const photomendAdapter: ModelAdapter = {
  inputChannels: 6,
  outputChannels: 3,
  pack({ start, mask, blurSigmaPx, mosaicPitchPx }: NetworkInput): Planes {
    const planes = createPlanes(start.width, start.height, 6);
    const size = start.width * start.height;
    for (let i = 0; i < 3 * size; i++) planes.data[i] = limited(start.data[i]) - 0.5;
    for (let i = 0; i < size; i++) {
      planes.data[3 * size + i] = mask.data[i];
      planes.data[4 * size + i] = (mask.data[i] * blurSigmaPx) / strengthScale.sigmaPx;
      planes.data[5 * size + i] = (mask.data[i] * mosaicPitchPx) / strengthScale.pitchPx;
    }
    return planes;
  },
  unpack(output: Planes, { start }: NetworkInput): Planes {
    const data = new Float32Array(output.data.length);
    for (let i = 0; i < data.length; i++) data[i] = limited(start.data[i]) + output.data[i];
    return { width: start.width, height: start.height, channels: 3, data };
  },
};
