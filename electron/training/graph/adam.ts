import type { GraphBuilder, Value } from './builder.ts';

/** Constants of Adam (Kingma and Ba, 2015) and of AdamW's decoupled decay (Loshchilov and Hutter, 2019). */
export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Weight decay per unit of learning rate; 0 is plain Adam. */
  readonly weightDecay: number;
  /** Largest global gradient norm; 0 leaves gradients as they are. */
  readonly clipNorm: number;
}

/** PyTorch's defaults. */
export const adamDefaults: AdamConstants = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: 0,
};

/** Scalars that change from step to step, fed to the graph. */
export interface AdamRates {
  /** Learning rate with both bias corrections folded in. */
  readonly rate: number;
  /** PyTorch divides by sqrt(v) / sqrt(1 - beta2^t) + epsilon, so epsilon shrinks with the folded correction. */
  readonly epsilon: number;
  /** Factor on the weights before the update (1 without decay). */
  readonly keep: number;
}

/** The scalars of step `step`, counted from 1. */
export function adamRates(constants: AdamConstants, learningRate: number, step: number): AdamRates {
  const correction2 = Math.sqrt(1 - constants.beta2 ** step);
  return {
    rate: (learningRate * correction2) / (1 - constants.beta1 ** step),
    epsilon: constants.epsilon * correction2,
    keep: 1 - learningRate * constants.weightDecay,
  };
}

/** One weight with its gradient and moments, before the update. */
export interface AdamSlot {
  readonly weight: Value;
  readonly gradient: Value;
  readonly first: Value;
  readonly second: Value;
}

/** A weight and its moments after the update. */
export interface AdamResult {
  readonly weight: Value;
  readonly first: Value;
  readonly second: Value;
}

/** The global L2 norm of all gradients, a scalar. */
export function gradientNorm(b: GraphBuilder, gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => sumOfSquares(b, gradient));
  return b.unary('Sqrt', squares.length === 1 ? squares[0] : b.op('Sum', squares, []));
}

/** Elements of a long vector that are added up by themselves, since a GPU forms one sum slowly and many at a time. */
const rowLength = 4096;

/** The sum of all squares, a scalar. */
function sumOfSquares(b: GraphBuilder, gradient: Value): Value {
  const [length] = gradient.shape;
  const whole = (value: Value) => b.op('ReduceSumSquare', [value], [], { keepdims: 0 });
  if (gradient.shape.length !== 1 || length <= rowLength) return whole(gradient);
  const rows = Math.floor(length / rowLength);
  const table = b.reshape(b.slice(gradient, 0, 0, rows * rowLength), [rows, rowLength]);
  const sums = b.op('ReduceSumSquare', [table], [rows], { axes: [1], keepdims: 0 });
  const rest = length - rows * rowLength;
  const sum = b.reduceSum(sums, [0]);
  return rest === 0 ? sum : b.add(sum, whole(b.slice(gradient, 0, length - rest, length)));
}

/**
 * Writes Adam's update of all weights. Clipping costs no pass of its own: its factor rides on the constants that
 * multiply the gradient anyway.
 */
export function adamUpdate(
  b: GraphBuilder,
  constants: AdamConstants,
  slots: readonly AdamSlot[],
  norm: Value,
  rates: { readonly rate: Value; readonly epsilon: Value; readonly keep: Value },
): AdamResult[] {
  const { beta1, beta2, clipNorm, weightDecay } = constants;
  const clip =
    clipNorm > 0
      ? b.binary('Min', b.scalar(1), b.div(b.scalar(clipNorm), b.add(norm, b.scalar(1e-6))))
      : undefined;
  const scaled = (value: number) => (clip === undefined ? b.scalar(value) : b.mul(clip, b.scalar(value)));
  const intoFirst = scaled(1 - beta1);
  const intoSecondRoot = scaled(Math.sqrt(1 - beta2));
  return slots.map(({ weight, gradient, first, second }) => {
    const newFirst = b.add(b.mul(first, b.scalar(beta1)), b.mul(gradient, intoFirst));
    const root = b.mul(gradient, intoSecondRoot);
    const newSecond = b.add(b.mul(second, b.scalar(beta2)), b.mul(root, root));
    const step = b.div(newFirst, b.add(b.unary('Sqrt', newSecond), rates.epsilon));
    const kept = weightDecay > 0 ? b.mul(weight, rates.keep) : weight;
    return { weight: b.sub(kept, b.mul(step, rates.rate)), first: newFirst, second: newSecond };
  });
}
