import type { NetworkOps } from '../network.ts';
import type { GraphBuilder, Value } from './builder.ts';
import { convolve, convolveTransposed } from './convolution.ts';
import { depthToSpace, spaceToDepth } from './depth.ts';
import type { Tape } from './tape.ts';

/** Finds the graph input that holds a named weight. */
export type WeightLookup = (name: string) => Value;

/** Batch statistics that a training pass met. */
export interface BatchStatistics {
  readonly name: string;
  /** [1, C, 1, 1] */
  readonly mean: Value;
  /** Biased, [1, C, 1, 1]. */
  readonly variance: Value;
  /** Number of values behind each statistic. */
  readonly count: number;
}

/** Walks a network for training: every call is recorded on the tape; batch norm uses the batch's statistics. */
export function trainingOps(
  tape: Tape,
  weight: WeightLookup,
  statistics: BatchStatistics[],
): NetworkOps<Value> {
  const withWeights = (name: string, x: Value) => [x, weight(`${name}.weight`), weight(`${name}.bias`)];
  return {
    conv: (name, x, _in, _out, { kernel, stride }) =>
      tape.apply('conv', withWeights(name, x), { kernel, stride }),
    upConv: (name, x) => tape.apply('convTransposed', withWeights(name, x)),
    batchNorm: (name, x) => {
      const { output, saved } = tape.record('batchNorm', withWeights(name, x));
      const [, , mean, variance] = saved;
      statistics.push({ name, mean, variance, count: x.shape[0] * x.shape[2] * x.shape[3] });
      return output;
    },
    relu: (x) => tape.apply('relu', [x]),
    tanh: (x) => tape.apply('tanh', [x]),
    add: (a, b) => tape.apply('add', [a, b]),
    concat: (a, b) => tape.apply('concat', [a, b]),
    spaceToDepth: (x) => tape.apply('spaceToDepth', [x]),
    depthToSpace: (x) => tape.apply('depthToSpace', [x]),
  };
}

/** Walks a network for evaluation inside training: weights are inputs, batch norm uses running statistics. */
export function evaluationOps(b: GraphBuilder, weight: WeightLookup): NetworkOps<Value> {
  return {
    conv: (name, x, _in, _out, shape) =>
      convolve(b, x, weight(`${name}.weight`), weight(`${name}.bias`), shape),
    upConv: (name, x) => convolveTransposed(b, x, weight(`${name}.weight`), weight(`${name}.bias`)),
    batchNorm: (name, x) => {
      const field = (suffix: string) => weight(`${name}.${suffix}`);
      const inputs = [x, field('weight'), field('bias'), field('running_mean'), field('running_var')];
      return b.op('BatchNormalization', inputs, x.shape, { epsilon: { float: 1e-5 } });
    },
    relu: (x) => b.unary('Relu', x),
    tanh: (x) => b.unary('Tanh', x),
    add: (a, c) => b.add(a, c),
    concat: (a, c) => {
      const [n, channels, height, width] = a.shape;
      return b.op('Concat', [a, c], [n, channels + c.shape[1], height, width], { axis: 1 });
    },
    spaceToDepth: (x) => spaceToDepth(b, x),
    depthToSpace: (x) => depthToSpace(b, x),
  };
}
