import type * as ort from 'onnxruntime-node';
import type { Batch } from './dataset/feed.ts';
import { ForwardPass } from './forward-pass.ts';
import type { Weights } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';

/** How good the network is on samples it never trained on; higher scores are better. */
export interface ValidationReport {
  /** Mean weighted error, as the loss `mse` would have it. */
  readonly error: number;
  /** The same of the network's starting point: for restorations the input image, for damage maps an empty map. */
  readonly startError: number;
  /** PSNR in dB inside the mask, averaged over samples, of the output; for damage maps the F1 score in percent. */
  readonly score: number;
  /** The same of the starting point. */
  readonly startScore: number;
}

/** Runs the network with given weights on fixed validation batches. */
export class Validator {
  readonly #plan: TrainingPlan;
  readonly #network: ForwardPass;
  readonly #batches: readonly Batch[];
  readonly #parts: number;

  private constructor(plan: TrainingPlan, network: ForwardPass, batches: readonly Batch[], parts: number) {
    this.#plan = plan;
    this.#network = network;
    this.#batches = batches;
    this.#parts = parts;
  }

  static async create(
    plan: TrainingPlan,
    batches: readonly Batch[],
    options: ort.InferenceSession.SessionOptions,
    parts = 1,
  ): Promise<Validator> {
    const shape = { batch: plan.batch / parts, height: plan.sizePx, width: plan.sizePx };
    return new Validator(plan, await ForwardPass.create(plan.spec, shape, options), batches, parts);
  }

  async run(weights: Weights): Promise<ValidationReport> {
    const { spec, batch: n, sizePx } = this.#plan;
    const feeds = this.#network.feedsOf(weights);
    const judge = this.#plan.recipe === 'defects' ? judgeMaps : judgeImages;
    const sums = { error: 0, startError: 0, score: 0, startScore: 0 };
    for (const batch of this.#batches) {
      const prediction = new Float32Array(n * spec.outputChannels * sizePx * sizePx);
      const part = batch.input.length / this.#parts;
      for (let i = 0; i < this.#parts; i++) {
        const data = batch.input.subarray(i * part, (i + 1) * part);
        prediction.set(await this.#network.run(feeds, data), (i * prediction.length) / this.#parts);
      }
      const report = judge(batch, prediction, this.#plan);
      sums.error += report.error;
      sums.startError += report.startError;
      sums.score += report.score;
      sums.startScore += report.startScore;
    }
    const count = this.#batches.length;
    return {
      error: sums.error / count,
      startError: sums.startError / count,
      score: sums.score / count,
      startScore: sums.startScore / count,
    };
  }

  async release(): Promise<void> {
    await this.#network.release();
  }
}

/**
 * Errors of images inside the mask. A residual network starts from a target of zero; the article's starts from its
 * input image. Values of the article's recipe span -1..1, so its errors are quartered to those of 0..1.
 */
function judgeImages(batch: Batch, prediction: Float32Array, plan: TrainingPlan): ValidationReport {
  const { recipe, spec, batch: n, sizePx } = plan;
  const pixels = sizePx * sizePx;
  const channels = spec.outputChannels;
  const scale = recipe === 'article' ? 0.25 : 1;
  const sums = { error: 0, startError: 0, score: 0, startScore: 0 };
  let counted = 0;
  for (let sample = 0; sample < n; sample++) {
    let error = 0;
    let startError = 0;
    let covered = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const weight = batch.mask[sample * pixels + pixel];
      if (weight === 0) continue;
      covered += weight;
      for (let channel = 0; channel < channels; channel++) {
        const at = (sample * channels + channel) * pixels + pixel;
        const start = recipe === 'article' ? batch.input[at] : 0;
        error += weight * (prediction[at] - batch.target[at]) ** 2;
        startError += weight * (start - batch.target[at]) ** 2;
      }
    }
    // The article's box may lie outside the picture's central square: nothing to judge there.
    if (covered < 1) continue;
    counted++;
    const share = scale / (covered * channels);
    const psnr = (mse: number) => -10 * Math.log10(Math.max(1e-7, mse));
    sums.error += error * share * batch.weight[sample];
    sums.startError += startError * share * batch.weight[sample];
    sums.score += psnr(error * share);
    sums.startScore += psnr(startError * share);
  }
  const mean = (sum: number) => sum / Math.max(1, counted);
  return {
    error: mean(sums.error),
    startError: mean(sums.startError),
    score: mean(sums.score),
    startScore: mean(sums.startScore),
  };
}

/** Pixel-wise errors of damage maps at a threshold of one half. */
function judgeMaps(batch: Batch, logits: Float32Array): ValidationReport {
  let hit = 0;
  let falseAlarm = 0;
  let missed = 0;
  let covered = 0;
  for (let pixel = 0; pixel < logits.length; pixel++) {
    if (batch.mask[pixel] < 0.5) continue;
    covered++;
    const damaged = batch.target[pixel] > 0.5;
    if (logits[pixel] > 0) {
      if (damaged) hit++;
      else falseAlarm++;
    } else if (damaged) missed++;
  }
  return {
    error: (falseAlarm + missed) / Math.max(1, covered),
    startError: (hit + missed) / Math.max(1, covered),
    score: (200 * hit) / Math.max(1, 2 * hit + falseAlarm + missed),
    startScore: 0,
  };
}
