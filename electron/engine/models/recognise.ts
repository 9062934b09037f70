import type { OnnxValue } from '../../onnx/model.ts';
import { AppError } from '../errors.ts';
import { type AdapterName, adapters, isOwnAdapter, ownAdapterNames } from './adapters/by-name.ts';
import type { Guess, ImportAnswers } from './answers.ts';
import { type PictureTensor, pictureTensor, type ScalarTensor, scalarTensor } from './picture-tensor.ts';
import type { SampleRange, Signature } from './signature.ts';
import { isYunet } from './yunet-tensors.ts';

/** What an `.onnx` file is taken for. */
export interface Recognition {
  readonly adapter: AdapterName;
  readonly inputName: string;
  readonly outputName: string;
  /** Of models of others. */
  readonly signature?: Signature;
  /** The scale of the output is not told by the file: it must be run. */
  readonly isScaleOpen: boolean;
  readonly guessed: readonly Guess[];
}

/** What of a file tells its kind. */
export interface ModelShape {
  readonly name: string;
  /** Those that are no constants. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Whether Photomend wrote the file. */
  readonly isOwn: boolean;
  readonly sha256: string;
}

/** OpenCV's export of LaMa is fed as OpenCV reads pictures: blue first. Its tensors are called like all others'. */
const bgrFiles = new Set(['7df918ac3921d3daf0aae1d219776cf0dc4e4935f035af81841b40adcf74fdf2']);

/**
 * The kind of a model by the names, types and shapes of its inputs and outputs.
 * @throws AppError `model/unknown-kind`, `model/wrong-shapes`, `model/fixed-size`
 */
export function recognise(shape: ModelShape, answers: ImportAnswers): Recognition {
  const { inputs, outputs } = shape;
  const own = ownKind(shape, answers);
  if (own !== undefined) return own;
  const pictures = inputs.flatMap((input) => pictureTensor(input) ?? []);
  const scalars = inputs.flatMap((input) => scalarTensor(input) ?? []);
  const isAllKnown = pictures.length + scalars.length === inputs.length;
  const result = outputs.map((output) => pictureTensor(output)).find((output) => output !== undefined);
  const foreign = isAllKnown ? foreignKind({ ...shape, pictures, scalars, result }, answers) : undefined;
  if (foreign === undefined) throw unknownKind(shape);
  const { adapter, guessed } = foreign;
  if (answers.adapter !== undefined && answers.adapter !== adapter) {
    throw new AppError(
      'model/wrong-shapes',
      `The inputs and outputs of ${shape.name} are not those of the kind "${answers.adapter}".`,
      { hint: `They look like those of the kind "${adapter}".`, data: { adapter: answers.adapter } },
    );
  }
  const signature = signatureOf(shape, foreign, answers);
  return {
    adapter,
    inputName: signature.image.name,
    outputName: signature.output.name,
    signature,
    isScaleOpen: adapter === 'image' && answers.scale === undefined && scaleOf(foreign) === undefined,
    guessed: guessed.filter((guess) => answers[guess] === undefined),
  };
}

function unknownKind({ name, inputs, outputs }: ModelShape): AppError {
  const describe = (values: readonly OnnxValue[]) =>
    values.map(({ name: its, type, dims }) => `${its}: ${type}[${dims.join(', ')}]`).join('; ');
  return new AppError('model/unknown-kind', `The inputs and outputs of ${name} are of no known kind.`, {
    hint: `It takes ${describe(inputs)} and gives ${describe(outputs)}.`.slice(0, 1000),
  });
}

/** Networks that Photomend trains; those for three channels are known by who wrote the file, or are called so. */
function ownKind(shape: ModelShape, answers: ImportAnswers): Recognition | undefined {
  const { name, inputs, outputs, isOwn } = shape;
  if (answers.adapter !== undefined && !isOwnAdapter(answers.adapter)) return undefined;
  if (inputs.length !== 1 || outputs.length !== 1) return undefined;
  const [input] = inputs;
  const [output] = outputs;
  const isPicture = ({ type, dims: [batch, ...rest] }: OnnxValue) =>
    type === 'float32' && rest.length === 3 && (batch === 1 || typeof batch === 'string');
  if (!isPicture(input) || !isPicture(output)) return undefined;
  const adapter = ownAdapterNames.find((kind) => {
    const { inputChannels, outputChannels } = adapters[kind];
    const given = output.dims[1];
    return input.dims[1] === inputChannels && (typeof given === 'string' || given === outputChannels);
  });
  if (adapter === undefined) return undefined;
  if (adapter === 'article' && !isOwn && answers.adapter !== 'article') return undefined;
  // MI-GAN's network has four channels as well; what the file does not tell of the output is not taken for ours.
  if (adapter === 'defects' && !isOwn && output.dims[1] !== 1) return undefined;
  if (input.dims.slice(2).some((dim) => typeof dim === 'number')) {
    throw new AppError('model/fixed-size', `${name} takes pictures of one size only.`, {
      hint: 'Export it with dynamic height and width.',
    });
  }
  return { adapter, inputName: input.name, outputName: output.name, isScaleOpen: false, guessed: [] };
}

interface Tensors extends ModelShape {
  readonly pictures: readonly PictureTensor[];
  readonly scalars: readonly ScalarTensor[];
  /** The first output that is a picture. */
  readonly result: PictureTensor | undefined;
}

interface ForeignKind {
  readonly adapter: AdapterName;
  readonly image: PictureTensor;
  readonly mask?: PictureTensor;
  readonly scalars: readonly ScalarTensor[];
  readonly result: PictureTensor | undefined;
  readonly guessed: readonly Guess[];
}

function foreignKind(tensors: Tensors, answers: ImportAnswers): ForeignKind | undefined {
  const { pictures, scalars, result, outputs, inputs } = tensors;
  const image = pictures.find(({ channels }) => channels === 3);
  if (isYunet(outputs) && image !== undefined && inputs.length === 1) {
    return { adapter: 'yunet', image, scalars, result, guessed: [] };
  }
  if (pictures.length === 2 && image !== undefined) {
    const mask = pictures.find(({ channels }) => channels === 1);
    if (mask === undefined || !isRgb(result)) return undefined;
    return { adapter: 'fill', image, mask, scalars, result, guessed: [] };
  }
  if (pictures.length !== 1) return undefined;
  const [only] = pictures;
  if (only.channels === 4 && isRgb(result)) {
    return { adapter: 'migan', image: only, scalars, result, guessed: [] };
  }
  if (image === undefined) return undefined;
  if (result?.channels === 2) return { adapter: 'colour', image, scalars, result, guessed: [] };
  if (!isRgb(result)) return undefined;
  const isSquare = image.width !== undefined && image.width === image.height && image.width >= 256;
  const isSameSize = result?.width === undefined || result.width === image.width;
  const canBeFace = isSquare && isSameSize;
  const isFace = answers.adapter === undefined ? canBeFace : answers.adapter === 'face' && canBeFace;
  if (isFace) {
    // A fidelity weight is CodeFormer's alone; without one, it may be any network for pictures of one size.
    return { adapter: 'face', image, scalars, result, guessed: scalars.length > 0 ? [] : ['adapter'] };
  }
  return { adapter: 'image', image, scalars, result, guessed: image.type === 'uint8' ? [] : ['range'] };
}

/** Three channels, or as many as the file does not tell. */
function isRgb(result: PictureTensor | undefined): boolean {
  return result === undefined || result.channels === undefined || result.channels === 3;
}

function scaleOf({ image, result }: ForeignKind): number | undefined {
  if (image.width === undefined || result?.width === undefined) return undefined;
  return Math.max(1, Math.round(result.width / image.width));
}

function signatureOf(shape: ModelShape, kind: ForeignKind, answers: ImportAnswers): Signature {
  const { adapter, image, mask, scalars, result } = kind;
  const order = answers.order ?? (adapter === 'yunet' || bgrFiles.has(shape.sha256) ? 'bgr' : 'rgb');
  const range = answers.range ?? usualRange(adapter, image);
  const size = usualSize(adapter, image);
  return {
    image: { name: image.name, layout: image.layout, order, range },
    ...(mask !== undefined && {
      mask: {
        name: mask.name,
        layout: mask.layout,
        // MI-GAN's pipeline takes bytes and keeps what is 255; LaMa fills what is 1.
        hole: answers.hole ?? (mask.type === 'uint8' ? 'zero' : 'one'),
        one: mask.type === 'uint8' ? 255 : 1,
      },
    }),
    scalars: scalars.map(({ name, dims }) => ({ name, dims, value: answers.fidelity ?? 0.5 })),
    output: {
      name: result?.name ?? shape.outputs[0].name,
      layout: result?.layout ?? image.layout,
      order,
      range: answers.outputRange ?? usualOutputRange(adapter, range, result),
      scale: answers.scale ?? scaleOf(kind) ?? 1,
    },
    ...(size !== undefined && { size }),
  };
}

function usualRange(adapter: AdapterName, image: PictureTensor): SampleRange {
  if (image.type === 'uint8' || adapter === 'yunet') return '0..255';
  return adapter === 'face' || adapter === 'migan' ? '-1..1' : '0..1';
}

function usualOutputRange(
  adapter: AdapterName,
  range: SampleRange,
  result: PictureTensor | undefined,
): SampleRange {
  if (result?.type === 'uint8') return '0..255';
  // Carve's export of LaMa and OpenCV's both answer in 0..255 to what was given in 0..1.
  if (adapter === 'fill') return '0..255';
  // Networks answer in what they were given, except that nobody trains them to give ImageNet's scale back.
  return range === 'imagenet' ? '0..1' : range;
}

/** Where the file leaves the size open, faces are 512 pixels wide and fills are made at what the networks know. */
function usualSize(adapter: AdapterName, { width, height }: PictureTensor): Signature['size'] {
  if (width !== undefined && height !== undefined) return { width, height };
  switch (adapter) {
    case 'face':
    case 'fill':
    case 'migan':
      return { width: 512, height: 512 };
    case 'colour':
      return { width: 256, height: 256 };
    case 'yunet':
      return { width: 640, height: 640 };
    default:
      return undefined;
  }
}
