import type { Hold } from './contract.ts';

/** Lets steps pass, slowly or not at all, as main wishes. */
export class Pace {
  #hold: Omit<Hold, 'stoodStillMs'> = { pace: 'run', save: false };
  #wake: () => void = () => {};
  #lastTurn = performance.now();
  #stoodMs = 0;
  #stoodSinceTurnMs = 0;

  set({ stoodStillMs, ...hold }: Hold): void {
    this.#hold = hold;
    this.#stoodMs += stoodStillMs;
    this.#stoodSinceTurnMs += stoodStillMs;
    this.#wake();
  }

  /** Wakes whoever waits, so that an end is noticed. */
  wake(): void {
    this.#wake();
  }

  /** Milliseconds that the process stood still since this was last asked, stopped from outside. */
  async takeStoodMs(): Promise<number> {
    await messagesRead();
    const stood = this.#stoodMs;
    this.#stoodMs = 0;
    return stood;
  }

  /** Waits for the next turn; messages of main are read meanwhile. */
  async turn(isOver: () => boolean, save: () => Promise<void> = async () => {}): Promise<void> {
    const endedAt = performance.now();
    await messagesRead();
    const workedMs = endedAt - this.#lastTurn - this.#stoodSinceTurnMs;
    if (this.#hold.pace === 'slow' && !isOver()) await this.#wait(Math.max(0, workedMs));
    while (this.#hold.pace === 'pause' && !isOver()) {
      if (this.#hold.save) await save();
      await this.#wait();
    }
    this.#lastTurn = performance.now();
    this.#stoodSinceTurnMs = 0;
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

/** A step blocks the thread; what main said meanwhile is delivered in the next turns of the loop. */
async function messagesRead(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
