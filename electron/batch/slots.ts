/** So many at once may be at work; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Open or shut; who comes to it while it is shut waits. */
export class Gate {
  #reasons = new Set<string>();
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#reasons.size === 0;
  }

  /** Shut for one of several reasons; open again when all of them are gone. */
  set(reason: string, isShut: boolean): void {
    if (isShut) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (!this.isOpen) return;
    for (const go of this.#waiting.splice(0)) go();
  }

  async pass(): Promise<void> {
    while (!this.isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Lets in so many pixels at once, and any number where nothing else is in. */
export class PixelBudget {
  readonly #most: number;
  #used = 0;
  readonly #waiting: { readonly pixels: number; readonly go: () => void }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async use<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(pixels)) {
      await new Promise<void>((go) => this.#waiting.push({ pixels, go }));
    } else this.#used += pixels;
    try {
      return await work();
    } finally {
      this.#used -= pixels;
      for (
        let next = this.#waiting[0];
        next !== undefined && this.#fits(next.pixels);
        next = this.#waiting[0]
      ) {
        this.#waiting.shift();
        this.#used += next.pixels;
        next.go();
      }
    }
  }

  #fits(pixels: number): boolean {
    return this.#used === 0 || this.#used + pixels <= this.#most;
  }
}
