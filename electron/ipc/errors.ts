import { AppError } from '../engine/errors.ts';
import type { ErrorInfo } from './contract.ts';

/** An error as plain data: what survives process boundaries. Unknown errors keep their message for support only. */
export function errorInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError) {
    const { code, message, hint, data } = error;
    return { code, message, ...(hint !== undefined && { hint }), data: { ...data } };
  }
  const isAbort = error instanceof Error && error.name === 'AbortError';
  if (isAbort) return { code: 'restore/cancelled', message: 'Cancelled.', data: {} };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal/unexpected', message, data: {} };
}

/** The error that such data describes. */
export function errorFrom({ code, message, hint, data }: ErrorInfo): AppError {
  return new AppError(code, message, { ...(hint !== undefined && { hint }), data });
}
