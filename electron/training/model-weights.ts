import { decodeModel } from '../onnx/decode.ts';
import { fromFloat16 } from '../onnx/float16.ts';
import type { OnnxTensor } from '../onnx/model.ts';
import type { NamedTensor } from './safetensors.ts';

/** A model's tensors by the names they have in training, and what its metadata says of it. */
export interface ModelWeights {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** As {@link exportModel} names what it stores in half precision. */
const halfSuffix = '.half';

/**
 * The weights in an exported model. Batch norm is folded into its convolutions there, so they are those of the same
 * network without batch norm.
 * @throws AppError `model/not-a-model`
 */
export function weightsOfModel(bytes: Uint8Array): ModelWeights {
  const { initializers, metadata } = decodeModel(bytes);
  const tensors = new Map<string, NamedTensor>();
  for (const tensor of initializers) {
    const data = floatsOf(tensor);
    if (data === undefined) continue;
    const name = tensor.name.endsWith(halfSuffix) ? tensor.name.slice(0, -halfSuffix.length) : tensor.name;
    tensors.set(name, { shape: tensor.dims, data });
  }
  return { tensors, metadata };
}

function floatsOf({ type, raw }: OnnxTensor): Float32Array | undefined {
  // A copy of its own: the bytes of a file need not lie where numbers may, and a Buffer's slice is the whole file.
  const { buffer } = new Uint8Array(raw);
  if (type === 'float32') return new Float32Array(buffer);
  return type === 'float16' ? fromFloat16(new Uint16Array(buffer)) : undefined;
}
