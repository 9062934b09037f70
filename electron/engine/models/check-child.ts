import { AppError } from '../errors.ts';
import { answerQuestions } from '../runtime/child-port.ts';
import { ModelSession } from '../runtime/session.ts';
import { adapters } from './adapters/by-name.ts';
import type { CheckAnswer, CheckJob } from './check-job.ts';
import { inspectModel } from './inspect.ts';
import { isFinitePicture, outputPlanes } from './output.ts';

/** Entry of the child process that tries out model files from elsewhere: native code may not survive them. */
async function check(job: CheckJob): Promise<CheckAnswer> {
  try {
    await requireDescribed(job);
    await requireRuns(job);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof AppError)) return { ok: false, code: 'model/not-a-model', message: String(error) };
    const { code, message, hint } = error;
    return { ok: false, code, message, hint };
  }
}

async function requireDescribed({ path, expected }: CheckJob): Promise<void> {
  const { adapter, largestTilePx } = await inspectModel(path);
  if (adapter !== expected.adapter) {
    throw new AppError(
      'model/bad-manifest',
      `The manifest calls the model "${expected.adapter}", but its file is of the kind "${adapter}".`,
    );
  }
  if (expected.tileSizePx > largestTilePx) {
    throw new AppError(
      'model/tile-too-large',
      `Tiles of ${expected.tileSizePx} pixels take more memory than can be had at once with this model.`,
      { hint: `Set tileSizePx to ${largestTilePx} or less in its manifest.` },
    );
  }
}

/** Runs the model once, on an oblong picture: a model for squares would pass otherwise. */
async function requireRuns({ path, expected }: CheckJob): Promise<void> {
  const { sizeMultiple } = expected;
  const { inputChannels, outputChannels } = adapters[expected.adapter];
  const height = Math.ceil(64 / sizeMultiple) * sizeMultiple;
  const width = height + sizeMultiple;
  const session = await ModelSession.open(path, 'cpu');
  try {
    const data = new Float32Array(inputChannels * height * width).fill(0.25);
    const input = { dims: [1, inputChannels, height, width], data };
    const results = await session.run({ [session.inputNames[0]]: input }).catch((error) => {
      throw error instanceof AppError && error.code === 'runtime/provider-failed'
        ? doesNotRun(width, height, error)
        : error;
    });
    const output = outputPlanes(results[session.outputNames[0]], { width, height, channels: outputChannels });
    if (!isFinitePicture(output)) {
      throw new AppError('model/wrong-output', 'The model computes no numbers for a plain grey picture.');
    }
  } finally {
    await session.release();
  }
}

function doesNotRun(width: number, height: number, { cause }: AppError): AppError {
  const words = cause instanceof Error ? cause.message : '';
  return new AppError(
    'model/does-not-run',
    `The model fails on a picture of ${width} x ${height}: ${words}`,
    {
      hint: 'The sizeMultiple in its manifest may be too small.',
      cause,
    },
  );
}

answerQuestions(check);
