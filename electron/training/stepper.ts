import * as ort from 'onnxruntime-node';
import { AppError } from '../engine/errors.ts';
import { encodeModel } from '../onnx/encode.ts';
import { channelBlock } from './channel-block.ts';
import { GradientSums } from './gradient-sums.ts';
import { type AdamConstants, adamRates } from './graph/adam.ts';
import type { LossName } from './graph/losses.ts';
import { type BatchShape, nextPrefix, trainingStepModel, updateModel } from './graph/step.ts';
import type { NetworkSpec } from './network.ts';
import { type Parameter, parametersOf, type Weights } from './parameters.ts';

/** Everything that carries over from step to step. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly weights: Weights;
  /** Adam's first and second moments of the trained tensors. */
  readonly first: Weights;
  readonly second: Weights;
  /** Exponential average of the trained tensors; statistics are those of `weights`. Empty without averaging. */
  readonly average: Weights;
}

/** The state before the first step: given weights, moments of zero, an average equal to the weights. */
export function initialState(
  parameters: readonly Parameter[],
  weights: Weights,
  averaging: boolean,
): TrainingState {
  const trained = parameters.filter((parameter) => parameter.role === 'trained').map(({ name }) => name);
  const copies = (make: (data: Float32Array) => Float32Array): Weights =>
    new Map(trained.map((name) => [name, make(dataOf(weights, name))]));
  return {
    step: 0,
    weights,
    first: copies((data) => new Float32Array(data.length)),
    second: copies((data) => new Float32Array(data.length)),
    average: averaging ? copies((data) => data.slice()) : new Map(),
  };
}

function dataOf(weights: Weights, name: string): Float32Array {
  const data = weights.get(name);
  if (data === undefined) throw new AppError('train/missing-tensor', `The weights lack the tensor ${name}.`);
  return data;
}

function weightTensor(weights: Weights, { name, shape }: Parameter): [string, ort.Tensor] {
  return [`weight/${name}`, new ort.Tensor('float32', dataOf(weights, name).slice(), shape)];
}

/** A batch as the graph takes it; shapes as in losses.ts. */
export interface StepBatch {
  readonly input: Float32Array;
  readonly target: Float32Array;
  readonly pixelWeight: Float32Array;
}

export interface StepperOptions extends BatchShape {
  /**
   * In how many parts a batch is computed, for want of memory; a divisor of the batch. The update is that of the whole
   * batch, but batch norm sees the parts one by one.
   */
  readonly parts?: number;
  readonly spec: NetworkSpec;
  readonly loss: LossName;
  readonly adam: AdamConstants;
  readonly averaging: boolean;
  /** Session options of the execution provider to train on. */
  readonly session: ort.InferenceSession.SessionOptions;
}

/** What a step reports. */
export interface StepReport {
  readonly loss: number;
  readonly gradientNorm: number;
}

type Tensors = Record<string, ort.Tensor>;

/**
 * Runs training steps. Two sets of state tensors take turns as input and output, so that no step allocates weights.
 */
export class Stepper {
  readonly #options: StepperOptions;
  readonly #session: ort.InferenceSession;
  /** Adds up the gradients of the parts; the session then only updates the weights. */
  readonly #sums: GradientSums | undefined;
  readonly #parameters: readonly Parameter[];
  /** Tensors that no step changes. */
  readonly #fixed: Tensors;
  #current: Tensors;
  #next: Tensors;
  #step: number;

  private constructor(
    options: StepperOptions,
    session: ort.InferenceSession,
    sums: GradientSums | undefined,
    state: TrainingState,
  ) {
    this.#options = options;
    this.#session = session;
    this.#sums = sums;
    this.#parameters = parametersOf(options.spec);
    const cancelled = this.#parameters.filter(({ role }) => role === 'cancelled');
    this.#fixed = Object.fromEntries(cancelled.map((parameter) => weightTensor(state.weights, parameter)));
    this.#current = this.#tensorsOf(state);
    this.#next = Object.fromEntries(
      Object.entries(this.#current).map(([name, tensor]) => [
        name,
        new ort.Tensor('float32', new Float32Array(tensor.size), tensor.dims),
      ]),
    );
    this.#step = state.step;
  }

  /** @throws AppError `train/graph-refused` where the execution provider cannot take the training graph. */
  static async create(options: StepperOptions, state: TrainingState): Promise<Stepper> {
    const { parts = 1 } = options;
    const whole = { ...options, channelBlock: await channelBlock(options.session) };
    const part = { ...whole, batch: options.batch / parts };
    const model = encodeModel(parts > 1 ? updateModel(options) : trainingStepModel(whole));
    try {
      const sums = parts > 1 ? await GradientSums.create(part) : undefined;
      const session = await ort.InferenceSession.create(model, options.session);
      return new Stepper(options, session, sums, state);
    } catch (cause) {
      throw new AppError('train/graph-refused', 'This device cannot run the training step.', { cause });
    }
  }

  #tensorsOf(state: TrainingState): Tensors {
    const tensors: Tensors = {};
    const put = (key: string, source: Weights, { name, shape }: Parameter) => {
      tensors[key] = new ort.Tensor('float32', dataOf(source, name).slice(), shape);
    };
    for (const parameter of this.#parameters) {
      if (parameter.role === 'cancelled') continue;
      put(`weight/${parameter.name}`, state.weights, parameter);
      if (parameter.role === 'statistic') continue;
      put(`first/${parameter.name}`, state.first, parameter);
      put(`second/${parameter.name}`, state.second, parameter);
      if (this.#options.averaging) put(`average/${parameter.name}`, state.average, parameter);
    }
    return tensors;
  }

  /** Steps done so far. */
  get step(): number {
    return this.#step;
  }

  /**
   * Runs one step. `averageRate` is the share by which the weight average follows (0..1).
   * @throws AppError `train/non-finite-loss` where loss or gradients are not finite; the state stays as it was.
   */
  async run(batch: StepBatch, learningRate: number, averageRate: number): Promise<StepReport> {
    const { adam, parts = 1 } = this.#options;
    const scalar = (value: number) => new ort.Tensor('float32', Float32Array.of(value), []);
    const rates = adamRates(adam, learningRate, this.#step + 1);
    const wholes = { ...this.#fixed, ...this.#current };
    const feeds: Tensors = { ...wholes, rate: scalar(rates.rate), epsilon: scalar(rates.epsilon) };
    feeds.keep = scalar(rates.keep);
    feeds.averageRate = scalar(averageRate);
    let lossBefore = 0;
    if (this.#sums === undefined) Object.assign(feeds, this.#part(batch, 0));
    else {
      const parted = await this.#sums.run(parts, (index) => ({ ...wholes, ...this.#part(batch, index) }));
      lossBefore = parted.loss;
      Object.assign(feeds, parted.sums);
      for (const [name, { data }] of Object.entries(parted.statistics))
        (this.#next[name].data as Float32Array).set(data as Float32Array);
    }
    const fetches: Tensors = { loss: scalar(0), gradientNorm: scalar(0) };
    for (const [name, tensor] of Object.entries(this.#next)) fetches[nextPrefix + name] = tensor;
    const results = await this.#session.run(
      chosen(feeds, this.#session.inputNames),
      chosen(fetches, this.#session.outputNames),
    );
    const loss = lossBefore + Number(results.loss?.data[0] ?? 0);
    const norm = Number(results.gradientNorm.data[0]);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      throw new AppError(
        'train/non-finite-loss',
        `The loss is no longer a finite number at step ${this.#step + 1}.`,
        {
          hint: 'Lower the learning rate and resume from the last checkpoint.',
          data: { step: this.#step + 1 },
        },
      );
    }
    [this.#current, this.#next] = [this.#next, this.#current];
    this.#step += 1;
    return { loss, gradientNorm: norm };
  }

  /** One part of a batch as inputs of the graph. */
  #part(batch: StepBatch, index: number): Tensors {
    const { spec, height, width, parts = 1 } = this.#options;
    const n = this.#options.batch / parts;
    const cut = (data: Float32Array, channels: number) => {
      const size = n * channels * height * width;
      return new ort.Tensor('float32', data.subarray(index * size, (index + 1) * size), [
        n,
        channels,
        height,
        width,
      ]);
    };
    return {
      input: cut(batch.input, spec.inputChannels),
      target: cut(batch.target, spec.outputChannels),
      pixelWeight: cut(batch.pixelWeight, 1),
    };
  }

  /** A copy of the state, safe to keep while steps go on. */
  snapshot(): TrainingState {
    const collect = (prefix: string): Weights =>
      new Map(
        this.#parameters.flatMap(({ name }) => {
          const key = `${prefix}/${name}`;
          const tensor = this.#current[key] ?? this.#fixed[key];
          return tensor === undefined ? [] : [[name, (tensor.data as Float32Array).slice()] as const];
        }),
      );
    return {
      step: this.#step,
      weights: collect('weight'),
      first: collect('first'),
      second: collect('second'),
      average: collect('average'),
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
    await this.#sums?.release();
  }
}

function chosen(tensors: Tensors, names: readonly string[]): Tensors {
  return Object.fromEntries(names.map((name) => [name, tensors[name]]));
}
