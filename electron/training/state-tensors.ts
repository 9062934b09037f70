import type * as ort from 'onnxruntime-node';

export type Tensors = Record<string, ort.Tensor>;

/** Tensors that carry over from run to run, wherever they are: a run's output `next/<name>` replaces the input `<name>`. */
export interface StateTensors {
  /** The inputs of the next run by name. */
  readonly current: Tensors;
  /** Tensors that the next run is to write into, by name; where there is none the run makes one. */
  readonly spare: Tensors;
  /** Puts tensors that a run gave, by name, in the place of the current ones. */
  advance(next: Tensors): void;
  /** Gives back tensors that a run gave and that are not to count. */
  discard(next: Tensors): void;
  /** Sets all to zero. */
  clear(): void;
  /** A copy of one tensor's data. */
  read(name: string): Promise<Float32Array>;
  /** To be called ahead of the release of the sessions that gave the tensors. */
  release(): Promise<void>;
}
