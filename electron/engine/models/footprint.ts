import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';

/** A tensor's size by the input's: channels, and pixels per input pixel along one side. */
interface Extent {
  readonly channels: number;
  readonly scale: number;
}

function numbersPerPixel({ channels, scale }: Extent): number {
  return channels * scale * scale;
}

/**
 * The largest tensor inside a network, in numbers per pixel of its input: 128 for two joined layers of 64 channels at
 * full resolution. An estimate by the operators that convolutional networks are made of; all others are taken to keep
 * their largest input's size.
 */
export function largestTensorPerPixel(model: OnnxModel, inputChannels: number): number {
  const constants = new Map(model.initializers.map(({ name, dims }) => [name, dims]));
  const extents = new Map<string, Extent>(
    model.inputs.flatMap(({ name }) =>
      constants.has(name) ? [] : [[name, { channels: inputChannels, scale: 1 }]],
    ),
  );
  let largest = inputChannels;
  for (const node of model.nodes) {
    const [first, second] = node.inputs;
    const constant = constants.get(first);
    if (constant !== undefined && !extents.has(second)) {
      // A constant that is only converted, such as a half-precision weight.
      for (const output of node.outputs) constants.set(output, constant);
      continue;
    }
    const inputs = node.inputs.flatMap((name) => extents.get(name) ?? []);
    if (inputs.length === 0) continue;
    const extent = extentOf(node, inputs, constants.get(second));
    for (const output of node.outputs) extents.set(output, extent);
    largest = Math.max(largest, numbersPerPixel(extent));
  }
  return largest;
}

function extentOf(node: OnnxNode, inputs: readonly Extent[], weight: readonly number[] | undefined): Extent {
  const widest = inputs.reduce((a, b) => (numbersPerPixel(b) > numbersPerPixel(a) ? b : a));
  const [{ channels, scale }] = inputs;
  const stride = first(node, 'strides', 1);
  const block = first(node, 'blocksize', 1);
  switch (node.opType) {
    case 'Conv':
      return { channels: weight?.[0] ?? channels, scale: scale / stride };
    case 'ConvTranspose':
      return { channels: (weight?.[1] ?? channels) * first(node, 'group', 1), scale: scale * stride };
    case 'MaxPool':
    case 'AveragePool':
      return { channels, scale: scale / stride };
    case 'Concat':
      return { channels: inputs.reduce((sum, input) => sum + input.channels, 0), scale: widest.scale };
    case 'SpaceToDepth':
      return { channels: channels * block * block, scale: scale / block };
    case 'DepthToSpace':
      return { channels: channels / (block * block), scale: scale * block };
    default:
      return widest;
  }
}

/** An integer attribute, or the first of a list of them. */
function first(node: OnnxNode, name: string, otherwise: number): number {
  const attribute = node.attributes[name];
  if (attribute?.kind === 'int') return attribute.value;
  return (attribute?.kind === 'ints' ? attribute.value[0] : undefined) ?? otherwise;
}

/**
 * The largest tile side in pixels at which no tensor of a network takes more than `maxBytes`, float32 throughout.
 */
export function largestTilePx(model: OnnxModel, inputChannels: number, maxBytes: number): number {
  return Math.floor(Math.sqrt(maxBytes / 4 / largestTensorPerPixel(model, inputChannels)));
}
