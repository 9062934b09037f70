import { createPlanes, type Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';
import type { ModelAdapter } from './adapter.ts';

/** Networks that mark damaged pixels: photo and region in, logits out, one channel. The result is a probability. */
export const defectsAdapter: ModelAdapter = {
  inputChannels: 4,
  outputChannels: 1,
  pack({ window, mask }: NetworkInput): Planes {
    const planes = createPlanes(window.width, window.height, 4);
    const size = window.width * window.height;
    for (let i = 0; i < 3 * size; i++) planes.data[i] = window.data[i] - 0.5;
    planes.data.set(mask.data, 3 * size);
    return planes;
  },
  unpack(output: Planes): Planes {
    return { ...output, data: output.data.map((logit) => 1 / (1 + Math.exp(-logit))) };
  },
};
