/** What a graph is written for; by default for any device. */
export interface GraphTarget {
  /** Channels of a block of the processor's own layout, where the graph may use it (see `channel-block.ts`). */
  readonly channelBlock?: number | undefined;
  /**
   * WebGPU: a training's state goes in and out end to end (see `slots.ts`), and operators that the provider lacks are
   * composed of others, since it has them done on the processor, both ways of which take longer than many operators.
   */
  readonly webgpu?: boolean | undefined;
}
