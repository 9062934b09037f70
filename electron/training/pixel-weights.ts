import type { Batch } from './dataset/feed.ts';
import type { TrainingPlan } from './plan.ts';

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
