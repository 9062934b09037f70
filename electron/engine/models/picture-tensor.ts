import type { ElementType, OnnxValue } from '../../onnx/model.ts';

/** A graph's input or output that is a picture. What is undefined is not told by the file. */
export interface PictureTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** An input of one number. */
export interface ScalarTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: 1[];
}

const pictureTypes: readonly ElementType[] = ['float32', 'float16', 'float64', 'uint8'];
const mostChannels = 6;

/** Tensors of four dimensions; channels stand second, or last. */
export function pictureTensor({ name, type, dims }: OnnxValue): PictureTensor | undefined {
  if (dims.length !== 4 || !pictureTypes.includes(type)) return undefined;
  const [batch, second, third, last] = dims.map(known);
  if (batch !== undefined && batch !== 1) return undefined;
  const isFew = (size: number | undefined) => size !== undefined && size <= mostChannels;
  return isFew(last) && !isFew(second)
    ? { name, type, layout: 'nhwc', channels: last, height: second, width: third }
    : { name, type, layout: 'nchw', channels: second, height: third, width: last };
}

/** Exporters write sizes that are not fixed as names, as 0 or as -1. */
function known(dim: number | string): number | undefined {
  return typeof dim === 'number' && dim > 0 ? dim : undefined;
}

export function scalarTensor({ name, type, dims }: OnnxValue): ScalarTensor | undefined {
  if (dims.length > 2 || !dims.every((dim) => known(dim) === 1 || known(dim) === undefined)) return undefined;
  return { name, type, dims: dims.map(() => 1) };
}
