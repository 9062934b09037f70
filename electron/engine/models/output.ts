import { AppError } from '../errors.ts';
import type { Planes } from '../pixels/planes.ts';
import type { PlainTensor } from '../runtime/session.ts';

/**
 * A model's output as planes, where it has the shape [1, channels, height, width] that is expected of it.
 * @throws AppError `model/wrong-output`
 */
export function outputPlanes(
  output: PlainTensor | undefined,
  expected: Pick<Planes, 'width' | 'height' | 'channels'>,
): Planes {
  const { width, height, channels } = expected;
  const shape = [1, channels, height, width];
  const { dims, data } = output ?? { dims: [], data: new Float32Array() };
  if (dims.length === shape.length && shape.every((size, i) => dims[i] === size)) {
    return { width, height, channels, data };
  }
  throw new AppError(
    'model/wrong-output',
    `The model answers with [${dims.join(', ')}] numbers instead of [${shape.join(', ')}].`,
    { hint: 'The model is of another kind than its manifest says.' },
  );
}

/** Whether all samples are numbers: overflow and broken kernels give NaN and infinities. */
export function isFinitePicture({ data }: Pick<Planes, 'data'>): boolean {
  // One value that is no number makes the sum one.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] - data[i];
  return sum === 0;
}
