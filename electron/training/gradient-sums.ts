import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/encode.ts';
import type { LossName } from './graph/losses.ts';
import { type BatchShape, gradientSumModel, nextPrefix } from './graph/step.ts';
import type { NetworkSpec } from './network.ts';
import { parametersOf } from './parameters.ts';

type Tensors = Record<string, ort.Tensor>;

interface GradientSumOptions extends BatchShape {
  readonly spec: NetworkSpec;
  readonly loss: LossName;
  readonly session: ort.InferenceSession.SessionOptions;
}

/** The gradients of several parts of a batch, added up. */
export class GradientSums {
  readonly #session: ort.InferenceSession;
  readonly #names: readonly string[];
  #current: Tensors;
  #next: Tensors;

  private constructor(session: ort.InferenceSession, spec: NetworkSpec) {
    const trained = parametersOf(spec).filter(({ role }) => role === 'trained');
    const zeros = (): Tensors =>
      Object.fromEntries(
        trained.map(({ name, shape }) => {
          const count = shape.reduce((product, dim) => product * dim, 1);
          return [`sum/${name}`, new ort.Tensor('float32', new Float32Array(count), shape)];
        }),
      );
    this.#session = session;
    this.#names = session.outputNames.filter((name) => name.startsWith(`${nextPrefix}weight/`));
    this.#current = zeros();
    this.#next = zeros();
  }

  static async create(options: GradientSumOptions): Promise<GradientSums> {
    const model = encodeModel(gradientSumModel(options));
    return new GradientSums(await ort.InferenceSession.create(model, options.session), options.spec);
  }

  /** Runs `count` parts; gives the sums, the loss and the statistics behind the last. */
  async run(count: number, feedsOf: (index: number) => Tensors) {
    for (const { data } of Object.values(this.#current)) (data as Float32Array).fill(0);
    const wanted = new Set(this.#session.inputNames);
    let statistics: Tensors = {};
    let loss = 0;
    for (let index = 0; index < count; index++) {
      const feeds = Object.entries({ ...feedsOf(index), ...statistics, ...this.#current });
      const fetches: Record<string, ort.Tensor | null> = { loss: null };
      for (const name of this.#names) fetches[name] = null;
      for (const [name, tensor] of Object.entries(this.#next)) fetches[nextPrefix + name] = tensor;
      const results = await this.#session.run(
        Object.fromEntries(feeds.filter(([name]) => wanted.has(name))),
        fetches,
      );
      loss += Number(results.loss.data[0]);
      statistics = Object.fromEntries(
        this.#names.map((name) => [name.slice(nextPrefix.length), results[name] as ort.Tensor]),
      );
      [this.#current, this.#next] = [this.#next, this.#current];
    }
    return { sums: this.#current, loss, statistics };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
