import type * as ort from 'onnxruntime-node';
import { type Batch, createFeed } from './dataset/feed.ts';
import type { LibraryPhoto } from './dataset/library.ts';
import type { Weights } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';
import { type ValidationReport, Validator } from './validation.ts';

const validationBatches = 6;
/** Far from any training seed in use, so that validation samples never move with the training's. */
const validationSeed = 0x5eed;

/** The photos kept for validation; samples and session are made when they are first needed. */
export class ValidationSet {
  readonly #plan: TrainingPlan;
  readonly #photos: readonly LibraryPhoto[];
  #batches: readonly Batch[] | undefined;
  #validator: Validator | undefined;

  constructor(plan: TrainingPlan, photos: readonly LibraryPhoto[]) {
    this.#plan = plan;
    this.#photos = photos;
  }

  async run(
    weights: Weights,
    session: ort.InferenceSession.SessionOptions,
    parts: number,
  ): Promise<ValidationReport> {
    this.#batches ??= await this.#collect();
    this.#validator ??= await Validator.create(this.#plan, this.#batches, session, parts);
    return this.#validator.run(weights);
  }

  /** Gives the session back; the samples stay. */
  async release(): Promise<void> {
    const validator = this.#validator;
    this.#validator = undefined;
    await validator?.release();
  }

  async #collect(): Promise<Batch[]> {
    const { recipe, mix, batch, sizePx } = this.#plan;
    const feed = createFeed({
      recipe,
      mix,
      batch,
      sizePx,
      photos: this.#photos,
      seed: validationSeed,
      startStep: 0,
      workers: 0,
    });
    const batches: Batch[] = [];
    for (let i = 0; i < validationBatches; i++) batches.push(await feed.next());
    await feed.close();
    return batches;
  }
}
