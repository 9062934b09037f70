import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeModel } from '../../onnx/decode.ts';
import type { OnnxModel, OnnxValue } from '../../onnx/model.ts';
import { AppError } from '../errors.ts';
import { maxTensorBytes } from '../runtime/session.ts';
import { channelsOf } from './adapters/by-name.ts';
import type { ImportAnswers } from './answers.ts';
import { largestTilePx } from './footprint.ts';
import { maxModelBytes } from './manifest.ts';
import { type Recognition, recognise } from './recognise.ts';

/** What an `.onnx` file itself tells, and what it is taken for. */
export interface ModelFacts extends Recognition {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly precision: 'fp32' | 'fp16';
  readonly sha256: string;
  readonly bytes: number;
  /** Larger tiles would make a tensor that is too large for one allocation. */
  readonly largestTilePx: number;
}

/**
 * Reads an `.onnx` file without running it.
 * @param answers what the person says of it; the file tells the rest
 * @throws AppError `model/not-a-model`, `model/unreadable`, `model/unknown-kind`, `model/wrong-shapes`,
 *   `model/fixed-size`
 */
export async function inspectModel(path: string, answers: ImportAnswers = {}): Promise<ModelFacts> {
  const bytes = await readModelFile(path);
  const model = readModel(bytes, path);
  const constants = new Set(model.initializers.map(({ name }) => name));
  const inputs = model.inputs.filter(({ name }) => !constants.has(name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { outputs } = model;
  const isOwn = model.producer === 'photomend';
  const recognised = recognise({ name: basename(path), inputs, outputs, isOwn, sha256 }, answers);
  return {
    ...recognised,
    inputs,
    outputs,
    precision: model.initializers.some(({ type }) => type === 'float16') ? 'fp16' : 'fp32',
    sha256,
    bytes: bytes.length,
    largestTilePx: largestTilePx(model, channelsOf(recognised.adapter).input, maxTensorBytes),
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
