import {
  float32Tensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../onnx/model.ts';
import { mostElementsAlive } from './liveness.ts';
import type { GraphTarget } from './target.ts';

/** A float32 tensor inside a graph under construction; all dimensions are known. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** What a plain JavaScript attribute becomes: an integer, `{ float }`, a string or a list of integers. */
type PlainAttribute = number | string | readonly number[] | { readonly float: number };

function attribute(value: PlainAttribute): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return { kind: 'ints', value };
}

/**
 * Collects ONNX nodes of a graph with static float32 shapes. Equal constants are stored once.
 * Operator set 17, IR version 8: the newest that every execution provider of ONNX Runtime 1.30 takes whole.
 */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #inputs: OnnxValue[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #renamed = new Map<string, string>();
  readonly #sizes = new Map<string, number>();
  readonly #made = new Map<string, Value>();
  readonly channelBlock: number | undefined;
  readonly webgpu: boolean;
  #counter = 0;

  constructor({ channelBlock, webgpu = false }: GraphTarget = {}) {
    this.channelBlock = channelBlock;
    this.webgpu = webgpu;
  }

  /** Declares an input of the whole graph. */
  input(name: string, shape: readonly number[]): Value {
    this.#inputs.push({ name, type: 'float32', dims: shape });
    return { name, shape };
  }

  /**
   * Makes `value` an output of the whole graph under the name `name`. The node that makes it takes that name, since
   * an Identity in between would cost a copy.
   */
  output(name: string, value: Value): void {
    if (this.#renamed.has(value.name) || this.#inputs.some((input) => input.name === value.name)) {
      this.output(name, this.op('Identity', [value], value.shape));
      return;
    }
    this.#renamed.set(value.name, name);
    this.#outputs.push({ name, type: 'float32', dims: value.shape });
  }

  /** Adds one operator call with one output of the given shape. */
  op(
    opType: string,
    inputs: readonly (Value | string)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, PlainAttribute>> = {},
    domain = '',
  ): Value {
    const name = `${opType}_${this.#counter++}`;
    this.#nodes.push({
      name,
      opType,
      domain,
      inputs: inputs.map((input) => (typeof input === 'string' ? input : input.name)),
      outputs: [name],
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key, attribute(value)]),
      ),
    });
    this.#sizes.set(name, elements(shape));
    return { name, shape };
  }

  /** A value that is made when it is first asked for. */
  once(key: string, make: () => Value): Value {
    const value = this.#made.get(key) ?? make();
    this.#made.set(key, value);
    return value;
  }

  /** Adds one `Split` along an axis; returns the parts in order. */
  split(input: Value, axis: number, sizes: readonly number[]): Value[] {
    const name = `Split_${this.#counter++}`;
    const parts = sizes.map((size, index) => ({
      name: `${name}.${index}`,
      shape: input.shape.map((dim, at) => (at === axis ? size : dim)),
    }));
    this.#nodes.push({
      name,
      opType: 'Split',
      domain: '',
      inputs: [input.name, this.integers(sizes)],
      outputs: parts.map((part) => part.name),
      attributes: { axis: { kind: 'int', value: axis } },
    });
    for (const part of parts) this.#sizes.set(part.name, elements(part.shape));
    return parts;
  }

  /** A float32 scalar constant. */
  scalar(value: number): Value {
    const name = `const:${value}`;
    if (!this.#initializers.has(name)) {
      this.#initializers.set(name, float32Tensor(name, [], Float32Array.of(value)));
    }
    return { name, shape: [] };
  }

  /** A float32 constant with data. */
  constant(name: string, shape: readonly number[], data: Float32Array): Value {
    this.#initializers.set(name, float32Tensor(name, shape, data));
    return { name, shape };
  }

  /** A constant list of integers (shapes, axes, pads); returns its name. */
  integers(values: readonly number[]): string {
    const name = `ints:${values.join(',')}`;
    if (!this.#initializers.has(name))
      this.#initializers.set(name, int64Tensor(name, [values.length], values));
    return name;
  }

  reshape(value: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [value, this.integers(shape)], shape);
  }

  /** The elements from `start` up to `end` of one axis. */
  slice(value: Value, axis: number, start: number, end: number): Value {
    return this.op(
      'Slice',
      [value, this.integers([start]), this.integers([end]), this.integers([axis])],
      value.shape.map((dim, at) => (at === axis ? end - start : dim)),
    );
  }

  transpose(value: Value, perm: readonly number[]): Value {
    return this.op(
      'Transpose',
      [value],
      perm.map((axis) => value.shape[axis]),
      { perm },
    );
  }

  /** Sum over axes; `keepDims` leaves them as ones. */
  reduceSum(value: Value, axes: readonly number[], keepDims = false): Value {
    return this.op('ReduceSum', [value, this.integers(axes)], reducedShape(value.shape, axes, keepDims), {
      keepdims: keepDims ? 1 : 0,
    });
  }

  /** Mean over axes; `keepDims` leaves them as ones. */
  reduceMean(value: Value, axes: readonly number[], keepDims = false): Value {
    return this.op('ReduceMean', [value], reducedShape(value.shape, axes, keepDims), {
      axes,
      keepdims: keepDims ? 1 : 0,
    });
  }

  /** An element-wise operator on two tensors that broadcast against each other as in NumPy. */
  binary(opType: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Min' | 'Max', a: Value, b: Value): Value {
    return this.op(opType, [a, b], broadcastShape(a.shape, b.shape));
  }

  unary(opType: 'Relu' | 'Tanh' | 'Sigmoid' | 'Sqrt' | 'Abs' | 'Neg' | 'Softplus', a: Value): Value {
    return this.op(opType, [a], a.shape);
  }

  add(a: Value, b: Value): Value {
    return this.binary('Add', a, b);
  }

  sub(a: Value, b: Value): Value {
    return this.binary('Sub', a, b);
  }

  mul(a: Value, b: Value): Value {
    return this.binary('Mul', a, b);
  }

  div(a: Value, b: Value): Value {
    return this.binary('Div', a, b);
  }

  /** The most elements that results on the way take at one time; see {@link mostElementsAlive}. */
  get mostElementsAlive(): number {
    return mostElementsAlive(this.#nodes, this.#sizes, new Set(this.#renamed.keys()));
  }

  /** The finished model; `metadata` travels in the file. */
  model(graphName: string, metadata: Readonly<Record<string, string>> = {}): OnnxModel {
    const domains = [...new Set(this.#nodes.map(({ domain }) => domain))].filter((domain) => domain !== '');
    return {
      irVersion: 8,
      producer: 'photomend',
      opsets: { '': 17, ...Object.fromEntries(domains.map((domain) => [domain, 1])) },
      metadata,
      graphName,
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((input) => this.#renamed.get(input) ?? input),
        outputs: node.outputs.map((output) => this.#renamed.get(output) ?? output),
      })),
      initializers: [...this.#initializers.values()],
    };
  }
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));
}

/** Shape of `a op b` under NumPy's broadcasting. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    return Math.max(x, y);
  });
}
