import type { EventData } from '../../electron/ipc/contract.ts';
import { TimeLeft } from './time-left.ts';

/** How often the time left counts down between reports. */
const tickMilliseconds = 250;

/** What a job does: restoring regions, making one repair anew, or something with the whole photo. */
export type JobTask =
  | { readonly what: 'restore'; readonly regionIds: readonly string[] }
  | { readonly what: 'rerun'; readonly editId: string }
  | { readonly what: 'find' }
  /** `editId` where the repair of the whole photo is made anew. */
  | { readonly what: 'whole'; readonly editId: string | undefined };

/** Long work that is going on for a photo. */
export class RestoreJob {
  readonly id = crypto.randomUUID();
  /** `Date.now()` at the start. */
  readonly startedAt = Date.now();
  readonly what: JobTask['what'];
  /** Regions that are being restored. */
  readonly regionIds: ReadonlySet<string>;
  /** The edit that is being made anew. */
  readonly editId: string | undefined;
  /** 0..1. */
  fraction = $state(0);
  tilesDone = $state(0);
  tiles = $state(0);
  /** Undefined while there is nothing trustworthy to say. */
  secondsLeft = $state<number | undefined>();
  cancelling = $state(false);
  readonly #timeLeft = new TimeLeft();
  readonly #ticker: ReturnType<typeof setInterval>;

  constructor(task: JobTask) {
    this.what = task.what;
    this.regionIds = new Set(task.what === 'restore' ? task.regionIds : []);
    this.editId = 'editId' in task ? task.editId : undefined;
    this.#ticker = setInterval(() => this.#tick(), tickMilliseconds);
  }

  report({ fraction, tilesDone, tiles, secondsLeft }: EventData<'restore.progress'>): void {
    this.fraction = Math.max(this.fraction, Math.min(fraction, 1));
    this.tilesDone = tilesDone;
    this.tiles = tiles;
    this.#timeLeft.report(secondsLeft, this.#elapsed());
    this.#tick();
  }

  dispose(): void {
    clearInterval(this.#ticker);
  }

  #tick(): void {
    this.secondsLeft = this.#timeLeft.shown(this.#elapsed());
  }

  #elapsed(): number {
    return (Date.now() - this.startedAt) / 1000;
  }
}
