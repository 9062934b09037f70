import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import type { CheckAnswer } from './check-child.ts';

/** Where the built child lies; tests set another place. */
export const checkEntry = { path: fileURLToPath(new URL('./model-check-child.js', import.meta.url)) };

const checkTimeoutMs = 120_000;

/**
 * Loads and runs a model file once, in a child process, before it is trusted.
 * @throws AppError `model/crashes` where it ends or hangs the child, else the code of what is wrong with it
 */
export async function checkModel(path: string): Promise<void> {
  const answer = await new Promise<CheckAnswer>((resolve) => {
    const child = fork(checkEntry.path, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const finish = (result: CheckAnswer) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(result);
    };
    const crashed = { ok: false, code: 'model/crashes', message: 'The model crashes ONNX Runtime.' } as const;
    const timer = setTimeout(
      () => finish({ ...crashed, message: 'The model never answers.' }),
      checkTimeoutMs,
    );
    child.once('message', (message) => finish(message as CheckAnswer));
    child.once('error', () => finish(crashed));
    child.once('exit', () => finish(crashed));
    child.send({ path });
  });
  if (!answer.ok) throw new AppError(answer.code, answer.message);
}
