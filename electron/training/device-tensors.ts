import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { StateTensors, Tensors } from './state-tensors.ts';

/**
 * State in a device's memory. Until the first run it is the processor's: the run takes it along. Each run gives new
 * tensors, which belong to whoever got them: garbage collection does not free them, and a session must not be released
 * ahead of them.
 */
export class DeviceTensors implements StateTensors {
  readonly #options: ort.InferenceSession.SessionOptions;
  readonly spare: Tensors = {};
  #current: Tensors;
  #download: ort.InferenceSession | undefined;

  /** @param tensors in the processor's memory, all of them vectors */
  constructor(options: ort.InferenceSession.SessionOptions, tensors: Tensors) {
    this.#options = options;
    this.#current = tensors;
  }

  get current(): Tensors {
    return this.#current;
  }

  advance(next: Tensors): void {
    for (const name of Object.keys(next)) this.#current[name].dispose();
    this.#current = { ...this.#current, ...next };
  }

  discard(next: Tensors): void {
    for (const tensor of Object.values(next)) tensor.dispose();
  }

  clear(): void {
    this.advance(
      Object.fromEntries(
        Object.entries(this.#current).map(([name, { size, dims }]) => [
          name,
          new ort.Tensor('float32', new Float32Array(size), dims),
        ]),
      ),
    );
  }

  async read(name: string): Promise<Float32Array> {
    const tensor = this.#current[name];
    if (tensor.location === 'cpu') return (tensor.data as Float32Array).slice();
    // onnxruntime-node 1.30 ends the process in `getData` of such a tensor. A graph that copies it can give it.
    this.#download ??= await ort.InferenceSession.create(encodeModel(copyModel), this.#options);
    const { copy } = await this.#download.run({ vector: tensor });
    return copy.data as Float32Array;
  }

  async release(): Promise<void> {
    this.discard(this.#current);
    await this.#download?.release();
  }
}

const vector = { type: 'float32', dims: ['size'] } as const;

const copyModel: OnnxModel = {
  irVersion: 8,
  producer: 'photomend',
  opsets: { '': 17 },
  metadata: {},
  graphName: 'copy',
  inputs: [{ name: 'vector', ...vector }],
  outputs: [{ name: 'copy', ...vector }],
  nodes: [
    { name: 'copy', opType: 'Identity', domain: '', inputs: ['vector'], outputs: ['copy'], attributes: {} },
  ],
  initializers: [],
};
