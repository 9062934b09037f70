import type { ProgressOptions, RestoreProgress } from '../progress.ts';

/** Parts of the time that each phase usually takes on a processor. */
const shares = { find: 0.7, repair: 0.1, finish: 0.2 } as const;
type Phase = keyof typeof shares;
const order: readonly Phase[] = ['find', 'repair', 'finish'];
/** The whole is told in thousandths. */
const whole = 1000;

/** Joins the progress of the phases of a whole photo's repair. Phases that are left out count as done. */
export class WholeProgress {
  readonly #options: ProgressOptions;
  readonly #startedAt = performance.now();
  #done = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    options.onProgress?.({ tilesDone: 0, tiles: whole, secondsLeft: undefined });
  }

  /** What is to hear of one phase's progress. */
  phase(name: Phase): (progress: RestoreProgress) => void {
    const before = order.slice(0, order.indexOf(name)).reduce((sum, each) => sum + shares[each], 0);
    return ({ tilesDone, tiles }) => {
      const fraction = before + (shares[name] * tilesDone) / Math.max(1, tiles);
      const done = Math.min(whole, Math.round(whole * fraction));
      if (done <= this.#done) return;
      this.#done = done;
      const elapsed = (performance.now() - this.#startedAt) / 1000;
      this.#options.onProgress?.({
        tilesDone: done,
        tiles: whole,
        secondsLeft: (elapsed * (whole - done)) / done,
      });
    };
  }
}
