import { AppError } from './errors.ts';

/** How far a long work on a photo has come. */
export interface RestoreProgress {
  readonly tilesDone: number;
  readonly tiles: number;
  /** Seconds left, from the tiles' own times; undefined until the first tile is done. */
  readonly secondsLeft: number | undefined;
}

export interface ProgressOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
}

/** Counts tiles, lets pending events (such as a cancel) be heard between them, and estimates the time left. */
export class Progress {
  readonly #tiles: number;
  readonly #options: ProgressOptions;
  readonly #startedAt = performance.now();
  #done = 0;

  constructor(tiles: number, options: ProgressOptions) {
    this.#tiles = tiles;
    this.#options = options;
    options.onProgress?.({ tilesDone: 0, tiles, secondsLeft: undefined });
  }

  /** @throws AppError `restore/cancelled` */
  async tileDone(count = 1): Promise<void> {
    this.#done += count;
    const perTile = (performance.now() - this.#startedAt) / this.#done / 1000;
    const secondsLeft = this.#done > 0 ? perTile * Math.max(0, this.#tiles - this.#done) : undefined;
    this.#options.onProgress?.({
      tilesDone: this.#done,
      tiles: Math.max(this.#tiles, this.#done),
      secondsLeft,
    });
    await new Promise(setImmediate);
    stopIfCancelled(this.#options.signal);
  }
}

/** @throws AppError `restore/cancelled` where the signal says so */
export function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('restore/cancelled', 'The restoration was cancelled.');
}
