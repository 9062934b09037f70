import type { Raster } from '../../engine/pixels/raster.ts';
import type { ProgressOptions, RestoreProgress } from '../../engine/progress.ts';
import { type Restoration, type RestorationPlan, runPlan } from '../../engine/restore.ts';

/**
 * A restoration that runs before anybody has asked for it. Whoever asks hears of its progress and can end it; nobody
 * hears of one that was given up.
 */
export class AheadRun {
  readonly #ended = new AbortController();
  readonly #result: Promise<Restoration>;
  #seconds = 0;
  #last: RestoreProgress | undefined;
  #onProgress: ProgressOptions['onProgress'];

  /** @param before what must have ended, well or not, before it begins: two at a time would only slow each other */
  constructor(picture: Raster, plan: RestorationPlan, before: Promise<unknown>) {
    const run = async () => {
      const startedAt = performance.now();
      const restoration = await runPlan(picture, plan, {
        signal: this.#ended.signal,
        onProgress: (progress) => {
          this.#last = progress;
          this.#onProgress?.(progress);
        },
      });
      this.#seconds = (performance.now() - startedAt) / 1000;
      return restoration;
    };
    this.#result = before.then(run, run);
    this.#result.catch(() => undefined);
  }

  /** How long it ran, once there is a result. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Ends after the tile that is being run, if it has not yet. */
  giveUp(): void {
    this.#ended.abort();
  }

  /** Resolves when nothing of it runs any more. */
  async settled(): Promise<void> {
    await this.#result.catch(() => undefined);
  }

  /** @throws AppError `restore/cancelled` where the signal ended it, and what went wrong */
  result({ signal, onProgress }: ProgressOptions): Promise<Restoration> {
    this.#onProgress = onProgress;
    if (this.#last !== undefined) onProgress?.(this.#last);
    if (signal?.aborted) this.giveUp();
    signal?.addEventListener('abort', () => this.giveUp(), { once: true });
    return this.#result;
  }
}
