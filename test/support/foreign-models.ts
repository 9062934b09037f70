import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel } from '../../electron/onnx/encode.ts';
import {
  type ElementType,
  elementTypes,
  float32Tensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../electron/onnx/model.ts';

/** Writes tiny models with the signatures of well-known ones; what they compute can be checked by hand. */
class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];

  op(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): string {
    this.nodes.push({ name: output, opType, domain: '', inputs, outputs: [output], attributes });
    return output;
  }

  constant(name: string, dims: readonly number[], values: readonly number[]): string {
    this.constants.push(float32Tensor(name, dims, Float32Array.from(values)));
    return name;
  }

  integers(name: string, values: readonly number[]): string {
    this.constants.push(int64Tensor(name, [values.length], values));
    return name;
  }

  cast(input: string, output: string, to: ElementType): string {
    return this.op('Cast', [input], output, { to: int(elementTypes[to]) });
  }

  write(folder: string, file: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): string {
    const path = join(folder, file);
    writeFileSync(
      path,
      encodeModel({
        irVersion: 8,
        producer: 'pytorch',
        opsets: { '': 17 },
        metadata: {},
        graphName: 'main_graph',
        inputs,
        outputs,
        nodes: this.nodes,
        initializers: this.constants,
      }),
    );
    return path;
  }
}

function int(value: number): OnnxAttribute {
  return { kind: 'int', value };
}

function tensor(name: string, dims: readonly (number | string)[], type: ElementType = 'float32'): OnnxValue {
  return { name, type, dims };
}

/** What tiny models of this file put into holes, 0..1. */
export const fillColour = [0.2, 0.4, 0.6] as const;

/** LaMa as Carve exports it: fixed 512, 0..1 in, 0..255 out. Holes get {@link fillColour}. */
export function writeLama(folder: string, file = 'lama_fp32.onnx', outputScale = 255): string {
  const graph = new Graph();
  graph.constant('fill', [1, 3, 1, 1], fillColour);
  graph.constant('one', [1], [1]);
  graph.constant('scale', [1], [outputScale]);
  graph.op('Sub', ['one', 'mask'], 'known');
  graph.op('Mul', ['image', 'known'], 'kept');
  graph.op('Mul', ['fill', 'mask'], 'filled');
  graph.op('Add', ['kept', 'filled'], 'sum');
  graph.op('Mul', ['sum', 'scale'], 'output');
  return graph.write(
    folder,
    file,
    [tensor('image', ['batch', 3, 512, 512]), tensor('mask', ['batch', 1, 512, 512])],
    [tensor('output', ['batch', 3, 'h', 'w'])],
  );
}

/** MI-GAN's pipeline: bytes of any size, 255 in the mask is kept. Holes get {@link fillColour}. */
export function writeMiganPipeline(folder: string): string {
  const graph = new Graph();
  graph.constant(
    'fill',
    [1, 3, 1, 1],
    fillColour.map((value) => 255 * value),
  );
  graph.constant('most', [1], [255]);
  graph.constant('one', [1], [1]);
  graph.cast('image', 'picture', 'float32');
  graph.cast('mask', 'bytes', 'float32');
  graph.op('Div', ['bytes', 'most'], 'known');
  graph.op('Sub', ['one', 'known'], 'hole');
  graph.op('Mul', ['picture', 'known'], 'kept');
  graph.op('Mul', ['fill', 'hole'], 'filled');
  graph.op('Add', ['kept', 'filled'], 'sum');
  graph.op('Round', ['sum'], 'rounded');
  graph.cast('rounded', 'result', 'uint8');
  return graph.write(
    folder,
    'migan_pipeline_v2.onnx',
    [tensor('image', ['b', 3, 'H', 'W'], 'uint8'), tensor('mask', ['b', 1, 'H', 'W'], 'uint8')],
    [tensor('result', ['b', 3, 'H', 'W'], 'uint8')],
  );
}

/** MI-GAN's bare network: [known - 0.5, picture * known] in -1..1. Holes get {@link fillColour}. */
export function writeMiganCore(folder: string): string {
  const graph = new Graph();
  graph.constant(
    'fill',
    [1, 3, 1, 1],
    fillColour.map((value) => 2 * value - 1),
  );
  graph.constant('half', [1], [0.5]);
  graph.op(
    'Slice',
    ['input', graph.integers('zero', [0]), graph.integers('first', [1]), graph.integers('axis', [1])],
    'known',
  );
  graph.op('Slice', ['input', 'first', graph.integers('four', [4]), 'axis'], 'picture');
  graph.op('Sub', ['half', 'known'], 'hole');
  graph.op('Mul', ['fill', 'hole'], 'filled');
  graph.op('Add', ['picture', 'filled'], 'output');
  return graph.write(
    folder,
    'migan.onnx',
    [tensor('input', [1, 4, 256, 256])],
    [tensor('output', [1, 3, 256, 256])],
  );
}

/** CodeFormer: y = w * x + (1 - w) * 0.5 and two further outputs; the type of the weight differs between exports. */
export function writeCodeFormer(
  folder: string,
  { image = 'x', weight = 'w', type = 'float64' as ElementType, file = 'codeformer.onnx' } = {},
): string {
  const graph = new Graph();
  graph.constant('half', [1], [0.5]);
  graph.constant('one', [1], [1]);
  graph.cast(weight, 'w32', 'float32');
  graph.op('Mul', [image, 'w32'], 'close');
  graph.op('Sub', ['one', 'w32'], 'rest');
  graph.op('Mul', ['rest', 'half'], 'fine');
  graph.op('Add', ['close', 'fine'], 'y');
  graph.op('Identity', ['half'], 'logits');
  return graph.write(
    folder,
    file,
    [tensor(image, [1, 3, 512, 512]), tensor(weight, [1], type)],
    [tensor('y', [1, 3, 512, 512]), tensor('logits', [1])],
  );
}

/** GFPGAN: the negative. */
export function writeGfpgan(folder: string): string {
  const graph = new Graph();
  graph.op('Neg', ['input'], 'output');
  return graph.write(
    folder,
    'gfpgan_1.4.onnx',
    [tensor('input', [1, 3, 512, 512])],
    [tensor('output', [1, 3, 512, 512])],
  );
}

export interface ImageOptions {
  readonly file?: string;
  readonly scale?: number;
  readonly type?: ElementType;
  readonly layout?: 'nchw' | 'nhwc';
  readonly input?: string;
  readonly output?: string;
  /** Side of the only size it takes. */
  readonly fixedPx?: number;
  /** Height and width must be multiples of this. */
  readonly multiple?: number;
  /** Fails on smaller pictures. */
  readonly minPx?: number;
}

/** An image-to-image model: the negative about 0 of the first channel, the others as they are, enlarged. */
export function writeImageModel(folder: string, options: ImageOptions = {}): string {
  const {
    scale = 1,
    type = 'float32',
    layout = 'nchw',
    input = 'input',
    output = 'output',
    fixedPx,
  } = options;
  const { multiple = 1, minPx } = options;
  const isNchw = layout === 'nchw';
  const graph = new Graph();
  graph.cast(input, 'numbers', 'float32');
  let at = 'numbers';
  if (multiple > 1) {
    // Halving and doubling again, as U-Nets do, fails on other sizes.
    at = graph.op('SpaceToDepth', [at], 'folded', { blocksize: int(multiple) });
    at = graph.op('DepthToSpace', [at], 'unfolded', { blocksize: int(multiple) });
  }
  if (minPx !== undefined) {
    // Slicing off what is not there, then asking for its shape.
    const [from, to, axes] = [[minPx - 1], [minPx], [2]].map((values, i) => graph.integers(`at${i}`, values));
    const line = graph.op('Slice', [at, from, to, axes], 'line');
    const kept = graph.op('Reshape', [line, graph.integers('one_line', [1, 3, 1, -1])], 'kept');
    const nothing = graph.op('Mul', [kept, graph.constant('zero', [1], [0])], 'nothing');
    at = graph.op('Add', [at, nothing], 'guarded');
  }
  graph.constant('signs', isNchw ? [1, 3, 1, 1] : [1, 1, 1, 3], [-1, 1, 1]);
  at = graph.op('Mul', [at, 'signs'], 'signed');
  if (scale > 1) {
    graph.constant('scales', [4], isNchw ? [1, 1, scale, scale] : [1, scale, scale, 1]);
    at = graph.op('Resize', [at, '', 'scales'], 'large', {
      mode: { kind: 'string', value: 'nearest' },
      nearest_mode: { kind: 'string', value: 'floor' },
      coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
    });
  }
  if (type === 'uint8') {
    // Bytes have no negative: 255 less the first channel instead.
    graph.constant('lift', isNchw ? [1, 3, 1, 1] : [1, 1, 1, 3], [255, 0, 0]);
    at = graph.op('Add', [at, 'lift'], 'lifted');
  }
  graph.cast(at, output, type);
  const side = (name: string, times: number) => (fixedPx === undefined ? name : fixedPx * times);
  const dims = (times: number, suffix: string) =>
    isNchw
      ? [1, 3, side(`h${suffix}`, times), side(`w${suffix}`, times)]
      : [1, side(`h${suffix}`, times), side(`w${suffix}`, times), 3];
  return graph.write(
    folder,
    options.file ?? 'image.onnx',
    [tensor(input, dims(1, ''), type)],
    [tensor(output, dims(scale, '2'), type)],
  );
}

/** DDColor: a = 60 r - 30, b = -40 g + 10 of a picture of 256 pixels in 0..1. */
export function writeDdcolor(folder: string): string {
  const graph = new Graph();
  graph.constant('weights', [2, 3, 1, 1], [60, 0, 0, 0, -40, 0]);
  graph.constant('bias', [2], [-30, 10]);
  graph.op('Conv', ['input', 'weights', 'bias'], 'output');
  return graph.write(
    folder,
    'ddcolor.onnx',
    [tensor('input', [1, 3, 256, 256])],
    [tensor('output', [1, 2, 256, 256])],
  );
}

/** A face for {@link writeYunet}, in the place of a grid. */
export interface YunetFace {
  readonly stride: 8 | 16 | 32;
  readonly column: number;
  readonly row: number;
  readonly cls: number;
  readonly obj: number;
  /** x, y in strides from the place; logarithms of width and height in strides. */
  readonly bbox: readonly [number, number, number, number];
  readonly kps: readonly number[];
}

/** YuNet, which always finds the same faces. */
export function writeYunet(folder: string, faces: readonly YunetFace[]): string {
  const graph = new Graph();
  const outputs: OnnxValue[] = [];
  // The outputs must depend on the input, or nothing would be said of its name.
  graph.constant('zero', [1], [0]);
  graph.op('Mul', ['input', 'zero'], 'blank');
  graph.op('ReduceMean', ['blank'], 'nothing', { keepdims: int(0) });
  for (const [part, each] of [
    ['cls', 1],
    ['obj', 1],
    ['bbox', 4],
    ['kps', 10],
  ] as const) {
    for (const stride of [8, 16, 32]) {
      const columns = 640 / stride;
      const data = new Float32Array(columns * columns * each);
      for (const face of faces) {
        if (face.stride !== stride) continue;
        const values = part === 'cls' || part === 'obj' ? [face[part]] : face[part];
        data.set(values, (face.row * columns + face.column) * each);
      }
      const name = `${part}_${stride}`;
      graph.constants.push(float32Tensor(`${name}.data`, [1, columns * columns, each], data));
      graph.op('Add', [`${name}.data`, 'nothing'], name);
      outputs.push(tensor(name, [1, columns * columns, each]));
    }
  }
  return graph.write(
    folder,
    'face_detection_yunet_2023mar.onnx',
    [tensor('input', [1, 3, 640, 640])],
    outputs,
  );
}
