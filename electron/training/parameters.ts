import { AppError } from '../engine/errors.ts';
import { createRandom } from '../engine/pixels/random.ts';
import { forward, type NetworkOps, type NetworkSpec } from './network.ts';

/**
 * What changes a tensor: `trained` the optimizer, `statistic` the batches' means and variances, `cancelled` nothing
 * (a bias ahead of a batch norm, whose gradient is zero).
 */
export type ParameterRole = 'trained' | 'statistic' | 'cancelled';

/** One named tensor of a network. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly initial:
    | { readonly kind: 'uniform'; readonly bound: number }
    | { readonly kind: 'constant'; readonly value: number };
}

/** Weights by name, each in its {@link Parameter}'s shape. */
export type Weights = Map<string, Float32Array>;

/** The tensors of a network in the order of its forward pass, named as PyTorch's `state_dict` would name them. */
export function parametersOf(spec: NetworkSpec): Parameter[] {
  const parameters: Parameter[] = [];
  const layer = (
    name: string,
    shape: number[],
    fanIn: number,
    biases: number,
    scale: number,
    normalised: boolean,
  ) => {
    // PyTorch's default: kaiming_uniform with a = sqrt(5), which is a bound of 1 / sqrt(fan in) for both.
    const bound = scale / Math.sqrt(fanIn);
    parameters.push({ name: `${name}.weight`, shape, role: 'trained', initial: { kind: 'uniform', bound } });
    const role = normalised ? 'cancelled' : 'trained';
    parameters.push({ name: `${name}.bias`, shape: [biases], role, initial: { kind: 'uniform', bound } });
  };
  const ops: NetworkOps<null> = {
    conv: (name, _x, cIn, cOut, { kernel, initialScale = 1, normalised = false }) => {
      layer(name, [cOut, cIn, kernel, kernel], cIn * kernel * kernel, cOut, initialScale, normalised);
      return null;
    },
    upConv: (name, _x, cIn, cOut, normalised) => {
      // PyTorch takes the fan in of a transposed convolution from the weight's second axis.
      layer(name, [cIn, cOut, 2, 2], cOut * 4, cOut, 1, normalised);
      return null;
    },
    batchNorm: (name, _x, channels) => {
      const push = (field: string, role: ParameterRole, value: number) =>
        parameters.push({
          name: `${name}.${field}`,
          shape: [channels],
          role,
          initial: { kind: 'constant', value },
        });
      push('weight', 'trained', 1);
      push('bias', 'trained', 0);
      push('running_mean', 'statistic', 0);
      push('running_var', 'statistic', 1);
      return null;
    },
    relu: () => null,
    tanh: () => null,
    add: () => null,
    concat: () => null,
    spaceToDepth: () => null,
    depthToSpace: () => null,
  };
  forward(spec, ops, null);
  return parameters;
}

/** @throws AppError `train/missing-tensor` */
export function tensorOf(weights: Weights, name: string): Float32Array {
  const data = weights.get(name);
  if (data === undefined) throw new AppError('train/missing-tensor', `The weights lack the tensor ${name}.`);
  return data;
}

/** Number of weights and biases, without statistics (34,183,427 for the article's network at 64 base channels). */
export function countWeights(parameters: readonly Parameter[]): number {
  return parameters
    .filter((parameter) => parameter.role !== 'statistic')
    .reduce((sum, parameter) => sum + parameter.shape.reduce((product, dim) => product * dim, 1), 0);
}

/** Seeded initial weights. */
export function initialWeights(parameters: readonly Parameter[], seed: number): Weights {
  const random = createRandom(seed);
  const weights: Weights = new Map();
  for (const { name, shape, initial } of parameters) {
    const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
    if (initial.kind === 'constant') data.fill(initial.value);
    else for (let i = 0; i < data.length; i++) data[i] = random.uniform(-initial.bound, initial.bound);
    weights.set(name, data);
  }
  return weights;
}
