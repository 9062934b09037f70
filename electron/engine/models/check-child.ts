import { AppError } from '../errors.ts';
import { ModelSession } from '../runtime/session.ts';
import { describeModel } from './describe.ts';

/** Entry of the child process that tries out model files from elsewhere: native code may not survive them. */
export type CheckAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string };

async function check(path: string): Promise<CheckAnswer> {
  try {
    const { input, sizeMultiple } = await describeModel(path);
    const session = await ModelSession.open(path, 'cpu');
    const side = Math.max(64, sizeMultiple);
    const data = new Float32Array(input.channels * side * side);
    await session.run({ [session.inputNames[0]]: { dims: [1, input.channels, side, side], data } });
    await session.release();
    return { ok: true };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'model/not-a-model';
    return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', ({ path }: { path: string }) => {
  check(path).then((answer) => process.send?.(answer));
});
