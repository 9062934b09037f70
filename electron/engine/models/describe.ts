import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeModel } from '../../onnx/decode.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { AppError } from '../errors.ts';
import type { AdapterName, Manifest } from './manifest.ts';

/** Larger files are no network of the kinds that are known. */
const maxModelBytes = 1 << 30;

const kinds: readonly {
  readonly input: number;
  readonly output: number;
  readonly adapter: AdapterName;
  readonly damage: Manifest['damage'];
}[] = [
  { input: 6, output: 3, adapter: 'photomend', damage: ['blur', 'mosaic'] },
  { input: 4, output: 1, adapter: 'defects', damage: ['stain', 'scratch'] },
  { input: 3, output: 3, adapter: 'article', damage: ['blur', 'mosaic'] },
];

/**
 * A manifest for a bare `.onnx` file, from the names and shapes of its inputs and outputs. What the file does not
 * tell (margin, multiple, limits) is set to values that are safe for any network of its kind.
 * @throws AppError `model/not-a-model`, `model/unknown-kind`
 */
export async function describeModel(path: string): Promise<Manifest> {
  const bytes = await readFile(path);
  if (bytes.length > maxModelBytes)
    throw new AppError('model/not-a-model', `${path} is too large for a model.`);
  const model = decodeModel(bytes);
  const initializers = new Set(model.initializers.map(({ name }) => name));
  const inputs = model.inputs.filter(({ name }) => !initializers.has(name));
  const [input] = inputs;
  const [output] = model.outputs;
  const kind =
    inputs.length === 1 && model.outputs.length === 1
      ? kinds.find((k) => input.dims[1] === k.input && output.dims[1] === k.output)
      : undefined;
  if (kind === undefined) {
    throw new AppError(
      'model/unknown-kind',
      `The inputs and outputs of ${basename(path)} are of no known kind.`,
      {
        hint: 'Known are networks with 6, 4 or 3 channels in and 3, 1 or 3 channels out.',
      },
    );
  }
  const stem = basename(path).replace(/\.onnx$/i, '');
  const id =
    stem
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'model';
  return {
    schemaVersion: 1,
    id: id.slice(0, 64),
    name: stem || id,
    version: '1',
    licence: 'unknown',
    source: `imported from ${basename(path)}`,
    adapter: kind.adapter,
    damage: kind.damage,
    file: 'model.onnx',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    precision: hasHalfWeights(model) ? 'fp16' : 'fp32',
    input: { name: input.name, channels: kind.input, range: 'as the adapter gives it' },
    output: { name: output.name, channels: kind.output, range: 'as the adapter takes it' },
    sizeMultiple: 32,
    marginPx: 64,
    tileSizePx: 512,
    limits: { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 },
    priority: 1,
    training: {},
  };
}

function hasHalfWeights(model: OnnxModel): boolean {
  return model.initializers.some(({ type }) => type === 'float16');
}
