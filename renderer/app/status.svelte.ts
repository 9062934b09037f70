import type { ErrorInfo } from '../../electron/ipc/contract.ts';
import type { TextKey, TextValues } from '../i18n/language.svelte.ts';

/** Something that was done, said in the status bar. It keeps its key, so that it follows a change of language. */
export interface StatusMessage {
  readonly key: TextKey;
  readonly values?: TextValues;
  /** A saved file, to be shown in its folder. */
  readonly savedId?: string;
  /** What of the source the saved file could not hold. */
  readonly lost?: readonly string[];
}

/** What the window has to say that belongs to no single photo. */
export class Status {
  #message = $state.raw<StatusMessage>();
  #problem = $state.raw<ErrorInfo>();

  get message(): StatusMessage | undefined {
    return this.#message;
  }

  /** What went wrong last while opening, saving or copying. */
  get problem(): ErrorInfo | undefined {
    return this.#problem;
  }

  say(message: StatusMessage): void {
    this.#message = message;
  }

  clearMessage(): void {
    this.#message = undefined;
  }

  fail(error: ErrorInfo): void {
    this.#problem = error;
  }

  clearProblem(): void {
    this.#problem = undefined;
  }
}
