import type { Tensor } from 'onnxruntime-node';
import { fromFloat16, toFloat16 } from '../../onnx/float16.ts';
import { AppError } from '../errors.ts';

/**
 * Numbers in the type that a model's input wants. Integers are rounded; bytes are limited to 0..255 as well.
 * @throws AppError `runtime/bad-tensor` for types that no picture comes in
 */
export function typedData(type: Tensor.Type, data: Float32Array): Tensor.DataTypeMap[Tensor.Type] {
  switch (type) {
    case 'float32':
      return data;
    case 'float64':
      return Float64Array.from(data);
    case 'float16':
      return toFloat16(data);
    case 'uint8':
    case 'bool':
      return new Uint8Array(Uint8ClampedArray.from(data).buffer);
    case 'int32':
      return Int32Array.from(data, Math.round);
    case 'int64':
      return BigInt64Array.from(Array.from(data, (value) => BigInt(Math.round(value))));
    default:
      throw new AppError('runtime/bad-tensor', `Inputs of the type ${type} are not supported.`);
  }
}

/** An output's numbers; undefined for text and the like. */
export function asFloat32(type: Tensor.Type, data: Tensor['data']): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (type === 'float16' && data instanceof Uint16Array) return fromFloat16(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return Array.isArray(data) ? undefined : Float32Array.from(data as ArrayLike<number>);
}
