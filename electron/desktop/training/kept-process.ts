import type { EngineConfiguration } from '../../hosts/engine/contract.ts';
import { Standstill } from '../../hosts/standstill.ts';
import type { HostState } from '../../hosts/supervised-host.ts';
import type { Hold } from '../../hosts/trainer/contract.ts';
import { startTrainerProcess, type TrainerHost } from './trainer-process.ts';

/** The process is given back when it had nothing to do for so long. */
const idleMs = 120_000;

export interface KeptProcessParts {
  readonly configuration: EngineConfiguration;
  /** A training needs it, so that it is not given back. */
  readonly isNeeded: () => boolean;
  /** It was started, or started again, and knows nothing of what held it. */
  readonly onReady: () => void;
  readonly start?: typeof startTrainerProcess;
  readonly standstill?: (pid: number) => Standstill;
}

/** The trainer's process: there while it is needed, held and stopped where it is in the way. */
export class KeptProcess {
  readonly #parts: KeptProcessParts;
  #host: TrainerHost | undefined;
  #state: HostState = 'starting';
  #lastEnd = '';
  #lastHold = '';
  #standstill: Standstill | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(parts: KeptProcessParts) {
    this.#parts = parts;
  }

  /** It crashed too often and stays down until it is asked again. */
  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** How it ended the last time, for people who help. */
  get lastEnd(): string {
    return this.#lastEnd;
  }

  get pid(): number | undefined {
    return this.#host?.pid;
  }

  get isThere(): boolean {
    return this.#host !== undefined;
  }

  /** The process, started when it is first needed. */
  readonly host = (): TrainerHost => {
    this.giveBackLater();
    const { start = startTrainerProcess, configuration } = this.#parts;
    this.#host ??= start(configuration, (state, detail) => this.#changed(state, detail));
    return this.#host;
  };

  #changed(state: HostState, detail: string): void {
    this.#state = state;
    if (detail !== '') {
      this.#lastEnd = detail;
      console.error(`The trainer's process ended: ${detail}`);
    }
    this.#lastHold = '';
    this.#standstill?.end();
    this.#standstill = undefined;
    if (state !== 'ready') return;
    const pid = this.#host?.pid;
    const { standstill = (its: number) => new Standstill(its) } = this.#parts;
    if (pid !== undefined) this.#standstill = standstill(pid);
    this.#parts.onReady();
  }

  /**
   * Tells it how it may go on, which it hears between two steps.
   * @param stands it stops in the middle of a step as well, until it is told again
   */
  hold(hold: Omit<Hold, 'stoodStillMs'>, stands: boolean): void {
    if (this.#host === undefined) return;
    const stoodStillMs = stands ? 0 : Math.round(this.#standstill?.takeStoodMs() ?? 0);
    const key = JSON.stringify(hold);
    if (key !== this.#lastHold || stoodStillMs > 0) {
      this.#lastHold = key;
      this.#host.call('hold', { ...hold, stoodStillMs }).catch(() => {
        this.#lastHold = '';
      });
    }
    if (stands) this.#standstill?.stop();
    else this.#standstill?.goOn();
  }

  /** It may not stand still any more, whatever happens next. */
  goOn(): void {
    this.#standstill?.goOn();
  }

  giveBackLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      // A first scan of a large library takes minutes.
      if (this.#parts.isNeeded() || this.#host?.isBusy) this.giveBackLater();
      else this.close();
    }, idleMs);
    this.#idle.unref();
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#standstill?.end();
    this.#standstill = undefined;
    this.#host?.close();
    this.#host = undefined;
  }
}
