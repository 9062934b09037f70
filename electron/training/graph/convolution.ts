import { convolveByBlocks, inputGradientByBlocks, weightGradientByBlocks } from './blocked.ts';
import { elements, type GraphBuilder, type Value } from './builder.ts';

/** Kernel, stride and padding of a square convolution. */
export interface ConvShape {
  readonly kernel: number;
  readonly stride: number;
}

/** Padding that keeps the size at stride 1 (kernel 3) and halves it at stride 2. */
export function padding({ kernel }: ConvShape): number {
  return kernel === 3 ? 1 : 0;
}

function convAttributes(shape: ConvShape) {
  const pad = padding(shape);
  return {
    kernel_shape: [shape.kernel, shape.kernel],
    strides: [shape.stride, shape.stride],
    pads: [pad, pad, pad, pad],
  };
}

/** y = conv(x, w) + bias; x [N, I, H, W], w [O, I, k, k]. */
export function convolve(
  b: GraphBuilder,
  x: Value,
  w: Value,
  bias: Value | undefined,
  shape: ConvShape,
): Value {
  const [n, , height, width] = x.shape;
  const outShape = [n, w.shape[0], height / shape.stride, width / shape.stride];
  const attributes = convAttributes(shape);
  const blocked = convolveByBlocks(b, x, w, bias, outShape, attributes);
  return blocked ?? b.op('Conv', bias === undefined ? [x, w] : [x, w, bias], outShape, attributes);
}

/** y = transposed 2x2 convolution of stride 2 + bias; x [N, I, H, W], w [I, O, 2, 2] -> [N, O, 2H, 2W]. */
export function convolveTransposed(b: GraphBuilder, x: Value, w: Value, bias: Value | undefined): Value {
  const [n, , height, width] = x.shape;
  return b.op(
    'ConvTranspose',
    bias === undefined ? [x, w] : [x, w, bias],
    [n, w.shape[1], 2 * height, 2 * width],
    {
      kernel_shape: [2, 2],
      strides: [2, 2],
    },
  );
}

/** Gradient of {@link convolve} for its input. `dy` [N, O, H/stride, W/stride], `x` gives the shape. */
export function convInputGradient(b: GraphBuilder, dy: Value, w: Value, x: Value, shape: ConvShape): Value {
  const [o, i, k] = w.shape;
  if (shape.stride === 2) {
    const pad = padding(shape);
    return b.op('ConvTranspose', [dy, w], x.shape, {
      kernel_shape: [k, k],
      strides: [2, 2],
      pads: [pad, pad, pad, pad],
      output_padding: [k - 2, k - 2],
    });
  }
  if (k === 1) return convolve(b, dy, b.transpose(w, [1, 0, 2, 3]), undefined, shape);
  const blocked = inputGradientByBlocks(b, dy, w, x.shape, convAttributes(shape));
  if (blocked !== undefined) return blocked;
  // Reversing both spatial axes is a product with the 9x9 exchange matrix, far faster than a strided slice.
  const exchange = b.constant(`exchange${k * k}`, [k * k, k * k], exchangeMatrix(k * k));
  const reversed = b.op('MatMul', [b.reshape(w, [o * i, k * k]), exchange], [o * i, k * k]);
  const swapped = b.transpose(b.reshape(reversed, [o, i, k * k]), [1, 0, 2]);
  return convolve(b, dy, b.reshape(swapped, [i, o, k, k]), undefined, shape);
}

function exchangeMatrix(size: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (let row = 0; row < size; row++) matrix[row * size + size - 1 - row] = 1;
  return matrix;
}

/** Gradient of {@link convolve} for its weight, [O, I, k, k]. */
export function convWeightGradient(b: GraphBuilder, dy: Value, x: Value, w: Value, shape: ConvShape): Value {
  const blocked =
    shape.kernel === 1
      ? undefined
      : weightGradientByBlocks(b, dy, x, w, { ...shape, padding: padding(shape) });
  if (blocked !== undefined) return blocked;
  const taps = shape.stride === 1 ? shape.kernel : 0;
  if (taps === 1) return b.reshape(correlate(b, dy, x), w.shape);
  if (taps === 3) return shiftedGradient(b, dy, x, w);
  return gatheredGradient(b, dy, tapsOf(b, x, dy, shape), w);
}

/**
 * All taps in one product of shifted copies: shifting x sideways and dy up and down needs four copies instead of nine,
 * because dW[ky, kx] = sum over p of dy[p] x[p + (ky, kx)] = sum over q of dy[q - ky] x[q + kx].
 */
function shiftedGradient(b: GraphBuilder, dy: Value, x: Value, w: Value): Value {
  const [o, i] = w.shape;
  const [n, , height, width] = dy.shape;
  const pixels = height * width;
  // Samples are folded into the summed axis where their products would be larger than what they are made of.
  const fold = 9 * n * o * i > 3 * (elements(dy.shape) + elements(x.shape));
  const [first, second] = fold ? [dy, x].map((value) => b.transpose(value, [1, 0, 2, 3])) : [dy, x];
  const stack = (values: Value[], channels: number) =>
    fold
      ? b.op('Concat', values, [3 * channels, n, height, width], { axis: 0 })
      : b.op('Concat', values, [n, 3 * channels, height, width], { axis: 1 });
  const upDown = stack([shift(b, first, 1, 0), first, shift(b, first, -1, 0)], o);
  const sideways = stack([shift(b, second, 0, -1), second, shift(b, second, 0, 1)], i);
  const product = fold
    ? b.op(
        'MatMul',
        [
          b.reshape(upDown, [3 * o, n * pixels]),
          b.transpose(b.reshape(sideways, [3 * i, n * pixels]), [1, 0]),
        ],
        [3 * o, 3 * i],
      )
    : correlate(b, upDown, sideways);
  return b.reshape(b.transpose(b.reshape(product, [3, o, 3, i]), [1, 3, 0, 2]), w.shape);
}

/** out[y, x] = value[y + dy, x + dx], zero outside. */
function shift(b: GraphBuilder, value: Value, dy: number, dx: number): Value {
  return b.op('Pad', [value, b.integers([0, 0, -dy, -dx, 0, 0, dy, dx])], value.shape);
}

/** Sum over samples and pixels of dy (outer product) x: [N, O, H, W], [N, I, H, W] -> [O, I]. */
function correlate(b: GraphBuilder, dy: Value, x: Value): Value {
  const [n, o, height, width] = dy.shape;
  const i = x.shape[1];
  const product = b.op(
    'MatMul',
    [b.reshape(dy, [n, o, height * width]), b.transpose(b.reshape(x, [n, i, height * width]), [0, 2, 1])],
    [n, o, i],
  );
  return b.reduceSum(product, [0]);
}

/** The k*k shifted (and strided) views of x that a convolution reads, each in dy's height and width. */
function tapsOf(b: GraphBuilder, x: Value, dy: Value, shape: ConvShape): Value[] {
  const [n, i, height, width] = x.shape;
  const [, , outHeight, outWidth] = dy.shape;
  const pad = padding(shape);
  const padded =
    pad === 0 ? x : b.op('Pad', [x, b.integers([0, 0, 1, 1, 0, 0, 1, 1])], [n, i, height + 2, width + 2]);
  return Array.from({ length: shape.kernel ** 2 }, (_, tap) => {
    const ky = Math.floor(tap / shape.kernel);
    const kx = tap % shape.kernel;
    return b.op(
      'Slice',
      [
        padded,
        b.integers([ky, kx]),
        b.integers([ky + shape.stride * (outHeight - 1) + 1, kx + shape.stride * (outWidth - 1) + 1]),
        b.integers([2, 3]),
        b.integers([shape.stride, shape.stride]),
      ],
      [n, i, outHeight, outWidth],
    );
  });
}

/**
 * All taps side by side in one product (im2col). Samples are folded into the summed axis where planes are small,
 * so that the large [O, taps * I] result is written once and not once per sample.
 */
function gatheredGradient(b: GraphBuilder, dy: Value, taps: readonly Value[], w: Value): Value {
  const [o, i] = w.shape;
  const [n, , height, width] = dy.shape;
  const columns = taps.length * i;
  const pixels = height * width;
  const fold = n * o * columns > elements(dy.shape) + n * columns * pixels;
  let product: Value;
  if (fold) {
    const gathered = b.op(
      'Concat',
      taps.map((tap) => b.transpose(tap, [1, 0, 2, 3])),
      [columns, n, height, width],
      {
        axis: 0,
      },
    );
    const left = b.reshape(b.transpose(dy, [1, 0, 2, 3]), [o, n * pixels]);
    const right = b.transpose(b.reshape(gathered, [columns, n * pixels]), [1, 0]);
    product = b.op('MatMul', [left, right], [o, columns]);
  } else {
    const gathered = b.op('Concat', taps, [n, columns, height, width], { axis: 1 });
    product = correlate(b, dy, gathered);
  }
  return b.reshape(b.transpose(b.reshape(product, [o, taps.length, i]), [0, 2, 1]), w.shape);
}

/** Gradients of {@link convolveTransposed}; `dy` [N, O, 2H, 2W]. */
export function convTransposedInputGradient(b: GraphBuilder, dy: Value, w: Value): Value {
  // The adjoint of a transposed convolution is the convolution with the same weight, read as [out = I, in = O].
  return convolve(b, dy, w, undefined, { kernel: 2, stride: 2 });
}

/** Gradient of {@link convolveTransposed} for its weight, [I, O, 2, 2]. */
export function convTransposedWeightGradient(b: GraphBuilder, dy: Value, x: Value, w: Value): Value {
  const shape = { kernel: 2, stride: 2 };
  return (
    weightGradientByBlocks(b, x, dy, w, { ...shape, padding: 0 }) ??
    gatheredGradient(b, x, tapsOf(b, dy, x, shape), w)
  );
}
