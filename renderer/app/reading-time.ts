/** Long enough to read what stands there twice, by its number of entries. */
export function readingMs(entries: number): number {
  return 12_000 + 6000 * entries;
}

/** The time for which a message stays: it does not pass while someone is at the message, or is not there at all. */
export class ReadingTime {
  readonly #onOver: () => void;
  readonly #isAway: () => boolean;
  #ms: number | undefined;
  #isHeld = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param isAway asked when the time is over; it then begins once more */
  constructor(onOver: () => void, isAway: () => boolean) {
    this.#onOver = onOver;
    this.#isAway = isAway;
  }

  /** Begins anew. */
  start(ms: number): void {
    this.#ms = ms;
    this.#run();
  }

  /** The pointer or the focus came to the message, or left it. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ms = undefined;
    // A message that is gone is not left by the pointer.
    this.#isHeld = false;
  }

  #run(): void {
    clearTimeout(this.#timer);
    if (this.#ms === undefined || this.#isHeld) return;
    this.#timer = setTimeout(() => {
      if (this.#isAway()) this.#run();
      else this.#onOver();
    }, this.#ms);
  }
}
