import * as ort from 'onnxruntime-node';
import { decodeRgb8 } from '../engine/photo/decode-rgb8.ts';
import { createPlanes, type Planes } from '../engine/pixels/planes.ts';
import { createRandom } from '../engine/pixels/random.ts';
import { contactSheet } from '../engine/pixels/sheet.ts';
import type { LibraryPhoto } from './dataset/library.ts';
import type { Recipe, Sample } from './dataset/recipe.ts';
import { makeSample } from './dataset/sample.ts';
import { exportModel } from './export.ts';
import type { Weights } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';

const samplesOnSheet = 24;
const samplesPerRow = 3;

/**
 * The article's way of showing progress: original | damaged | restored, for some validation photos. Damage maps are
 * shown as white on black. Undefined where none of the photos can be read any more.
 */
export async function sampleSheet(
  plan: TrainingPlan,
  photos: readonly LibraryPhoto[],
  weights: Weights,
  session: ort.InferenceSession.SessionOptions,
): Promise<Planes | undefined> {
  const model = await ort.InferenceSession.create(exportModel(plan.spec, weights, 'fp32'), session);
  const cells: Planes[] = [];
  for (let i = 0; i < Math.min(samplesOnSheet, photos.length); i++) {
    // A photo that went away meanwhile is left out.
    const photo = await decodeRgb8(photos[i].path, { maxSidePx: 768 }).catch(() => undefined);
    if (photo === undefined) continue;
    const sample = makeSample(plan.recipe, photo, plan.sizePx, createRandom(i + 1), plan.mix);
    const dims = [1, plan.spec.inputChannels, plan.sizePx, plan.sizePx];
    const { output } = await model.run({ input: new ort.Tensor('float32', sample.input, dims) });
    cells.push(sample.original, sample.damaged, asPicture(plan.recipe, sample, output.data as Float32Array));
  }
  await model.release();
  if (cells.length === 0) return undefined;
  const perRow = 3 * samplesPerRow;
  const rows = Array.from({ length: Math.ceil(cells.length / perRow) }, (_, row) =>
    cells.slice(row * perRow, (row + 1) * perRow),
  );
  return contactSheet(rows);
}

/** What a network's output [1, C, S, S] for a sample shows: RGB, damage maps white on black. */
export function asPicture(recipe: Recipe, sample: Sample, output: Float32Array): Planes {
  const { width, height } = sample.original;
  const picture = createPlanes(width, height, 3);
  const size = width * height;
  for (let i = 0; i < picture.data.length; i++) {
    switch (recipe) {
      case 'article':
        picture.data[i] = (output[i] + 1) / 2;
        break;
      case 'detail':
      case 'fill':
        // Outside the mask the photo is sound; the network's opinion of it is not used.
        picture.data[i] = sample.input[i] + 0.5 + output[i] * sample.mask[i % size];
        break;
      case 'defects':
        picture.data[i] = 1 / (1 + Math.exp(-output[i % size]));
        break;
    }
  }
  return picture;
}
