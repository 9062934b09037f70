import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { AppError } from '../errors.ts';

/** How a question to a child process ended. */
export type Outcome<Answer> =
  | { readonly state: 'answered'; readonly answer: Answer }
  /** The process ended; `detail` is its exit code or signal. */
  | { readonly state: 'crashed'; readonly detail: string }
  | { readonly state: 'timed-out' };

/** What a child said on its error output is kept up to this many characters. */
const lastWordsLength = 4000;

/**
 * A child process for native code that may crash or hang: only it is lost. It is started with the first question and
 * again after a death. One question at a time; the child answers every message with one message.
 */
export class ExpendableChild<Question extends Serializable, Answer> {
  readonly #entryPath: string;
  #child: ChildProcess | undefined;
  #lastWords = '';

  /** @param entryPath the built JavaScript file that the child runs */
  constructor(entryPath: string) {
    this.#entryPath = entryPath;
  }

  /** @throws AppError `internal/missing-part` where the child's program is not there */
  async ask(question: Question, timeoutMs: number): Promise<Outcome<Answer>> {
    const child = this.#running();
    const outcome = await new Promise<Outcome<Answer>>((resolve) => {
      const onMessage = (answer: unknown) => settle({ state: 'answered', answer: answer as Answer });
      const onExit = (code: number | null, signal: string | null) =>
        settle({ state: 'crashed', detail: signal ?? `exit code ${code}` });
      const onError = (error: Error) => settle({ state: 'crashed', detail: error.message });
      const timer = setTimeout(() => settle({ state: 'timed-out' }), timeoutMs);
      const settle = (result: Outcome<Answer>) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        resolve(result);
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      // A child that dies at once fails this too; its exit says more.
      child.send(question, () => undefined);
    });
    if (outcome.state !== 'answered') await this.end();
    return outcome;
  }

  #running(): ChildProcess {
    const known = this.#child;
    if (known?.connected && known.exitCode === null && known.signalCode === null) return known;
    if (!existsSync(this.#entryPath)) {
      throw new AppError('internal/missing-part', `${this.#entryPath} is missing: reinstall Photomend.`);
    }
    const child = fork(this.#entryPath, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      // Keeps Float32Array, NaN and Infinity, which JSON does not.
      serialization: 'advanced',
    });
    this.#lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsLength);
    });
    // Between questions nobody listens, and an error event without a listener ends this process.
    child.on('error', () => undefined);
    this.#child = child;
    return child;
  }

  /** What the last child wrote to its error output; complete after {@link end}. */
  get lastWords(): string {
    return stripVTControlCharacters(this.#lastWords).trim();
  }

  /** Ends the process; the next question starts another. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.pid === undefined) return;
    const closed = child.stderr?.closed ? undefined : once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
}
