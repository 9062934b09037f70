import { readFile } from 'node:fs/promises';
import { AppError } from '../engine/errors.ts';
import { weightsOfModel } from './model-weights.ts';
import type { NetworkSpec } from './network.ts';
import { parametersOf, type Weights } from './parameters.ts';
import { type PresetName, planOf, presetNames } from './plan.ts';
import { decodeSafetensors, type NamedTensor } from './safetensors.ts';

/** Weights from a file, and the network they belong to. */
export interface ImportedWeights {
  readonly preset: PresetName;
  readonly spec: NetworkSpec;
  readonly weights: Weights;
}

interface WeightFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

async function readWeights(path: string): Promise<WeightFile> {
  const bytes = await readFile(path);
  return path.toLowerCase().endsWith('.onnx') ? weightsOfModel(bytes) : decodeSafetensors(bytes);
}

/**
 * Reads `.safetensors` weights: those that Photomend wrote, or a PyTorch `state_dict` of the article's network (or
 * its auto-encoder) of any base width and depth, told by the tensors' names and shapes. Or those of an `.onnx` model
 * that Photomend exported: its batch norm is folded away, so the network has none.
 * @throws AppError `weights/not-safetensors`, `model/not-a-model`, `weights/unknown-network` with the first tensor
 *   that does not fit
 */
export async function importWeights(path: string): Promise<ImportedWeights> {
  const { tensors, metadata } = await readWeights(path);
  const preset = presetNames.find((name) => name === metadata.preset);
  const known =
    preset === undefined
      ? articleNetwork(tensors)
      : {
          preset,
          spec: { ...ownSpec(preset, metadata.spec), ...(path.endsWith('.onnx') && { batchNorm: false }) },
        };
  const weights: Weights = new Map();
  for (const { name, shape } of parametersOf(known.spec)) {
    const tensor = tensors.get(name);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      const found =
        tensor === undefined ? 'is missing' : `has the shape [${tensor.shape}] instead of [${shape}]`;
      throw new AppError(
        'weights/unknown-network',
        `These weights are of another network: ${name} ${found}.`,
      );
    }
    weights.set(name, tensor.data);
  }
  return { ...known, weights };
}

function ownSpec(preset: PresetName, text: string | undefined): NetworkSpec {
  const { spec } = planOf(preset);
  try {
    return { ...spec, ...JSON.parse(text ?? '') };
  } catch (cause) {
    throw new AppError('weights/unknown-network', 'The weights do not say which network they are of.', {
      cause,
    });
  }
}

function articleNetwork(tensors: ReadonlyMap<string, NamedTensor>): {
  preset: PresetName;
  spec: NetworkSpec;
} {
  const first = tensors.get('encoder.blk0.model.0.weight')?.shape;
  const last = tensors.get('decoder.last_conv.weight')?.shape;
  const joined = tensors.get('decoder.blk0.model.0.weight')?.shape;
  if (first?.length !== 4 || last?.length !== 4 || joined?.length !== 4) {
    throw new AppError('weights/unknown-network', 'These are no weights of a network that Photomend knows.', {
      hint: "Known are its own and PyTorch state_dicts of the article's U-Net and auto-encoder.",
    });
  }
  let stages = 0;
  while (tensors.has(`encoder.blk${stages + 1}.model.0.weight`)) stages++;
  const preset = joined[1] === 2 * joined[0] ? 'article' : 'autoencoder';
  const { spec } = planOf(preset, { baseChannels: first[0] });
  return { preset, spec: { ...spec, stages, inputChannels: first[1], outputChannels: last[0] } };
}
