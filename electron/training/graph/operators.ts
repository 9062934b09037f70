import type { GraphBuilder, Value } from './builder.ts';
import {
  convInputGradient,
  convolve,
  convolveTransposed,
  convTransposedInputGradient,
  convTransposedWeightGradient,
  convWeightGradient,
} from './convolution.ts';
import { depthToSpace, spaceToDepth } from './depth.ts';

/** One recorded call of a differentiable operator. */
export interface Call {
  readonly operator: OperatorName;
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** What the forward pass keeps for the backward pass. */
  readonly saved: readonly Value[];
  readonly attributes: Readonly<Record<string, number>>;
}

/** An operator's forward pass and its gradient rule, both written as plain ONNX operators. */
interface Operator {
  forward(
    b: GraphBuilder,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, number>>,
  ): { output: Value; saved?: readonly Value[] };
  /** Gradients for the inputs, from the output's; only those `wanted` need to be made. */
  backward(
    b: GraphBuilder,
    call: Call,
    grad: Value,
    wanted: readonly boolean[],
  ): readonly (Value | undefined)[];
}

/** Sums a gradient over the axes along which its input was broadcast. */
function unbroadcast(b: GraphBuilder, grad: Value, shape: readonly number[]): Value {
  const lead = grad.shape.length - shape.length;
  const axes = grad.shape.flatMap((dim, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return grad;
  return b.reshape(b.reduceSum(grad, axes), shape);
}

const channelAxes = [0, 2, 3];

/**
 * Means of [N, C, H, W] per channel, [1, C, 1, 1]: of every row, of the rows of all samples, of those. Adding few
 * numbers of like size at a time rounds less than one long sum; samples before rows, because ONNX Runtime is slow where
 * many short columns are summed. WebGPU adds up like that by itself.
 */
function channelMean(b: GraphBuilder, x: Value): Value {
  if (b.webgpu) return b.reduceMean(b.reduceMean(x, [2, 3], true), [0], true);
  return b.reduceMean(b.reduceMean(b.reduceMean(x, [3], true), [0], true), [2], true);
}

/**
 * The table: one gradient rule per operator. Every rule is checked against finite differences in
 * test/unit/training/operators.test.ts.
 */
export const operators = {
  /** Inputs x [N, I, H, W], weight [O, I, k, k], bias [O]; attributes kernel, stride. */
  conv: {
    forward: (b, [x, w, bias], { kernel, stride }) => ({
      output: convolve(b, x, w, bias, { kernel, stride }),
    }),
    backward: (b, { inputs: [x, w], attributes: { kernel, stride } }, grad, [forX, , forBias]) => [
      forX ? convInputGradient(b, grad, w, x, { kernel, stride }) : undefined,
      convWeightGradient(b, grad, x, w, { kernel, stride }),
      forBias ? b.reduceSum(grad, channelAxes) : undefined,
    ],
  },
  /** Inputs x [N, I, H, W], weight [I, O, 2, 2], bias [O]; output [N, O, 2H, 2W]. */
  convTransposed: {
    forward: (b, [x, w, bias]) => ({ output: convolveTransposed(b, x, w, bias) }),
    backward: (b, { inputs: [x, w] }, grad, [forX, , forBias]) => [
      forX ? convTransposedInputGradient(b, grad, w) : undefined,
      convTransposedWeightGradient(b, grad, x, w),
      forBias ? b.reduceSum(grad, channelAxes) : undefined,
    ],
  },
  /**
   * Inputs x [N, C, H, W], scale [C], shift [C]; statistics of this batch, biased variance.
   * saved: x - mean, 1 / sqrt(var + eps), mean, var, the last three [1, C, 1, 1].
   */
  batchNorm: {
    forward: (b, [x, scale, shift]) => {
      const perChannel = [1, x.shape[1], 1, 1];
      const mean = channelMean(b, x);
      const centred = b.sub(x, mean);
      const variance = channelMean(b, b.mul(centred, centred));
      const inverse = b.div(b.scalar(1), b.unary('Sqrt', b.add(variance, b.scalar(1e-5))));
      const gain = b.mul(inverse, b.reshape(scale, perChannel));
      const output = b.add(b.mul(centred, gain), b.reshape(shift, perChannel));
      return { output, saved: [centred, inverse, mean, variance] };
    },
    backward: (b, { inputs: [x, scale], saved: [centred, inverse] }, grad) => {
      const perChannel = [1, x.shape[1], 1, 1];
      const count = x.shape[0] * x.shape[2] * x.shape[3];
      const sum = b.reduceSum(grad, channelAxes, true);
      const dot = b.mul(b.reduceSum(b.mul(grad, centred), channelAxes, true), inverse);
      // dx = scale * inverse * (dy - mean(dy) - xhat * mean(dy * xhat)), xhat = centred * inverse
      const slope = b.mul(b.mul(dot, inverse), b.scalar(1 / count));
      const inner = b.sub(b.sub(grad, b.mul(centred, slope)), b.mul(sum, b.scalar(1 / count)));
      return [
        b.mul(inner, b.mul(inverse, b.reshape(scale, perChannel))),
        b.reshape(dot, scale.shape),
        b.reshape(sum, scale.shape),
      ];
    },
  },
  relu: {
    forward: (b, [x]) => ({ output: b.unary('Relu', x) }),
    // 1 where the input was let through and 0 elsewhere: the sign of the output, by an operator that is three times as fast.
    backward: (b, { output }, grad) => [
      b.mul(
        grad,
        b.op('HardSigmoid', [output], output.shape, { alpha: { float: 3e38 }, beta: { float: 0 } }),
      ),
    ],
  },
  tanh: {
    forward: (b, [x]) => ({ output: b.unary('Tanh', x) }),
    backward: (b, { output }, grad) => [b.mul(grad, b.sub(b.scalar(1), b.mul(output, output)))],
  },
  abs: {
    forward: (b, [x]) => ({ output: b.unary('Abs', x) }),
    // The sign of x; WebGPU lacks the operator of that name.
    backward: (b, { inputs: [x] }, grad) => [
      b.mul(grad, b.op('Clip', [b.mul(x, b.scalar(3e38)), b.scalar(-1), b.scalar(1)], x.shape)),
    ],
  },
  sqrt: {
    forward: (b, [x]) => ({ output: b.unary('Sqrt', x) }),
    backward: (b, { output }, grad) => [b.div(b.mul(grad, b.scalar(0.5)), output)],
  },
  /** ln(1 + exp(x)) */
  softplus: {
    forward: (b, [x]) => ({ output: b.unary('Softplus', x) }),
    backward: (b, { inputs: [x] }, grad) => [b.mul(grad, b.unary('Sigmoid', x))],
  },
  add: {
    forward: (b, [x, y]) => ({ output: b.add(x, y) }),
    backward: (b, { inputs: [x, y] }, grad, [forX, forY]) => [
      forX ? unbroadcast(b, grad, x.shape) : undefined,
      forY ? unbroadcast(b, grad, y.shape) : undefined,
    ],
  },
  sub: {
    forward: (b, [x, y]) => ({ output: b.sub(x, y) }),
    backward: (b, { inputs: [x, y] }, grad, [forX, forY]) => [
      forX ? unbroadcast(b, grad, x.shape) : undefined,
      forY ? unbroadcast(b, b.unary('Neg', grad), y.shape) : undefined,
    ],
  },
  mul: {
    forward: (b, [x, y]) => ({ output: b.mul(x, y) }),
    backward: (b, { inputs: [x, y] }, grad, [forX, forY]) => [
      forX ? unbroadcast(b, b.mul(grad, y), x.shape) : undefined,
      forY ? unbroadcast(b, b.mul(grad, x), y.shape) : undefined,
    ],
  },
  square: {
    forward: (b, [x]) => ({ output: b.mul(x, x) }),
    backward: (b, { inputs: [x] }, grad) => [b.mul(grad, b.mul(x, b.scalar(2)))],
  },
  /** The sum of all elements, a scalar. */
  sum: {
    forward: (b, [x]) => ({
      output: b.reduceSum(
        x,
        x.shape.map((_, axis) => axis),
      ),
    }),
    backward: (b, { inputs: [x] }, grad) => [b.op('Expand', [grad, b.integers(x.shape)], x.shape)],
  },
  /** Joins along channels. */
  concat: {
    forward: (b, inputs) => {
      const [n, , height, width] = inputs[0].shape;
      const channels = inputs.reduce((total, input) => total + input.shape[1], 0);
      return { output: b.op('Concat', inputs, [n, channels, height, width], { axis: 1 }) };
    },
    backward: (b, { inputs }, grad) =>
      b.split(
        grad,
        1,
        inputs.map((input) => input.shape[1]),
      ),
  },
  spaceToDepth: {
    forward: (b, [x]) => ({ output: spaceToDepth(b, x) }),
    backward: (b, _call, grad) => [depthToSpace(b, grad)],
  },
  depthToSpace: {
    forward: (b, [x]) => ({ output: depthToSpace(b, x) }),
    backward: (b, _call, grad) => [spaceToDepth(b, grad)],
  },
  /** Keeps [start, end) of one axis. */
  slice: {
    forward: (b, [x], { axis, start, end }) => ({
      output: b.slice(x, axis, start, end),
    }),
    backward: (b, { inputs: [x], attributes: { axis, start, end } }, grad) => {
      const before = x.shape.map((_, at) => (at === axis ? start : 0));
      const after = x.shape.map((dim, at) => (at === axis ? dim - end : 0));
      return [b.op('Pad', [grad, b.integers([...before, ...after])], x.shape)];
    },
  },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

/** Runs the table's forward rule. */
export function applyOperator(
  b: GraphBuilder,
  operator: OperatorName,
  inputs: readonly Value[],
  attributes: Readonly<Record<string, number>>,
): Call {
  const rule: Operator = operators[operator];
  const { output, saved = [] } = rule.forward(b, inputs, attributes);
  return { operator, inputs, output, saved, attributes };
}

/** Runs the table's gradient rule. */
export function differentiate(
  b: GraphBuilder,
  call: Call,
  grad: Value,
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const rule: Operator = operators[call.operator];
  return rule.backward(b, call, grad, wanted);
}
