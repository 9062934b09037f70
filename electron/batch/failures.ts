import { AppError } from '../engine/errors.ts';
import type { Outcome } from './records.ts';

/* What can go wrong in a batch: with one photo, or with all of them. */

/** Concerns all photos, not one. */
export function isFatal(error: unknown): boolean {
  return (
    error instanceof AppError && ['batch/out-gone', 'batch/disk-full', 'batch/no-masks'].includes(error.code)
  );
}

/** The outcome of a photo that could not be repaired. */
export function failure(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AppError)) return { state: 'failed', code: 'internal/unexpected', message };
  return {
    state: 'failed',
    code: error.code,
    message,
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}

export function crashed(): AppError {
  return new AppError(
    'batch/crashes',
    'The part of Photomend that repairs photos ended twice over this photo.',
  );
}

export function outGone(cause?: unknown): AppError {
  return new AppError('batch/out-gone', 'The folder for the results is no longer there.', {
    hint: 'Put it back or connect its disk, then go on with the batch.',
    cause,
  });
}

export function diskFull(cause: unknown): AppError {
  return new AppError('batch/disk-full', 'The disk for the results is full.', {
    hint: 'Make room, then go on with the batch.',
    cause,
  });
}
