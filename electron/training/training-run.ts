import { type CheckpointRecord, checkpointFailure, saveCheckpoint } from './checkpoint.ts';
import type { BatchFeed } from './dataset/feed.ts';
import type { KeptState, LastState } from './last-state.ts';
import type { Weights } from './parameters.ts';
import { pixelWeights } from './pixel-weights.ts';
import { learningRateAt, type TrainingPlan } from './plan.ts';
import type { Stepper } from './stepper.ts';
import type { TrainerOptions, TrainingResult } from './trainer.ts';
import type { ValidationReport } from './validation.ts';

/** A checkpoint that failed is tried again after so long, or after the usual time where that is shorter. */
const retrySeconds = 30;
/** How fast the shown speed follows. */
const speedShare = 0.1;

/** One training under way, on one device. */
export class TrainingRun {
  readonly #options: TrainerOptions;
  readonly #plan: TrainingPlan;
  readonly #stepper: Stepper;
  readonly #last: LastState;
  readonly #feed: BatchFeed;
  readonly #runValidation: (weights: Weights) => Promise<ValidationReport>;
  readonly #totalSteps: number | undefined;
  readonly #elapsedBefore: number;
  readonly #startStep: number;
  readonly #rateFactor: number;
  readonly #startedAt = performance.now();
  #pausedMs = 0;
  #bestScore: number | null;
  #bestStep: number;
  #lastValidation: { readonly step: number; readonly report: ValidationReport } | undefined;
  #lastCheckpoint = performance.now();
  #savedStep: number;
  #isSaved = true;
  #samplesPerSecond: number | undefined;

  constructor(
    options: TrainerOptions,
    plan: TrainingPlan,
    stepper: Stepper,
    feed: BatchFeed,
    validate: (weights: Weights) => Promise<ValidationReport>,
    trainingPhotos: number,
    resumed: CheckpointRecord | undefined,
    last: LastState,
  ) {
    this.#last = last;
    this.#options = options;
    this.#plan = plan;
    this.#stepper = stepper;
    this.#feed = feed;
    this.#runValidation = validate;
    const { limit, batch } = plan;
    if ('steps' in limit) this.#totalSteps = limit.steps;
    else if ('epochs' in limit)
      this.#totalSteps = Math.max(1, Math.round((limit.epochs * trainingPhotos) / batch));
    this.#elapsedBefore = resumed?.elapsedSeconds ?? 0;
    this.#startStep = stepper.step;
    this.#savedStep = stepper.step;
    this.#rateFactor = resumed?.rateFactor ?? 1;
    this.#bestScore = resumed?.bestScore ?? null;
    this.#bestStep = resumed?.bestStep ?? 0;
  }

  /** Milliseconds of work since this run began; pauses are none. */
  get #workedMs(): number {
    return performance.now() - this.#startedAt - this.#pausedMs;
  }

  get #elapsedSeconds(): number {
    return this.#elapsedBefore + this.#workedMs / 1000;
  }

  get #progress(): number {
    if (this.#totalSteps !== undefined) return this.#stepper.step / this.#totalSteps;
    const { limit } = this.#plan;
    return 'minutes' in limit ? this.#elapsedSeconds / (limit.minutes * 60) : 1;
  }

  get #secondsLeft(): number {
    const { limit } = this.#plan;
    if ('minutes' in limit) return Math.max(0, limit.minutes * 60 - this.#elapsedSeconds);
    const steps = this.#stepper.step - this.#startStep;
    const left = (this.#totalSteps ?? 0) - this.#stepper.step;
    return (this.#workedMs / 1000 / Math.max(1, steps)) * Math.max(0, left);
  }

  async toTheEnd(): Promise<TrainingResult> {
    const { signal, checkpointSeconds, validateEverySteps } = this.#options;
    const isOver = () => this.#progress >= 1 || signal?.aborted === true;
    while (!isOver()) {
      await this.#waitForTurn();
      if (isOver()) break;
      await this.#oneStep();
      if (this.#stepper.step % validateEverySteps === 0) await this.#validate();
      const wait = this.#isSaved ? checkpointSeconds : Math.min(retrySeconds, checkpointSeconds);
      if (performance.now() - this.#lastCheckpoint > wait * 1000) await this.#checkpoint();
    }
    const finished = this.#progress >= 1;
    if (finished || signal?.reason !== 'at-once') await this.#validate();
    // The last word must be on the disk, or the person must know.
    await this.#checkpoint(true);
    return {
      step: this.#stepper.step,
      elapsedSeconds: this.#elapsedSeconds,
      finished,
      weights: await this.#stepper.usableWeights(),
      validation: this.#lastValidation?.report,
      bestScore: this.#bestScore ?? undefined,
      bestStep: this.#bestStep,
    };
  }

  async #waitForTurn(): Promise<void> {
    const { turn } = this.#options;
    if (turn === undefined) return;
    await this.#subtractStanding();
    const before = performance.now();
    await turn(async () => {
      if (this.#savedStep !== this.#stepper.step || !this.#isSaved) await this.#checkpoint();
    });
    this.#pausedMs += performance.now() - before;
    // What it stood still meanwhile is in there.
    await this.#options.takeStoodMs?.();
  }

  /** Time that the process did not have is none of work. */
  async #subtractStanding(): Promise<number> {
    const stoodMs = (await this.#options.takeStoodMs?.()) ?? 0;
    this.#pausedMs += stoodMs;
    return stoodMs;
  }

  async #oneStep(): Promise<void> {
    const plan = this.#plan;
    const startedAt = performance.now();
    const batch = await this.#feed.next();
    const data = { input: batch.input, target: batch.target, pixelWeight: pixelWeights(batch, plan) };
    const step = this.#stepper.step;
    const learningRate = this.#rateFactor * learningRateAt(plan, step, this.#progress);
    // An average that remembers from the first step would hold on to the initial weights: let it widen with time.
    const averageRate = Math.max(1 - plan.averageDecay, 1 / (step + 10));
    const before = performance.now();
    const report = await this.#stepper.run(data, learningRate, averageRate);
    const ended = performance.now();
    const now = ended - Math.min(ended - before, await this.#subtractStanding());
    await this.#last.keep(now - before, async () => ({
      record: this.#record,
      state: await this.#stepper.snapshot(),
    }));
    const speed = (1000 * plan.batch) / Math.max(1, now - startedAt);
    this.#samplesPerSecond = (this.#samplesPerSecond ?? speed) * (1 - speedShare) + speed * speedShare;
    this.#options.onEvent?.({
      kind: 'step',
      step: this.#stepper.step,
      progress: this.#progress,
      learningRate,
      ...report,
      stepMs: now - before,
      samplesPerSecond: this.#samplesPerSecond,
      waitingShare: this.#feed.waitedMs / Math.max(1, this.#workedMs),
      secondsLeft: this.#secondsLeft,
    });
  }

  async #validate(): Promise<void> {
    const step = this.#stepper.step;
    if (this.#lastValidation?.step === step) return;
    const weights = await this.#stepper.usableWeights();
    const report = await this.#runValidation(weights);
    this.#lastValidation = { step, report };
    const best = this.#bestScore === null || report.score > this.#bestScore;
    if (best) {
      this.#bestScore = report.score;
      this.#bestStep = step;
    }
    await this.#options.onValidated?.(weights, report, step, best);
    this.#options.onEvent?.({ kind: 'validation', step, best, ...report });
  }

  get #record(): KeptState['record'] {
    return {
      plan: this.#plan,
      elapsedSeconds: this.#elapsedSeconds,
      bestScore: this.#bestScore,
      bestStep: this.#bestStep,
      libraryHash: this.#options.libraryHash,
      rateFactor: this.#rateFactor,
    };
  }

  /** Saves the state. A full disk does not end the training; the person is told. */
  async #checkpoint(isLast = false): Promise<void> {
    const { folder, onEvent } = this.#options;
    this.#lastCheckpoint = performance.now();
    try {
      const save = async () => saveCheckpoint(folder, this.#record, await this.#stepper.snapshot());
      await this.#last.save(this.#stepper.step, save);
    } catch (error) {
      const failure = checkpointFailure(error);
      if (isLast) throw failure;
      const diskFull = failure.code === 'train/disk-full';
      if (this.#isSaved)
        onEvent?.({ kind: 'notice', notice: { code: 'not-saved', diskFull, message: failure.message } });
      this.#isSaved = false;
      return;
    }
    if (!this.#isSaved) onEvent?.({ kind: 'notice', notice: { code: 'saved-again' } });
    this.#isSaved = true;
    this.#savedStep = this.#stepper.step;
    onEvent?.({ kind: 'checkpoint', step: this.#stepper.step });
  }
}
