import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import { ExpendableChild } from '../runtime/child.ts';
import type { CheckAnswer, CheckJob, Measured } from './check-job.ts';
import type { Manifest } from './manifest.ts';

/** Where the built child lies; tests set another place. */
export const checkEntry = { path: fileURLToPath(new URL('./model-check-child.js', import.meta.url)) };

/** Face models of 400 MB take their time on an old processor. */
const checkTimeoutMs = 120_000;

/** Tries out model files in one child process, which is started anew when a file was its end. */
export class ModelChecker {
  readonly #child = new ExpendableChild<CheckJob, CheckAnswer>(checkEntry.path);

  /**
   * Loads a model file and runs it once, before it is trusted.
   * @throws AppError `model/crashes` where it ends the child, `model/hangs` where it takes too long, else the code of
   *   what is wrong with it
   */
  async check(
    path: string,
    { adapter, sizeMultiple, tileSizePx, signature }: CheckJob['expected'],
    { isScaleOpen = false, timeoutMs = checkTimeoutMs } = {},
  ): Promise<Measured> {
    const expected = { adapter, sizeMultiple, tileSizePx, signature };
    const job = { path, expected, isScaleOpen };
    const outcome = await this.#child.ask(job, timeoutMs);
    switch (outcome.state) {
      case 'crashed':
        throw new AppError('model/crashes', `The model crashes ONNX Runtime (${outcome.detail}).`);
      case 'timed-out':
        throw new AppError('model/hangs', `The model does not answer within ${timeoutMs / 1000} s.`);
      case 'answered': {
        const { answer } = outcome;
        if (answer.ok) return answer.measured;
        const { code, message, hint } = answer;
        throw new AppError(code, message, hint === undefined ? {} : { hint });
      }
    }
  }

  async end(): Promise<void> {
    await this.#child.end();
  }
}

/** As {@link ModelChecker.check}, for one model. */
export async function checkModel(path: string, manifest: Manifest, isScaleOpen = false): Promise<Measured> {
  const checker = new ModelChecker();
  try {
    return await checker.check(path, manifest, { isScaleOpen });
  } finally {
    await checker.end();
  }
}
