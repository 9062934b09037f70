import type { Hold } from './contract.ts';

/** Lets steps pass, slowly or not at all, as main wishes. */
export class Pace {
  #hold: Hold = { pace: 'run', save: false };
  #wake: () => void = () => {};
  #lastTurn = performance.now();

  set(hold: Hold): void {
    this.#hold = hold;
    this.#wake();
  }

  /** Wakes whoever waits, so that an end is noticed. */
  wake(): void {
    this.#wake();
  }

  /** Waits for the next turn; messages of main are read meanwhile. */
  async turn(isOver: () => boolean, save: () => Promise<void> = async () => {}): Promise<void> {
    const workedMs = performance.now() - this.#lastTurn;
    // A step blocks the thread; what main said meanwhile is delivered in the next turns of the loop.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    if (this.#hold.pace === 'slow' && !isOver()) await this.#wait(workedMs);
    while (this.#hold.pace === 'pause' && !isOver()) {
      if (this.#hold.save) await save();
      await this.#wait();
    }
    this.#lastTurn = performance.now();
  }

  /** Until something changes, or the time is over. */
  #wait(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
