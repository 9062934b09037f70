import { AppError } from '../errors.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import type { PlainTensor } from '../runtime/session.ts';
import { colourModel } from './adapters/colour.ts';
import { fillModel } from './adapters/fill.ts';
import { packImage, requireDims, scalarFeeds } from './adapters/tensors.ts';
import { yunetFinder } from './adapters/yunet.ts';
import type { CheckJob, Measured } from './check-job.ts';
import type { RunnableModel } from './network.ts';
import { isFinitePicture } from './output.ts';
import type { Signature } from './signature.ts';

/** Some networks fail on small pictures: those with pooling over fixed windows, such as NAFNet's published export. */
const sidesPx = [64, 192, 384, 512] as const;
const largestScale = 8;

/**
 * Runs a model of others once as a repair would, on a picture that has all from black to white.
 * @throws AppError `model/does-not-run`, `model/wrong-output`, and those of sessions
 */
export async function tryOut(
  model: Pick<RunnableModel, 'run' | 'inputNames' | 'outputNames'>,
  expected: CheckJob['expected'] & { readonly signature: Signature },
  isScaleOpen: boolean,
): Promise<Measured> {
  const { adapter, signature, sizeMultiple } = expected;
  requireNames(model, signature);
  const watched = watch(model, signature.output.name);
  const { width, height } = signature.size ?? { width: 96, height: 64 };
  switch (adapter) {
    case 'fill':
    case 'migan': {
      const window = testPicture(width, height);
      const hole = createPlanes(width, height, 1);
      for (let y = height >> 2; y < height >> 1; y++)
        hole.data.fill(1, y * width + (width >> 2), y * width + (width >> 1));
      await fillModel({ id: '', adapter, signature }, watched).run(window, hole, async () => {});
      return watched.seen();
    }
    case 'colour':
      await colourModel({ id: '', signature }, watched).run(
        testPicture(width, height),
        createPlanes(width, height, 1),
        async () => {},
      );
      return {};
    case 'yunet':
      await yunetFinder(signature, watched).find(testPicture(width, height));
      return {};
    case 'face':
      return tryPicture(watched, signature, testPicture(width, height), false);
    default:
      return tryImage(watched, signature, sizeMultiple, isScaleOpen);
  }
}

/** Of one size only, or the smallest of some sizes on which it runs. */
async function tryImage(
  watched: Watched,
  signature: Signature,
  sizeMultiple: number,
  isScaleOpen: boolean,
): Promise<Measured> {
  const { size } = signature;
  if (size !== undefined)
    return tryPicture(watched, signature, testPicture(size.width, size.height), isScaleOpen);
  let failure: unknown;
  for (const side of sidesPx) {
    const height = Math.ceil(side / sizeMultiple) * sizeMultiple;
    try {
      // Oblong: a model for squares would pass otherwise.
      const picture = testPicture(height + sizeMultiple, height);
      const measured = await tryPicture(watched, signature, picture, isScaleOpen);
      return side === sidesPx[0] ? measured : { ...measured, minSidePx: height };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function tryPicture(
  watched: Watched,
  { image, output, ...signature }: Signature,
  picture: Planes,
  isScaleOpen: boolean,
): Promise<Measured> {
  const feeds = { [image.name]: packImage(picture, image), ...scalarFeeds({ image, output, ...signature }) };
  const outputs = await watched.run(feeds, [output.name]);
  const tensor = outputs[output.name];
  const { width, height } = picture;
  const scale = isScaleOpen ? measuredScale(tensor, output.layout, height) : output.scale;
  const dims = [scale * height, scale * width];
  requireDims(tensor, output.layout === 'nchw' ? [1, 3, ...dims] : [1, ...dims, 3]);
  return { scale, ...watched.seen() };
}

/** A whole number of 1 to 8; another is found out when the shape is compared. */
function measuredScale({ dims }: PlainTensor, layout: 'nchw' | 'nhwc', height: number): number {
  const rows = dims[layout === 'nchw' ? 2 : 1] ?? height;
  return Math.min(largestScale, Math.max(1, Math.round(rows / height)));
}

interface Watched extends Pick<RunnableModel, 'run'> {
  seen(): Pick<Measured, 'lowest' | 'highest'>;
}

/** Notes the extremes of what a model gives; turns failures into words about the model. */
function watch(model: Pick<RunnableModel, 'run'>, outputName: string): Watched {
  let extremes = {};
  return {
    run: async (feeds, wanted) => {
      const outputs = await model.run(feeds, wanted).catch((error) => {
        if (!(error instanceof AppError && error.code === 'runtime/provider-failed')) throw error;
        throw new AppError('model/does-not-run', `The model fails on a test picture: ${causeOf(error)}`, {
          cause: error,
        });
      });
      if (!Object.values(outputs).every(isFinitePicture)) {
        throw new AppError('model/wrong-output', 'The model computes no numbers for a test picture.');
      }
      const data = outputs[outputName]?.data ?? [];
      extremes = {
        lowest: data.reduce((least: number, value: number) => Math.min(least, value), Infinity),
        highest: data.reduce((most: number, value: number) => Math.max(most, value), -Infinity),
      };
      return outputs;
    },
    seen: () => extremes,
  };
}

function causeOf({ cause, message }: AppError): string {
  return cause instanceof Error ? cause.message : message;
}

function requireNames(
  { inputNames, outputNames }: Pick<RunnableModel, 'inputNames' | 'outputNames'>,
  { image, mask, scalars, output }: Signature,
): void {
  const wanted = [image.name, ...(mask === undefined ? [] : [mask.name]), ...scalars.map(({ name }) => name)];
  const missing =
    wanted.find((name) => !inputNames.includes(name)) ?? inputNames.find((name) => !wanted.includes(name));
  if (missing === undefined && outputNames.includes(output.name)) return;
  throw new AppError(
    'model/bad-manifest',
    `The manifest and the file name different tensors (${missing ?? output.name}).`,
  );
}

/** Red rises to the right, green downwards, blue falls to the right; all from black to white. */
function testPicture(width: number, height: number): Planes {
  const planes = createPlanes(width, height, 3);
  const pixels = width * height;
  for (let i = 0; i < pixels; i++) {
    const x = (i % width) / (width - 1);
    planes.data[i] = x;
    planes.data[pixels + i] = Math.floor(i / width) / (height - 1);
    planes.data[2 * pixels + i] = 1 - x;
  }
  return planes;
}
