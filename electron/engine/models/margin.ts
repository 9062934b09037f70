import { crop } from '../pixels/crop.ts';
import type { Planes, Rect } from '../pixels/planes.ts';
import { createRandom } from '../pixels/random.ts';
import type { RunnableModel } from './network.ts';

/** A difference that 8-bit pixels do not show. */
const invisible = 0.5 / 255;
/** What is cut off the test picture, and what is left of it; a little more where the network's multiple demands it. */
const cutPx = 64;
const leftPx = 192;
/** Networks that look further still lose little there, and larger margins make tiles too small. */
const largestMarginPx = 128;

/** A part of the test picture, cut at one side only. */
interface Part extends Rect {
  /** The distance of a pixel of the part from the side that was cut; 1 for the pixels along it. */
  readonly fromCut: (x: number, y: number) => number;
}

/**
 * How far from a cut edge a network's results are still wrong, in pixels, rounded up to a multiple of `multiple`: one
 * noise picture is run whole and cut at each of its four sides in turn, because networks that halve their resolution
 * do not look equally far to all sides. Relative to the size of the output, so that logits and residuals are judged
 * alike.
 * @param multiple height and width must be multiples of this
 * @throws AppError as {@link RunnableModel.run}
 */
export async function measureMargin(
  model: Pick<RunnableModel, 'inputNames' | 'outputNames' | 'run'>,
  channels: number,
  multiple: number,
): Promise<number> {
  const roundUp = (lengthPx: number) => Math.ceil(lengthPx / multiple) * multiple;
  const [cut, rest] = [roundUp(cutPx), roundUp(leftPx)];
  const picture = noisePicture(channels, cut + rest);
  const [inputName] = model.inputNames;
  const [outputName] = model.outputNames;

  async function run({ width, height, data }: Planes): Promise<Planes> {
    const results = await model.run({ [inputName]: { dims: [1, channels, height, width], data } });
    const output = results[outputName];
    return { width, height, channels: output.dims[1], data: output.data };
  }

  const whole = await run(picture);
  const largest = whole.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tolerated = invisible * Math.max(1, largest);
  let reach = 0;
  for (const part of partsOf(cut, rest)) {
    const result = await run(crop(picture, part));
    const expected = crop(whole, part);
    result.data.forEach((value, i) => {
      if (Math.abs(value - expected.data[i]) <= tolerated) return;
      const [x, y] = [i % part.width, Math.floor(i / part.width) % part.height];
      reach = Math.max(reach, part.fromCut(x, y));
    });
  }
  return Math.min(largestMarginPx, Math.max(multiple, roundUp(reach)));
}

function partsOf(cut: number, rest: number): Part[] {
  const side = cut + rest;
  return [
    { x: cut, y: 0, width: rest, height: side, fromCut: (x) => x + 1 },
    { x: 0, y: 0, width: rest, height: side, fromCut: (x) => rest - x },
    { x: 0, y: cut, width: side, height: rest, fromCut: (_, y) => y + 1 },
    { x: 0, y: 0, width: side, height: rest, fromCut: (_, y) => rest - y },
  ];
}

/** Waves and noise of the size that adapters give: about -0.45..0.45. */
function noisePicture(channels: number, side: number): Planes {
  const random = createRandom(99);
  const data = Float32Array.from({ length: channels * side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return 0.3 * Math.sin(x / 7) * Math.cos(y / 11) + random.uniform(-0.15, 0.15);
  });
  return { width: side, height: side, channels, data };
}
