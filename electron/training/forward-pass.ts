import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/encode.ts';
import { type BatchShape, evaluationModel } from './graph/step.ts';
import { graphTarget } from './graph-target.ts';
import type { NetworkSpec } from './network.ts';
import type { Weights } from './parameters.ts';
import { pack, slotsOf } from './slots.ts';

/** A network as it is evaluated while it trains: weights are no part of it. */
export class ForwardPass {
  readonly #spec: NetworkSpec;
  readonly #shape: BatchShape;
  readonly #session: ort.InferenceSession;

  private constructor(spec: NetworkSpec, shape: BatchShape, session: ort.InferenceSession) {
    this.#spec = spec;
    this.#shape = shape;
    this.#session = session;
  }

  static async create(
    spec: NetworkSpec,
    size: Pick<BatchShape, 'batch' | 'height' | 'width'>,
    options: ort.InferenceSession.SessionOptions,
  ): Promise<ForwardPass> {
    const shape = { ...size, ...(await graphTarget(options)) };
    const model = encodeModel(evaluationModel(spec, shape));
    return new ForwardPass(spec, shape, await ort.InferenceSession.create(model, options));
  }

  /** Weights as {@link run} takes them, a copy. */
  feedsOf(weights: Weights): Record<string, ort.Tensor> {
    return weightFeeds(this.#spec, weights, this.#shape.webgpu);
  }

  /** The network's output [N, C, H, W] for an input of that kind. */
  async run(feeds: Record<string, ort.Tensor>, input: Float32Array): Promise<Float32Array> {
    const { batch, height, width } = this.#shape;
    const tensor = new ort.Tensor('float32', input, [batch, this.#spec.inputChannels, height, width]);
    const { prediction } = await this.#session.run({ ...feeds, input: tensor });
    return prediction.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** Weights as the inputs of an evaluation graph; `webgpu` as in the graph's target. */
export function weightFeeds(
  spec: NetworkSpec,
  weights: Weights,
  webgpu: boolean | undefined = false,
): Record<string, ort.Tensor> {
  return Object.fromEntries(
    slotsOf(spec, webgpu).map((slot) => [
      `weight/${slot.name}`,
      new ort.Tensor('float32', pack(slot, weights), slot.shape),
    ]),
  );
}
