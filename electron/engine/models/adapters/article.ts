import type { Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';
import type { ModelAdapter } from './adapter.ts';

/**
 * The article's U-Net and other networks of its kind: the damaged photo in -1..1 in, the whole photo in -1..1 out.
 * Trained on pictures of 64 pixels, it runs at any multiple of its size.
 */
export const articleAdapter: ModelAdapter = {
  inputChannels: 3,
  outputChannels: 3,
  pack({ window }: NetworkInput): Planes {
    return { ...window, data: window.data.map((value) => 2 * value - 1) };
  },
  unpack(output: Planes): Planes {
    return { ...output, data: output.data.map((value) => (value + 1) / 2) };
  },
};
