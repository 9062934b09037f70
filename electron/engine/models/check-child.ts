import { AppError } from '../errors.ts';
import { answerQuestions } from '../runtime/child-port.ts';
import { ModelSession } from '../runtime/session.ts';
import { adapters, isOwnAdapter, type OwnAdapterName } from './adapters/by-name.ts';
import type { CheckAnswer, CheckJob, Measured } from './check-job.ts';
import { inspectModel } from './inspect.ts';
import { isFinitePicture, outputPlanes } from './output.ts';
import type { Signature } from './signature.ts';
import { tryOut } from './try-out.ts';

/** Entry of the child process that tries out model files from elsewhere: native code may not survive them. */
async function check(job: CheckJob): Promise<CheckAnswer> {
  try {
    const { adapter, signature } = job.expected;
    if (!isOwnAdapter(adapter)) return { ok: true, measured: await runForeign(job, signature) };
    await requireDescribed(job);
    await requireRuns(job, adapter);
    return { ok: true, measured: {} };
  } catch (error) {
    if (!(error instanceof AppError)) return { ok: false, code: 'model/not-a-model', message: String(error) };
    const { code, message, hint } = error;
    return { ok: false, code, message, hint };
  }
}

async function runForeign(job: CheckJob, signature: Signature | undefined): Promise<Measured> {
  if (signature === undefined) throw new AppError('model/bad-manifest', 'The manifest has no signature.');
  const { adapter } = job.expected;
  // The file must be what it is called: its tensors are told by name.
  await inspectModel(job.path, { adapter });
  const session = await ModelSession.open(job.path, 'cpu');
  try {
    return await tryOut(session, { ...job.expected, signature }, job.isScaleOpen);
  } finally {
    await session.release();
  }
}

async function requireDescribed({ path, expected }: CheckJob): Promise<void> {
  const { adapter, largestTilePx } = await inspectModel(
    path,
    // An imported network of the article's kind may come from anywhere; what fits another kind is told by its channels.
    expected.adapter === 'article' ? { adapter: 'article' } : {},
  );
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
async function requireRuns({ path, expected }: CheckJob, adapter: OwnAdapterName): Promise<void> {
  const { sizeMultiple } = expected;
  const { inputChannels, outputChannels } = adapters[adapter];
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
