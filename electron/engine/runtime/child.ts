import { existsSync } from 'node:fs';
import { AppError } from '../errors.ts';
import { type ChildEnd, type ChildHandle, forkChild } from './child-process.ts';

/** How a question to a child process ended. */
export type Outcome<Answer> =
  | { readonly state: 'answered'; readonly answer: Answer }
  /** The process ended; `detail` is its exit code or signal. */
  | { readonly state: 'crashed'; readonly detail: string }
  | { readonly state: 'timed-out' };

/** Starts a child from its built program. Inside Electron only the main process may do so; see `hosts/`. */
export const childLauncher: { launch: (entryPath: string) => ChildHandle } = { launch: forkChild };

/**
 * A child process for native code that may crash or hang: only it is lost. It is started with the first question and
 * again after a death. One question at a time; the child answers every message with one message.
 */
export class ExpendableChild<Question, Answer> {
  readonly #entryPath: string;
  #child: ChildHandle | undefined;
  #lastWords = '';

  /** @param entryPath the built JavaScript file that the child runs */
  constructor(entryPath: string) {
    this.#entryPath = entryPath;
  }

  /** @throws AppError `internal/missing-part` where the child's program is not there */
  async ask(question: Question, timeoutMs: number): Promise<Outcome<Answer>> {
    const child = this.#running();
    const outcome = await new Promise<Outcome<Answer>>((resolve) => {
      const timer = setTimeout(() => settle({ state: 'timed-out' }), timeoutMs);
      const settle = (result: Outcome<Answer>) => {
        clearTimeout(timer);
        resolve(result);
      };
      child.onMessage((answer) => settle({ state: 'answered', answer: answer as Answer }));
      void child.ended.then(({ detail }) => settle({ state: 'crashed', detail }));
      child.send(question);
    });
    if (outcome.state !== 'answered') await this.end();
    return outcome;
  }

  #running(): ChildHandle {
    if (this.#child !== undefined) return this.#child;
    if (!existsSync(this.#entryPath)) {
      throw new AppError('internal/missing-part', `${this.#entryPath} is missing: reinstall Photomend.`);
    }
    const child = childLauncher.launch(this.#entryPath);
    this.#child = child;
    this.#lastWords = '';
    void child.ended.then((end) => this.#remember(child, end));
    return child;
  }

  #remember(child: ChildHandle, { lastWords }: ChildEnd): void {
    if (this.#child !== child && this.#child !== undefined) return;
    this.#lastWords = lastWords;
    this.#child = undefined;
  }

  /** What the last child wrote to its error output; complete after {@link end}. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** Ends the process; the next question starts another. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill();
    await child.ended;
  }
}
