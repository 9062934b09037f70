import type * as ort from 'onnxruntime-node';
import { AppError } from '../engine/errors.ts';
import { type CheckpointRecord, hasCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { createFeed } from './dataset/feed.ts';
import type { LibraryPhoto } from './dataset/library.ts';
import { splitLibrary } from './dataset/split.ts';
import type { TrainingEvent } from './events.ts';
import { LastState } from './last-state.ts';
import { isOutOfMemory, type Setup, smallerSetup } from './memory.ts';
import { initialWeights, parametersOf, type Weights } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';
import { runFiles } from './runs/run-folder.ts';
import { initialState, Stepper, type TrainingState } from './stepper.ts';
import { TrainingRun } from './training-run.ts';
import type { ValidationReport } from './validation.ts';
import { ValidationSet } from './validation-set.ts';

export interface TrainerOptions {
  readonly plan: TrainingPlan;
  readonly photos: readonly LibraryPhoto[];
  readonly libraryHash: string;
  readonly folder: string;
  /** Weights to start from instead of random ones. */
  readonly startWeights?: Weights | undefined;
  /** Go on from the checkpoint in `folder`. */
  readonly resume: boolean;
  /** Session options of a device to train on; `cpu` is asked for where the device's memory is too small. */
  readonly session: (device: Setup['device']) => ort.InferenceSession.SessionOptions;
  readonly device: Setup['device'];
  /** In how many parts a batch is computed from the start, for want of memory. */
  readonly parts?: number | undefined;
  /** Room for decoded photos. */
  readonly cacheBytes?: number | undefined;
  readonly checkpointSeconds: number;
  readonly validateEverySteps: number;
  /** Ends the training at the next step, after a checkpoint; with the reason `at-once`, without a last validation. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Waits until the next step may begin. `save` puts the present state on the disk ahead of a long wait. */
  readonly turn?: ((save: () => Promise<void>) => Promise<void>) | undefined;
  /** Milliseconds that this process was stopped from outside since the last question; no work, so no time of work. */
  readonly takeStoodMs?: (() => Promise<number>) | undefined;
  /** Called with the weights of every validation. */
  readonly onValidated?:
    | ((weights: Weights, report: ValidationReport, step: number, best: boolean) => Promise<void>)
    | undefined;
}

export interface TrainingResult {
  readonly step: number;
  readonly elapsedSeconds: number;
  readonly finished: boolean;
  /** The weights to use: the average where there is one. */
  readonly weights: Weights;
  /** Undefined where the training was ended at once ahead of its first. */
  readonly validation: ValidationReport | undefined;
  readonly bestScore: number | undefined;
  readonly bestStep: number;
}

/** A rate that fails three times over, each time halved, is not the reason. */
const mostRecoveries = 2;

/**
 * Trains a network: batches in, checkpoints out. Deterministic on the CPU provider for limits in steps and epochs,
 * and resumes bit-equal there; a limit in minutes follows the clock. Where memory runs out, batches are computed in
 * parts, then on the processor; where the loss is no number, the last checkpoint is taken up with half the rate.
 * @throws AppError `train/too-few-photos`, `train/non-finite-loss` (the last checkpoint is good), `train/other-library`
 *   where a resume meets other photos, `train/out-of-memory`, `train/photos-gone`
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
  const { training, validation } = splitLibrary(photos, plan.keepsTestPhotos);
  if (training.length === 0 || validation.length === 0) {
    throw new AppError('train/too-few-photos', 'There are too few readable photos to train on.', {
      hint: 'A library needs at least two photos; some hundreds give good results.',
      data: { photos: photos.length },
    });
  }
  let setup: Setup = { device: options.device, parts: options.parts ?? 1 };
  let from: { state: TrainingState; record: CheckpointRecord | undefined } = {
    state: resumed?.state ?? startOf(plan, options.startWeights),
    record: resumed?.record,
  };
  if (resumed === undefined) await firstCheckpoint(options, plan, from.state);
  const validationSet = new ValidationSet(plan, validation);
  try {
    for (let recoveries = 0; ; ) {
      try {
        return await attempt(options, plan, setup, training, validationSet, from);
      } catch (error) {
        const smaller = isOutOfMemory(error) ? smallerSetup(setup, plan) : undefined;
        if (smaller !== undefined) {
          setup = smaller.setup;
          options.onEvent?.({ kind: 'notice', notice: smaller.notice });
          await validationSet.release();
        } else if (isNonFinite(error) && recoveries++ < mostRecoveries) {
          // The saved rate is halved, so that a kill does not forget it.
        } else if (isOutOfMemory(error)) {
          throw new AppError('train/out-of-memory', 'There is not enough memory for this training.', {
            hint: 'Choose a smaller network, smaller samples or smaller batches, or close other programs.',
            cause: error,
          });
        } else throw error;
        if (!(await hasCheckpoint(folder))) throw error;
        const { state, record } = await loadCheckpoint(folder);
        from = { state, record };
        if (isNonFinite(error)) {
          const rateFactor = record.rateFactor / 2;
          from = { state, record: { ...record, rateFactor } };
          await saveCheckpoint(folder, { ...record, rateFactor }, state);
          options.onEvent?.({
            kind: 'notice',
            notice: { code: 'rate-halved', step: state.step, rateFactor },
          });
        }
      }
    }
  } finally {
    await validationSet.release();
  }
}

function startOf(plan: TrainingPlan, weights: Weights | undefined): TrainingState {
  const parameters = parametersOf(plan.spec);
  return initialState(parameters, weights ?? initialWeights(parameters, plan.seed), plan.averageDecay > 0);
}

/** There is always a state to go back to. */
async function firstCheckpoint(
  { folder, libraryHash }: TrainerOptions,
  plan: TrainingPlan,
  state: TrainingState,
): Promise<void> {
  const record = { plan, elapsedSeconds: 0, bestScore: null, bestStep: 0, libraryHash, rateFactor: 1 };
  await saveCheckpoint(folder, record, state);
}

async function attempt(
  options: TrainerOptions,
  plan: TrainingPlan,
  { device, parts }: Setup,
  photos: readonly LibraryPhoto[],
  validationSet: ValidationSet,
  from: { readonly state: TrainingState; readonly record: CheckpointRecord | undefined },
): Promise<TrainingResult> {
  const { spec, loss, adam, batch, sizePx, recipe, mix, seed } = plan;
  const session = options.session(device);
  const stepper = await Stepper.create(
    {
      spec,
      loss,
      adam,
      averaging: plan.averageDecay > 0,
      session,
      parts,
      batch,
      height: sizePx,
      width: sizePx,
    },
    from.state,
  );
  const feed = createFeed({
    recipe,
    mix,
    batch,
    sizePx,
    photos,
    seed,
    startStep: from.state.step,
    workers: 1,
    ...(options.cacheBytes !== undefined && { cacheBytes: options.cacheBytes }),
  });
  const last = new LastState(options.folder, runFiles.quit);
  try {
    const validate = (weights: Weights) => validationSet.run(weights, session, parts);
    return await new TrainingRun(
      options,
      plan,
      stepper,
      feed,
      validate,
      photos.length,
      from.record,
      last,
    ).toTheEnd();
  } finally {
    await last.close();
    await feed.close();
    await stepper.release();
  }
}

function isNonFinite(error: unknown): boolean {
  return error instanceof AppError && error.code === 'train/non-finite-loss';
}
