import type { Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';

/** Hides how a kind of model wants its input and gives its output. */
export interface ModelAdapter {
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Writes the input tensor's planes [inputChannels, H, W] of a picture of H x W. */
  pack(input: NetworkInput): Planes;
  /** The result from the output tensor's planes [outputChannels, H, W]. */
  unpack(output: Planes, input: NetworkInput): Planes;
}
