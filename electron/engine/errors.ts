/**
 * An error with a code that survives process boundaries and is translated for the person.
 * Codes are `area/reason`, for example `photo/unreadable`, `model/not-a-model`, `train/non-finite-loss`.
 */
export class AppError extends Error {
  readonly code: string;
  /** What the person can do next, in one sentence. */
  readonly hint: string | undefined;
  /** Numbers and names that a translation of the message needs. */
  readonly data: Readonly<Record<string, string | number>>;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; data?: Record<string, string | number>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.data = options.data ?? {};
  }
}
