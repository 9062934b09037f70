import type { Opened } from '../../ipc/contract.ts';

/**
 * Files from outside: the command line, the file manager, a second launch. They are opened at once, and told to the
 * window as soon as there is one that listens.
 */
export class OpenQueue {
  readonly #open: (paths: readonly string[]) => Promise<Opened>;
  #waiting: Promise<Opened>[] = [];
  #listener: ((opened: Opened) => void) | undefined;

  constructor(open: (paths: readonly string[]) => Promise<Opened>) {
    this.#open = open;
  }

  add(paths: readonly string[]): void {
    if (paths.length === 0) return;
    const opening = this.#open(paths);
    if (this.#listener === undefined) this.#waiting.push(opening);
    else void opening.then(this.#listener);
  }

  /** Hands over what has come so far; later files go to the listener. */
  async listen(listener: (opened: Opened) => void): Promise<Opened> {
    this.#listener = listener;
    const waiting = await Promise.all(this.#waiting.splice(0));
    return {
      photos: waiting.flatMap(({ photos }) => photos),
      failures: waiting.flatMap(({ failures }) => failures),
    };
  }

  /** The window is gone; files wait for the next one. */
  pause(): void {
    this.#listener = undefined;
  }
}
