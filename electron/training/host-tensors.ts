import * as ort from 'onnxruntime-node';
import type { StateTensors, Tensors } from './state-tensors.ts';

/** State in the processor's memory: two sets take turns as input and output, so that no step allocates. */
export class HostTensors implements StateTensors {
  #current: Tensors;
  #spare: Tensors;

  constructor(tensors: Tensors) {
    this.#current = tensors;
    this.#spare = Object.fromEntries(
      Object.entries(tensors).map(([name, { size, dims }]) => [
        name,
        new ort.Tensor('float32', new Float32Array(size), dims),
      ]),
    );
  }

  get current(): Tensors {
    return this.#current;
  }

  get spare(): Tensors {
    return this.#spare;
  }

  advance(next: Tensors): void {
    [this.#spare, this.#current] = [this.#current, { ...this.#current, ...next }];
  }

  discard(): void {
    // The spare set is written over in the next run.
  }

  clear(): void {
    for (const { data } of Object.values(this.#current)) (data as Float32Array).fill(0);
  }

  async read(name: string): Promise<Float32Array> {
    return (this.#current[name].data as Float32Array).slice();
  }

  async release(): Promise<void> {
    // Nothing outside the reach of garbage collection.
  }
}
