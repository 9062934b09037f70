import type * as ort from 'onnxruntime-node';
import { AppError } from '../engine/errors.ts';
import { type CheckpointRecord, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { type Batch, type BatchFeed, createFeed } from './dataset/feed.ts';
import type { LibraryPhoto } from './dataset/library.ts';
import { splitLibrary } from './dataset/split.ts';
import { initialWeights, parametersOf, type Weights } from './parameters.ts';
import { learningRateAt, type TrainingPlan } from './plan.ts';
import { initialState, type StepBatch, Stepper } from './stepper.ts';
import { type ValidationReport, Validator } from './validation.ts';

/** What the trainer tells while it works. */
export type TrainingEvent =
  | {
      readonly kind: 'step';
      readonly step: number;
      /** Share of the limit that is done, 0..1. */
      readonly progress: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly stepMs: number;
      /** Share of the time so far that steps waited for data. */
      readonly waitingShare: number;
      readonly secondsLeft: number;
    }
  | ({ readonly kind: 'validation'; readonly step: number; readonly best: boolean } & ValidationReport)
  | { readonly kind: 'checkpoint'; readonly step: number };

export interface TrainerOptions {
  readonly plan: TrainingPlan;
  readonly photos: readonly LibraryPhoto[];
  readonly libraryHash: string;
  readonly folder: string;
  /** Weights to start from instead of random ones. */
  readonly startWeights?: Weights;
  /** Go on from the checkpoint in `folder`. */
  readonly resume: boolean;
  readonly session: ort.InferenceSession.SessionOptions;
  readonly checkpointSeconds: number;
  readonly validateEverySteps: number;
  /** Ends the training at the next step, after a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Called with the weights of a new best validation. */
  readonly onBest?: (weights: Weights, report: ValidationReport, step: number) => Promise<void>;
}

export interface TrainingResult {
  readonly step: number;
  readonly elapsedSeconds: number;
  readonly finished: boolean;
  /** The weights to use: the average where there is one. */
  readonly weights: Weights;
  readonly validation: ValidationReport;
  readonly bestScore: number;
  readonly bestStep: number;
}

const validationBatches = 6;
/** Far from any training seed in use, so that validation samples never move with the training's. */
const validationSeed = 0x5eed;

/**
 * Trains a network: batches in, checkpoints out. Deterministic on the CPU provider for limits in steps and epochs,
 * and resumes bit-equal there; a limit in minutes follows the clock.
 * @throws AppError `train/too-few-photos`, `train/non-finite-loss` (after a checkpoint of the last good state),
 *   `train/other-library` where a resume meets other photos.
 */
export async function train(options: TrainerOptions): Promise<TrainingResult> {
  const { photos, folder } = options;
  const resumed = options.resume ? await loadCheckpoint(folder) : undefined;
  const plan = resumed?.record.plan ?? options.plan;
  if (resumed !== undefined && resumed.record.libraryHash !== options.libraryHash) {
    throw new AppError('train/other-library', 'The photos changed since this training was started.', {
      hint: 'Start a new training, or put the library back as it was.',
    });
  }
  const { training, validation } = splitLibrary(photos);
  if (training.length === 0 || validation.length === 0) {
    throw new AppError('train/too-few-photos', 'There are too few readable photos to train on.', {
      hint: 'A library needs at least two photos; some hundreds give good results.',
      data: { photos: photos.length },
    });
  }
  const parameters = parametersOf(plan.spec);
  const averaging = plan.averageDecay > 0;
  const start =
    resumed?.state ??
    initialState(parameters, options.startWeights ?? initialWeights(parameters, plan.seed), averaging);
  const shape = { batch: plan.batch, height: plan.sizePx, width: plan.sizePx };
  const { spec, loss, adam } = plan;
  const stepper = await Stepper.create(
    { spec, loss, adam, averaging, session: options.session, ...shape },
    start,
  );
  const feedOptions = { recipe: plan.recipe, batch: plan.batch, sizePx: plan.sizePx };
  const validator = await Validator.create(
    plan,
    await collectBatches(
      createFeed({ ...feedOptions, photos: validation, seed: validationSeed, startStep: 0, workers: 0 }),
    ),
    options.session,
  );
  const feed = createFeed({
    ...feedOptions,
    photos: training,
    seed: plan.seed,
    startStep: start.step,
    workers: 1,
  });
  const run = new Run(options, plan, stepper, validator, feed, training.length, resumed?.record);
  try {
    return await run.toTheEnd();
  } finally {
    await feed.close();
    await validator.release();
    await stepper.release();
  }
}

async function collectBatches(feed: BatchFeed): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let i = 0; i < validationBatches; i++) batches.push(await feed.next());
  await feed.close();
  return batches;
}

/** Per-pixel loss weights [N, 1, H, W]: each sample's mean error inside its mask counts by its own weight. */
export function pixelWeights(
  batch: Batch,
  plan: Pick<TrainingPlan, 'batch' | 'recipe' | 'spec'>,
): Float32Array {
  const { batch: n, recipe, spec } = plan;
  const pixels = batch.mask.length / n;
  const weights = new Float32Array(batch.mask.length);
  if (recipe === 'article') return weights.fill(1 / (n * pixels * spec.outputChannels));
  for (let sample = 0; sample < n; sample++) {
    const mask = batch.mask.subarray(sample * pixels, (sample + 1) * pixels);
    const covered = mask.reduce((sum, value) => sum + value, 0);
    const share = batch.weight[sample] / (n * spec.outputChannels * Math.max(1, covered));
    for (let pixel = 0; pixel < pixels; pixel++) weights[sample * pixels + pixel] = mask[pixel] * share;
  }
  return weights;
}

/** One training under way. */
class Run {
  readonly #options: TrainerOptions;
  readonly #plan: TrainingPlan;
  readonly #stepper: Stepper;
  readonly #validator: Validator;
  readonly #feed: BatchFeed;
  readonly #totalSteps: number | undefined;
  readonly #elapsedBefore: number;
  readonly #startedAt = performance.now();
  readonly #startStep: number;
  #bestScore: number | null;
  #bestStep: number;
  #lastCheckpoint = performance.now();

  constructor(
    options: TrainerOptions,
    plan: TrainingPlan,
    stepper: Stepper,
    validator: Validator,
    feed: BatchFeed,
    trainingPhotos: number,
    resumed: CheckpointRecord | undefined,
  ) {
    this.#options = options;
    this.#plan = plan;
    this.#stepper = stepper;
    this.#validator = validator;
    this.#feed = feed;
    const { limit, batch } = plan;
    if ('steps' in limit) this.#totalSteps = limit.steps;
    else if ('epochs' in limit)
      this.#totalSteps = Math.max(1, Math.round((limit.epochs * trainingPhotos) / batch));
    this.#elapsedBefore = resumed?.elapsedSeconds ?? 0;
    this.#startStep = stepper.step;
    this.#bestScore = resumed?.bestScore ?? null;
    this.#bestStep = resumed?.bestStep ?? 0;
  }

  get #elapsedSeconds(): number {
    return this.#elapsedBefore + (performance.now() - this.#startedAt) / 1000;
  }

  get #progress(): number {
    if (this.#totalSteps !== undefined) return this.#stepper.step / this.#totalSteps;
    const { limit } = this.#plan;
    return 'minutes' in limit ? this.#elapsedSeconds / (limit.minutes * 60) : 1;
  }

  async toTheEnd(): Promise<TrainingResult> {
    const { signal, checkpointSeconds, validateEverySteps } = this.#options;
    while (this.#progress < 1 && signal?.aborted !== true) {
      await this.#oneStep();
      if (this.#stepper.step % validateEverySteps === 0) await this.#validate();
      if (performance.now() - this.#lastCheckpoint > checkpointSeconds * 1000) await this.#checkpoint();
    }
    const finished = this.#progress >= 1;
    const validation = await this.#validate();
    await this.#checkpoint();
    return {
      step: this.#stepper.step,
      elapsedSeconds: this.#elapsedSeconds,
      finished,
      weights: usableWeights(this.#stepper.snapshot()),
      validation,
      bestScore: this.#bestScore ?? validation.score,
      bestStep: this.#bestStep,
    };
  }

  async #oneStep(): Promise<void> {
    const plan = this.#plan;
    const batch = await this.#feed.next();
    const data: StepBatch = {
      input: batch.input,
      target: batch.target,
      pixelWeight: pixelWeights(batch, plan),
    };
    const step = this.#stepper.step;
    const learningRate = learningRateAt(plan, step, this.#progress);
    // An average that remembers from the first step would hold on to the initial weights: let it widen with time.
    const averageRate = Math.max(1 - plan.averageDecay, 1 / (step + 10));
    const before = performance.now();
    let report: Awaited<ReturnType<Stepper['run']>>;
    try {
      report = await this.#stepper.run(data, learningRate, averageRate);
    } catch (error) {
      await this.#checkpoint();
      throw error;
    }
    const now = performance.now();
    const progress = this.#progress;
    const done =
      progress - (this.#elapsedBefore > 0 ? this.#startStep / Math.max(1, this.#totalSteps ?? 1) : 0);
    const runSeconds = (now - this.#startedAt) / 1000;
    const { limit } = plan;
    const secondsLeft =
      'minutes' in limit
        ? Math.max(0, limit.minutes * 60 - this.#elapsedSeconds)
        : (runSeconds / Math.max(1e-9, done)) * (1 - progress);
    this.#options.onEvent?.({
      kind: 'step',
      step: this.#stepper.step,
      progress,
      learningRate,
      ...report,
      stepMs: now - before,
      waitingShare: this.#feed.waitedMs / Math.max(1, now - this.#startedAt),
      secondsLeft,
    });
  }

  async #validate(): Promise<ValidationReport> {
    const weights = usableWeights(this.#stepper.snapshot());
    const report = await this.#validator.run(weights);
    const step = this.#stepper.step;
    const best = this.#bestScore === null || report.score > this.#bestScore;
    if (best) {
      this.#bestScore = report.score;
      this.#bestStep = step;
      await this.#options.onBest?.(weights, report, step);
    }
    this.#options.onEvent?.({ kind: 'validation', step, best, ...report });
    return report;
  }

  async #checkpoint(): Promise<void> {
    const record = {
      plan: this.#plan,
      elapsedSeconds: this.#elapsedSeconds,
      bestScore: this.#bestScore,
      bestStep: this.#bestStep,
      libraryHash: this.#options.libraryHash,
    };
    await saveCheckpoint(this.#options.folder, record, this.#stepper.snapshot());
    this.#lastCheckpoint = performance.now();
    this.#options.onEvent?.({ kind: 'checkpoint', step: this.#stepper.step });
  }
}

/** The average where there is one (with the statistics of the current weights), else the weights. */
export function usableWeights(state: { readonly weights: Weights; readonly average: Weights }): Weights {
  return new Map([...state.weights, ...state.average]);
}
