import type { EventData } from '../../electron/ipc/contract.ts';
import { TimeLeft } from './time-left.ts';

/** How often the time left counts down between reports. */
const tickMilliseconds = 250;

/** A restoration that is running. */
export class RestoreJob {
  readonly id = crypto.randomUUID();
  /** `Date.now()` at the start. */
  readonly startedAt = Date.now();
  /** Regions that are being restored; empty when an edit is made anew. */
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

  constructor(regionIds: readonly string[], editId?: string) {
    this.regionIds = new Set(regionIds);
    this.editId = editId;
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
