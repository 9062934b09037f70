import type { GraphBuilder, Value } from './builder.ts';

/**
 * Convolutions in the processor's own layout. ONNX Runtime computes them fastest on channels in blocks of 8 or 16,
 * [N, C / block, H, W, block], but lays out so itself only convolutions whose weights are constants; those of a training
 * are inputs. So the training graph calls its internal operators (domain `com.microsoft.nchwc`), which exist on the
 * processor alone and whose block is measured, see `channel-block.ts`. Weights are [O / block, I / block, k, k, block of
 * I, block of O]; both are made by the operator that reorders pictures.
 */
export const blockedDomain = 'com.microsoft.nchwc';

/** The convolution attributes of ONNX. */
type ConvAttributes = Readonly<Record<string, readonly number[]>>;

/**
 * y = conv(x, w) + bias as {@link convolve} gives it, by blocks.
 * @param outShape of y
 * @returns undefined where the graph has no blocks, or the number of input channels does not fit them
 */
export function convolveByBlocks(
  b: GraphBuilder,
  x: Value,
  w: Value,
  bias: Value | undefined,
  outShape: readonly number[],
  attributes: ConvAttributes,
): Value | undefined {
  const block = b.channelBlock;
  if (block === undefined) return undefined;
  const [o, i] = w.shape;
  if (!fitsBlocks(block, i)) return undefined;
  const missing = Math.ceil(o / block) * block - o;
  const [n, , height, width] = outShape;
  const inputs = [i < block ? x : toBlocks(b, x), blockedWeight(b, padFirst(b, w, missing), block)];
  if (bias !== undefined) inputs.push(padFirst(b, bias, missing));
  const y = b.op('Conv', inputs, [n, o + missing, height, width], attributes, blockedDomain);
  return b.op('ReorderOutput', [y], outShape, { channels: o }, blockedDomain);
}

/** Whether a blocked convolution takes so many input channels; fewer than one block are read as they are. */
function fitsBlocks(block: number, channels: number): boolean {
  return channels < block || channels % block === 0;
}

/**
 * The weight gradient of a convolution, [O, I, k, k], as a convolution itself: samples take the place of the input
 * channels, x [I, N, H, W] that of the pictures and dy [O, N, H / stride, W / stride] that of the weights. The result
 * has k x k pixels. Reading x in place of its k * k shifted copies makes this faster than products of matrices.
 * @param padding rows and columns of zeros around x in the convolution whose gradient it is
 * @returns undefined where the graph has no blocks, or the number of samples does not fit them
 */
export function weightGradientByBlocks(
  b: GraphBuilder,
  dy: Value,
  x: Value,
  w: Value,
  { kernel, stride, padding }: { readonly kernel: number; readonly stride: number; readonly padding: number },
): Value | undefined {
  if (b.channelBlock === undefined || !fitsBlocks(b.channelBlock, x.shape[0])) return undefined;
  const [o, i] = w.shape;
  const [n, , height, width] = x.shape;
  const [, , outHeight, outWidth] = dy.shape;
  const after = padding === 0 ? 0 : kernel - stride - padding;
  // Columns at the side are slow to leave out one by one, rows are not.
  const padded =
    padding === 0
      ? x
      : b.op(
          'Pad',
          [x, b.integers([0, 0, 0, padding, 0, 0, 0, after])],
          [n, i, height, width + padding + after],
        );
  const pictures = b.transpose(padded, [1, 0, 2, 3]);
  const weights = b.transpose(dy, [1, 0, 2, 3]);
  const gradient = convolveByBlocks(b, pictures, weights, undefined, [i, o, kernel, kernel], {
    kernel_shape: [outHeight, outWidth],
    dilations: [stride, stride],
    pads: [padding, 0, after, 0],
  });
  return gradient && b.transpose(gradient, [1, 0, 2, 3]);
}

/** A picture [N, C, H, W] in blocks, made once for all who need it; the shape is said as before. */
function toBlocks(b: GraphBuilder, x: Value): Value {
  return b.once(`blocks:${x.name}`, () => b.op('ReorderInput', [x], x.shape, {}, blockedDomain));
}

/** Zeros behind the first axis. */
function padFirst(b: GraphBuilder, value: Value, count: number): Value {
  if (count === 0) return value;
  const pads = [...value.shape.map(() => 0), count, ...value.shape.slice(1).map(() => 0)];
  return b.op('Pad', [value, b.integers(pads)], [value.shape[0] + count, ...value.shape.slice(1)]);
}

/** A weight [O, I, k, k] in the order that blocked convolutions read. */
function blockedWeight(b: GraphBuilder, w: Value, block: number): Value {
  const [o, i, height, width] = w.shape;
  const taps = height * width;
  const inner = i < block ? w : swapBlock(b, w, (o * i) / block, block, taps);
  return b.reshape(swapBlock(b, inner, o / block, block, i * taps), w.shape);
}

/** [count, block, size] -> [count, size, block]: what reordering a picture of `block` channels does. */
function swapBlock(b: GraphBuilder, value: Value, count: number, block: number, size: number): Value {
  const shape = [count, block, 1, size];
  return b.op('ReorderInput', [b.reshape(value, shape)], shape, {}, blockedDomain);
}
