import { AppError } from '../engine/errors.ts';

/** Exit codes, documented in the README and in `--help`. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const;

/** Prints an error for a person or, with `--json`, for a program, and sets the exit code. */
export function reportFailure(error: unknown, json: boolean): void {
  const known = error instanceof AppError;
  const code = known ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const hint = known ? error.hint : undefined;
    process.stdout.write(`${JSON.stringify({ event: 'error', code, message, hint })}\n`);
  } else {
    process.stderr.write(`photomend: ${message} [${code}]\n`);
    if (known && error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`);
    if (!known && error instanceof Error && error.stack !== undefined)
      process.stderr.write(`${error.stack}\n`);
  }
  process.exitCode = code.startsWith('usage/') ? exitCodes.usage : exitCodes.failed;
}
