import * as ort from 'onnxruntime-node';
import type { LossName } from './graph/losses.ts';
import { type BatchShape, gradientSumModel } from './graph/step.ts';
import type { NetworkSpec } from './network.ts';
import { sizeOf, slotsOf } from './slots.ts';
import { createStateSession, runState, stateTensors } from './state-session.ts';
import type { StateTensors, Tensors } from './state-tensors.ts';

interface GradientSumOptions extends BatchShape {
  readonly spec: NetworkSpec;
  readonly loss: LossName;
  readonly session: ort.InferenceSession.SessionOptions;
}

/** The gradients of several parts of a batch, added up. */
export class GradientSums {
  readonly #session: ort.InferenceSession;
  readonly #sums: StateTensors;

  private constructor(session: ort.InferenceSession, options: GradientSumOptions) {
    const trained = slotsOf(options.spec, options.webgpu === true).filter(({ role }) => role === 'trained');
    this.#session = session;
    this.#sums = stateTensors(
      options.session,
      Object.fromEntries(
        trained.map((slot) => [
          `sum/${slot.name}`,
          new ort.Tensor('float32', new Float32Array(sizeOf(slot)), slot.shape),
        ]),
      ),
    );
  }

  static async create(options: GradientSumOptions): Promise<GradientSums> {
    return new GradientSums(await createStateSession(gradientSumModel(options), options.session), options);
  }

  /**
   * Runs `count` parts.
   * @returns the loss, the sums, which are good until the next call, and the statistics behind the last part, which are
   *   the caller's
   */
  async run(
    count: number,
    feedsOf: (index: number) => Tensors,
  ): Promise<{ readonly sums: Tensors; readonly loss: number; readonly statistics: Tensors }> {
    this.#sums.clear();
    let statistics: Tensors = {};
    let loss = 0;
    for (let index = 0; index < count; index++) {
      const feeds = { ...feedsOf(index), ...statistics, ...this.#sums.current };
      const { next, others } = await runState(this.#session, feeds, this.#sums.spare);
      loss += Number(others.loss.data[0]);
      this.#sums.discard(statistics);
      const isSum = ([name]: [string, ort.Tensor]) => name in this.#sums.current;
      const [sums, rest] = [true, false].map((wanted) =>
        Object.fromEntries(Object.entries(next).filter((entry) => isSum(entry) === wanted)),
      );
      this.#sums.advance(sums);
      statistics = rest;
    }
    return { sums: this.#sums.current, loss, statistics };
  }

  async release(): Promise<void> {
    await this.#sums.release();
    await this.#session.release();
  }
}
