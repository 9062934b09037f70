import { encodeModel } from '../onnx/encode.ts';
import { toFloat16 } from '../onnx/float16.ts';
import { float32Tensor, type OnnxAttribute, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { forward, type NetworkOps, type NetworkSpec } from './network.ts';
import { type Parameter, parametersOf, type Weights } from './parameters.ts';

export type Precision = 'fp32' | 'fp16';

/** A convolution that is not written yet, since a batch norm behind it may still be folded into it. */
interface PendingConv {
  readonly name: string;
  readonly opType: 'Conv' | 'ConvTranspose';
  readonly input: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly weight: Float32Array;
  readonly weightShape: readonly number[];
  readonly bias: Float32Array;
  /** Axis of the weight that counts output channels. */
  readonly outputAxis: 0 | 1;
}

type Tensor = string | PendingConv;

/**
 * The inference model of a network: ONNX operator set 17, IR version 8, input `input` [1.., C, height, width] and
 * output `output` with symbolic batch, height and width, batch norm folded into the convolutions ahead of it.
 * With `fp16` the weights are stored in half precision and widened when the model is loaded, so that inputs, outputs
 * and arithmetic stay float32 and every execution provider takes the file.
 */
export function exportModel(
  spec: NetworkSpec,
  weights: Weights,
  precision: Precision,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const writer = new InferenceWriter(parametersOf(spec), weights, precision);
  const last = forward<Tensor>(spec, writer.ops, 'input');
  writer.identity(last, 'output');
  const dims = (channels: number) => ['batch', channels, 'height', 'width'];
  return encodeModel({
    irVersion: 8,
    producer: 'photomend',
    opsets: { '': 17 },
    metadata,
    graphName: `photomend-${spec.family}`,
    inputs: [{ name: 'input', type: 'float32', dims: dims(spec.inputChannels) }],
    outputs: [{ name: 'output', type: 'float32', dims: dims(spec.outputChannels) }],
    nodes: writer.nodes,
    initializers: writer.initializers,
  });
}

class InferenceWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly ops: NetworkOps<Tensor>;
  readonly #parameters: Map<string, Parameter>;
  readonly #weights: Weights;
  readonly #precision: Precision;
  /** Names of the convolutions already written: a tensor may be read more than once. */
  readonly #settled = new Map<PendingConv, string>();

  constructor(parameters: readonly Parameter[], weights: Weights, precision: Precision) {
    this.#parameters = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    this.#weights = weights;
    this.#precision = precision;
    const fold = { blocksize: { kind: 'int', value: 2 } } as const;
    this.ops = {
      conv: (name, x, _in, _out, { kernel, stride }) => {
        const pad = kernel === 3 ? 1 : 0;
        return this.#conv(name, 'Conv', x, 0, {
          kernel_shape: ints(kernel, kernel),
          strides: ints(stride, stride),
          pads: ints(pad, pad, pad, pad),
        });
      },
      upConv: (name, x) =>
        this.#conv(name, 'ConvTranspose', x, 1, { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
      batchNorm: (name, x) => this.#fold(name, x),
      relu: (x) => this.#node('Relu', [x]),
      tanh: (x) => this.#node('Tanh', [x]),
      add: (a, b) => this.#node('Add', [a, b]),
      concat: (a, b) => this.#node('Concat', [a, b], { axis: { kind: 'int', value: 1 } }),
      spaceToDepth: (x) => this.#node('SpaceToDepth', [x], fold),
      depthToSpace: (x) =>
        this.#node('DepthToSpace', [x], { ...fold, mode: { kind: 'string', value: 'DCR' } }),
    };
  }

  /** Gives a tensor its final name. */
  identity(x: Tensor, name: string): void {
    this.#push('Identity', [this.#settle(x)], name);
  }

  #data(name: string): Float32Array {
    const data = this.#weights.get(name);
    if (data === undefined) throw new Error(`no weights for ${name}`);
    return data;
  }

  #conv(
    name: string,
    opType: PendingConv['opType'],
    x: Tensor,
    outputAxis: 0 | 1,
    attributes: PendingConv['attributes'],
  ): PendingConv {
    const weightShape = this.#parameters.get(`${name}.weight`)?.shape;
    if (weightShape === undefined) throw new Error(`no parameter ${name}.weight`);
    const weight = this.#data(`${name}.weight`);
    const bias = this.#data(`${name}.bias`);
    return { name, opType, input: this.#settle(x), attributes, weight, weightShape, bias, outputAxis };
  }

  /** y = (conv + bias - mean) * gain + shift is the convolution with weight * gain and another bias. */
  #fold(name: string, x: Tensor): PendingConv {
    if (typeof x === 'string') throw new Error(`${name} does not follow a convolution`);
    const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((field) =>
      this.#data(`${name}.${field}`),
    );
    const gain = scale.map((value, channel) => value / Math.sqrt(variance[channel] + 1e-5));
    const [, second] = x.weightShape;
    const taps = x.weightShape[2] * x.weightShape[3];
    const weight = x.weight.map((value, i) => {
      const channel = x.outputAxis === 0 ? Math.floor(i / (second * taps)) : Math.floor(i / taps) % second;
      return value * gain[channel];
    });
    const bias = x.bias.map((value, channel) => (value - mean[channel]) * gain[channel] + shift[channel]);
    return { ...x, weight, bias };
  }

  /** Writes a pending convolution; returns the tensor's name. */
  #settle(x: Tensor): string {
    if (typeof x === 'string') return x;
    const known = this.#settled.get(x);
    if (known !== undefined) return known;
    const weight = this.#initializer(`${x.name}.weight`, x.weightShape, x.weight);
    const bias = this.#initializer(`${x.name}.bias`, [x.bias.length], x.bias);
    this.#settled.set(x, x.name);
    return this.#push(x.opType, [x.input, weight, bias], x.name, x.attributes);
  }

  #initializer(name: string, dims: readonly number[], data: Float32Array): string {
    if (this.#precision === 'fp32') {
      this.initializers.push(float32Tensor(name, dims, data));
      return name;
    }
    const halves = toFloat16(data);
    this.initializers.push({
      name: `${name}.half`,
      type: 'float16',
      dims,
      raw: new Uint8Array(halves.buffer),
    });
    return this.#push('Cast', [`${name}.half`], name, { to: { kind: 'int', value: 1 } });
  }

  #node(opType: string, inputs: readonly Tensor[], attributes: OnnxNode['attributes'] = {}): string {
    const names = inputs.map((input) => this.#settle(input));
    return this.#push(opType, names, `${opType.toLowerCase()}_${this.nodes.length}`, attributes);
  }

  #push(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): string {
    this.nodes.push({ name: output, opType, domain: '', inputs, outputs: [output], attributes });
    return output;
  }
}

function ints(...value: number[]): OnnxAttribute {
  return { kind: 'ints', value };
}
