/** Time without a change after which work is stored. */
const restMilliseconds = 300;

/** Stores work a moment after its last change, one store at a time. */
export class WorkKeeper {
  readonly #store: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(store: () => Promise<void>) {
    this.#store = store;
  }

  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), restMilliseconds);
  }

  /** Stores now what has changed; resolves when it is stored. */
  flush(): Promise<void> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#running = this.#running.then(this.#store);
    }
    return this.#running;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
