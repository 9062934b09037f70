import { join } from 'node:path';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { namedTensors } from '../checkpoint.ts';
import { exportModel } from '../export.ts';
import { parametersOf, type Weights } from '../parameters.ts';
import type { TrainingPlan } from '../plan.ts';
import { encodeSafetensors } from '../safetensors.ts';

export function weightsFile(plan: Pick<TrainingPlan, 'preset' | 'spec'>, weights: Weights): Uint8Array {
  const tensors = namedTensors(parametersOf(plan.spec), weights);
  return encodeSafetensors(tensors, metadataOf(plan));
}

/** Writes `<name>.safetensors` and `<name>.onnx`. */
export async function saveWeights(
  folder: string,
  name: string,
  plan: TrainingPlan,
  weights: Weights,
): Promise<void> {
  await writeFileAtomic(join(folder, `${name}.safetensors`), weightsFile(plan, weights));
  const model = exportModel(plan.spec, weights, 'fp16', metadataOf(plan));
  await writeFileAtomic(join(folder, `${name}.onnx`), model);
}

function metadataOf({ preset, spec }: Pick<TrainingPlan, 'preset' | 'spec'>) {
  return { spec: JSON.stringify(spec), preset };
}
