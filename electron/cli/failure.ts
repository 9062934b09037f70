import { AppError } from '../engine/errors.ts';

/** Exit codes, documented in the README and in `--help`. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, partly: 3 } as const;

export interface FailureRecord {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** An error as plain data; errors without a code are the program's own faults. */
export function failureRecord(error: unknown): FailureRecord {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AppError)) return { code: 'internal', message, hint: undefined };
  return { code: error.code, message, hint: error.hint };
}

/** Prints an error for a person or, with `--json`, for a program, and sets the exit code. */
export function reportFailure(error: unknown, json: boolean): void {
  const failure = failureRecord(error);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'error', ...failure })}\n`);
  else {
    process.stderr.write(`photomend: ${failure.message} [${failure.code}]\n`);
    if (failure.hint !== undefined) process.stderr.write(`  ${failure.hint}\n`);
    if (failure.code === 'internal' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  }
  process.exitCode = failure.code.startsWith('usage/') ? exitCodes.usage : exitCodes.failed;
}
