import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeModel } from '../../onnx/decode.ts';
import type { OnnxModel, OnnxValue } from '../../onnx/model.ts';
import { AppError } from '../errors.ts';
import { maxTensorBytes } from '../runtime/session.ts';
import { type AdapterName, adapterNames, adapters } from './adapters/by-name.ts';
import { largestTilePx } from './footprint.ts';
import { maxModelBytes } from './manifest.ts';

/** What an `.onnx` file itself tells. */
export interface ModelFacts {
  readonly adapter: AdapterName;
  readonly inputName: string;
  readonly outputName: string;
  readonly precision: 'fp32' | 'fp16';
  readonly sha256: string;
  readonly bytes: number;
  /** Larger tiles would make a tensor that is too large for one allocation. */
  readonly largestTilePx: number;
}

/**
 * Reads an `.onnx` file without running it.
 * @throws AppError `model/not-a-model`, `model/unknown-kind`, `model/fixed-size`
 */
export async function inspectModel(path: string): Promise<ModelFacts> {
  const bytes = await readModelFile(path);
  const model = readModel(bytes, path);
  const constants = new Set(model.initializers.map(({ name }) => name));
  const inputs = model.inputs.filter(({ name }) => !constants.has(name));
  const { outputs } = model;
  const adapter = inputs.length === 1 && outputs.length === 1 ? adapterFor(inputs[0], outputs[0]) : undefined;
  if (adapter === undefined) {
    throw new AppError(
      'model/unknown-kind',
      `The inputs and outputs of ${basename(path)} are of no known kind.`,
      { hint: 'Known are networks with 6, 4 or 3 channels in and 3, 1 or 3 channels out.' },
    );
  }
  if (inputs[0].dims.slice(2).some((dim) => typeof dim === 'number')) {
    throw new AppError('model/fixed-size', `${basename(path)} takes pictures of one size only.`, {
      hint: 'Export it with dynamic height and width.',
    });
  }
  return {
    adapter,
    inputName: inputs[0].name,
    outputName: outputs[0].name,
    precision: model.initializers.some(({ type }) => type === 'float16') ? 'fp16' : 'fp32',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    largestTilePx: largestTilePx(model, adapters[adapter].inputChannels, maxTensorBytes),
  };
}

function readModel(bytes: Uint8Array, path: string): OnnxModel {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new AppError('model/not-a-model', `${basename(path)} is not an ONNX model, or it is damaged.`, {
      // The usual export of PyTorch, and a file of its own is neither copied nor verified.
      hint: 'A model whose weights lie in a second file must be saved as one file first (external_data=False).',
      cause,
    });
  }
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isFile() && info.size <= maxModelBytes) return await readFile(path);
  } catch (cause) {
    throw new AppError('model/unreadable', `${path} cannot be read.`, { cause });
  }
  throw new AppError('model/not-a-model', `${path} is no file, or too large for a model.`);
}

/** The adapter for a network by its channels; exporters do not always tell those of the output. */
function adapterFor(input: OnnxValue, output: OnnxValue): AdapterName | undefined {
  const isPicture = ({ type, dims: [batch, ...rest] }: OnnxValue) =>
    type === 'float32' && rest.length === 3 && (batch === 1 || typeof batch === 'string');
  if (!isPicture(input) || !isPicture(output)) return undefined;
  return adapterNames.find((name) => {
    const { inputChannels, outputChannels } = adapters[name];
    const given = output.dims[1];
    return input.dims[1] === inputChannels && (typeof given === 'string' || given === outputChannels);
  });
}
