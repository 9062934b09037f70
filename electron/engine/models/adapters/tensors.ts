import { AppError } from '../../errors.ts';
import { createPlanes, type Planes } from '../../pixels/planes.ts';
import type { PlainTensor } from '../../runtime/session.ts';
import type { SampleRange, Signature } from '../signature.ts';

/** A model's inputs by name. */
export type Feeds = Readonly<Record<string, PlainTensor>>;

/** value * gain + offset, one pair for each of red, green and blue. */
interface Scaling {
  readonly gain: readonly number[];
  readonly offset: readonly number[];
}

/** Means and deviations of ImageNet's photos, as torchvision's models take them. */
const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

function scaling(range: SampleRange): Scaling {
  switch (range) {
    case '0..1':
      return { gain: [1, 1, 1], offset: [0, 0, 0] };
    case '-1..1':
      return { gain: [2, 2, 2], offset: [-1, -1, -1] };
    case '0..255':
      return { gain: [255, 255, 255], offset: [0, 0, 0] };
    case 'imagenet':
      return {
        gain: imagenet.deviation.map((deviation) => 1 / deviation),
        offset: imagenet.mean.map((mean, i) => -mean / imagenet.deviation[i]),
      };
  }
}

/** Where sample (channel, pixel) of a picture lies in a tensor. */
function strides(layout: 'nchw' | 'nhwc', channels: number, pixels: number) {
  return layout === 'nchw' ? { channel: pixels, pixel: 1 } : { channel: 1, pixel: channels };
}

function dimsOf(layout: 'nchw' | 'nhwc', { width, height, channels }: Omit<Planes, 'data'>): number[] {
  return layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels];
}

/** An RGB picture in 0..1 as the model wants it. */
export function packImage(rgb: Planes, { layout, order, range }: Signature['image']): PlainTensor {
  const pixels = rgb.width * rgb.height;
  const { gain, offset } = scaling(range);
  const to = strides(layout, 3, pixels);
  const data = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    const at = (order === 'rgb' ? c : 2 - c) * to.channel;
    for (let i = 0; i < pixels; i++) data[at + i * to.pixel] = rgb.data[c * pixels + i] * gain[c] + offset[c];
  }
  return { dims: dimsOf(layout, rgb), data };
}

/** A mask of holes (above 0 is to be filled) as the model wants it. */
export function packMask(holes: Planes, { layout, hole, one }: NonNullable<Signature['mask']>): PlainTensor {
  const inHole = hole === 'one' ? one : 0;
  const data = holes.data.map((value) => (value > 0 ? inHole : one - inHole));
  return { dims: dimsOf(layout, { ...holes, channels: 1 }), data };
}

/** The inputs of one number. */
export function scalarFeeds({ scalars }: Signature): Feeds {
  return Object.fromEntries(
    scalars.map(({ name, dims, value }) => [name, { dims, data: Float32Array.of(value) }]),
  );
}

/**
 * A model's answer as an RGB picture in 0..1 (not limited to it) of `scale` times the size of what it was given.
 * @throws AppError `model/wrong-output`
 */
export function unpackImage(
  tensor: PlainTensor | undefined,
  { layout, order, range, scale }: Signature['output'],
  given: Pick<Planes, 'width' | 'height'>,
): Planes {
  const out = createPlanes(given.width * scale, given.height * scale, 3);
  const expected = dimsOf(layout, out);
  requireDims(tensor, expected);
  const pixels = out.width * out.height;
  const { gain, offset } = scaling(range);
  const from = strides(layout, 3, pixels);
  for (let c = 0; c < 3; c++) {
    const at = (order === 'rgb' ? c : 2 - c) * from.channel;
    for (let i = 0; i < pixels; i++) {
      out.data[c * pixels + i] = (tensor.data[at + i * from.pixel] - offset[c]) / gain[c];
    }
  }
  return out;
}

/** @throws AppError `model/wrong-output` unless the tensor has these dimensions */
export function requireDims(
  tensor: PlainTensor | undefined,
  expected: readonly number[],
): asserts tensor is PlainTensor {
  const dims = tensor?.dims ?? [];
  if (dims.length === expected.length && expected.every((size, i) => dims[i] === size)) return;
  throw new AppError(
    'model/wrong-output',
    `The model answers with [${dims.join(', ')}] numbers instead of [${expected.join(', ')}].`,
    { hint: 'The model is of another kind than its manifest says.' },
  );
}
