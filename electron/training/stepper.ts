import * as ort from 'onnxruntime-node';
import { AppError } from '../engine/errors.ts';
import { GradientSums } from './gradient-sums.ts';
import { type AdamConstants, adamRates } from './graph/adam.ts';
import type { LossName } from './graph/losses.ts';
import { type BatchShape, trainingStepModel, updateModel } from './graph/step.ts';
import { graphTarget, runsOnWebGpu } from './graph-target.ts';
import type { NetworkSpec } from './network.ts';
import { type Parameter, tensorOf, type Weights } from './parameters.ts';
import { pack, type Slot, slotsOf, unpack } from './slots.ts';
import { createStateSession, runState, stateTensors } from './state-session.ts';
import type { StateTensors, Tensors } from './state-tensors.ts';

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
    new Map(trained.map((name) => [name, make(tensorOf(weights, name))]));
  return {
    step: 0,
    weights,
    first: copies((data) => new Float32Array(data.length)),
    second: copies((data) => new Float32Array(data.length)),
    average: averaging ? copies((data) => data.slice()) : new Map(),
  };
}

/** The average where there is one (with the statistics of the current weights), else the weights. */
export function usableWeights({ weights, average }: Pick<TrainingState, 'weights' | 'average'>): Weights {
  return new Map([...weights, ...average]);
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

/** Runs training steps. The state is wherever the session's device wants it, and is copied only when it is asked for. */
export class Stepper {
  readonly #options: StepperOptions;
  readonly #session: ort.InferenceSession;
  /** Adds up the gradients of the parts; the session then only updates the weights. */
  readonly #sums: GradientSums | undefined;
  readonly #slots: readonly Slot[];
  /** Tensors that no step changes. */
  readonly #fixed: Tensors = {};
  readonly #state: StateTensors;
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
    this.#slots = slotsOf(options.spec, runsOnWebGpu(options.session));
    const changing: Tensors = {};
    for (const slot of this.#slots) {
      const tensor = (source: Weights) => new ort.Tensor('float32', pack(slot, source), slot.shape);
      (slot.role === 'cancelled' ? this.#fixed : changing)[`weight/${slot.name}`] = tensor(state.weights);
      if (slot.role !== 'trained') continue;
      changing[`first/${slot.name}`] = tensor(state.first);
      changing[`second/${slot.name}`] = tensor(state.second);
      if (options.averaging) changing[`average/${slot.name}`] = tensor(state.average);
    }
    this.#state = stateTensors(options.session, changing);
    this.#step = state.step;
  }

  /** @throws AppError `train/graph-refused` where the execution provider cannot take the training graph. */
  static async create(options: StepperOptions, state: TrainingState): Promise<Stepper> {
    const { parts = 1 } = options;
    const whole = { ...options, ...(await graphTarget(options.session)) };
    const part = { ...whole, batch: options.batch / parts };
    try {
      const sums = parts > 1 ? await GradientSums.create(part) : undefined;
      const model = parts > 1 ? updateModel(whole) : trainingStepModel(whole);
      const session = await createStateSession(model, options.session);
      return new Stepper(options, session, sums, state);
    } catch (cause) {
      throw new AppError('train/graph-refused', 'This device cannot run the training step.', { cause });
    }
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
    const { rate, epsilon, keep } = adamRates(adam, learningRate, this.#step + 1);
    const rates = new ort.Tensor('float32', Float32Array.of(rate, epsilon, keep, averageRate), [4]);
    const wholes = { ...this.#fixed, ...this.#state.current };
    const parted = await this.#sums?.run(parts, (index) => ({ ...wholes, ...this.#part(batch, index) }));
    const data = parted?.sums ?? this.#part(batch, 0);
    const { next, others } = await runState(this.#session, { ...wholes, ...data, rates }, this.#state.spare);
    Object.assign(next, parted?.statistics);
    const loss = parted?.loss ?? Number(others.loss.data[0]);
    const norm = Number(others.gradientNorm.data[0]);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      this.#state.discard(next);
      throw new AppError(
        'train/non-finite-loss',
        `The loss is no longer a finite number at step ${this.#step + 1}.`,
        {
          hint: 'Lower the learning rate and resume from the last checkpoint.',
          data: { step: this.#step + 1 },
        },
      );
    }
    this.#state.advance(next);
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
  async snapshot(): Promise<TrainingState> {
    return {
      step: this.#step,
      weights: await this.#collect('weight'),
      first: await this.#collect('first'),
      second: await this.#collect('second'),
      average: await this.#collect('average'),
    };
  }

  /** A copy of the weights to use, without the rest of the state. */
  async usableWeights(): Promise<Weights> {
    const [weights, average] = [await this.#collect('weight'), await this.#collect('average')];
    return usableWeights({ weights, average });
  }

  async #collect(prefix: string): Promise<Weights> {
    const weights: Weights = new Map();
    for (const slot of this.#slots) {
      const name = `${prefix}/${slot.name}`;
      const fixed = this.#fixed[name];
      if (fixed === undefined && !(name in this.#state.current)) continue;
      const data = await (fixed === undefined
        ? this.#state.read(name)
        : (fixed.data as Float32Array).slice());
      for (const [member, part] of unpack(slot, data)) weights.set(member, part);
    }
    return weights;
  }

  async release(): Promise<void> {
    await this.#state.release();
    await this.#sums?.release();
    await this.#session.release();
  }
}
