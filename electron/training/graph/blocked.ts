import { elements, type GraphBuilder, type Value } from './builder.ts';

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

/**
 * The input gradient of a convolution of stride 1: dy convolved with the weight [O, I, k, k] whose channels are swapped
 * and whose taps are reversed, both of it on whole blocks.
 * @param outShape of x
 * @returns undefined where the graph has no blocks, or the channels do not fit them
 */
export function inputGradientByBlocks(
  b: GraphBuilder,
  dy: Value,
  w: Value,
  outShape: readonly number[],
  attributes: ConvAttributes,
): Value | undefined {
  const block = b.channelBlock;
  const [o, i, k] = w.shape;
  if (block === undefined || o % block !== 0 || i % block !== 0) return undefined;
  const taps = k * k;
  const inner = b.reshape(swapBlock(b, w, (o * i) / block, block, taps), [
    o / block,
    block,
    i / block,
    taps,
    block,
  ]);
  const swapped = b.transpose(inner, [2, 0, 3, 1, 4]);
  const reversed = b.reshape(reverse(b, swapped, 2), [i, o, k, k]);
  const y = b.op('Conv', [toBlocks(b, dy), reversed], outShape, attributes, blockedDomain);
  return b.op('ReorderOutput', [y], outShape, { channels: i }, blockedDomain);
}

/** A tensor with one axis in reverse order. */
function reverse(b: GraphBuilder, value: Value, axis: number): Value {
  const size = value.shape[axis];
  const last = Array.from({ length: size }, (_, index) => size - 1 - index);
  return b.op('Gather', [value, b.integers(last)], value.shape, { axis });
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
  const after = padding === 0 ? 0 : kernel - stride - padding;
  const correlation = (pictures: Value, weights: Value) =>
    convolveByBlocks(
      b,
      b.transpose(padColumns(b, pictures, padding, after), [1, 0, 2, 3]),
      b.transpose(weights, [1, 0, 2, 3]),
      undefined,
      [pictures.shape[1], weights.shape[1], kernel, kernel],
      {
        kernel_shape: weights.shape.slice(2),
        dilations: [stride, stride],
        pads: [padding, 0, after, 0],
      },
    );
  if (stride === 1 && elements(w.shape) > elements(x.shape) + elements(dy.shape)) {
    // With x and dy in each other's place the taps come out reversed, so both are reversed before. That costs less than
    // to transpose a gradient that is larger than they are.
    return correlation(reversePixels(b, dy), reversePixels(b, x));
  }
  const gradient = correlation(x, dy);
  return gradient && b.reshape(b.transpose(b.reshape(gradient, [i, o, kernel ** 2]), [1, 0, 2]), w.shape);
}

/** Zeros at the sides of pictures, since a convolution is slow to leave out columns one by one; rows it is not. */
function padColumns(b: GraphBuilder, x: Value, before: number, after: number): Value {
  if (before + after === 0) return x;
  const [n, channels, height, width] = x.shape;
  const pads = b.integers([0, 0, 0, before, 0, 0, 0, after]);
  return b.op('Pad', [x, pads], [n, channels, height, width + before + after]);
}

function reversePixels(b: GraphBuilder, x: Value): Value {
  const [n, channels, height, width] = x.shape;
  return b.reshape(reverse(b, b.reshape(x, [n, channels, height * width]), 2), x.shape);
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
