import { AppError } from '../engine/errors.ts';
import { errorFrom } from '../ipc/errors.ts';
import type { HostLauncher, HostProcess } from './host-process.ts';
import type { FromHost, HostMethods } from './messages.ts';

/** `replacing`: it was ended because it did not listen to a cancel, and a new one takes over its other calls. */
export type HostState = 'starting' | 'ready' | 'restarting' | 'replacing' | 'failed';

export interface HostOptions {
  readonly launch: HostLauncher;
  readonly onState: (state: HostState, detail: string) => void;
  /** Messages about children that the host wants; see `child-relay.ts`. */
  readonly onChildMessage?: (message: FromHost, reply: HostProcess['post']) => void;
  /** Whether a call may be made once more in a new process; by default each may. */
  readonly isRepeatable?: (method: string) => boolean;
  readonly now?: () => number;
  /** Calls began or all of them ended. */
  readonly onBusy?: (isBusy: boolean) => void;
  /** How long a call may go on after its cancel before the process is ended; 0.8 seconds without it. */
  readonly cancelPatienceMs?: number;
  /** What callers are told; the engine's words without it. */
  readonly errors?: HostErrors;
}

export interface HostErrors {
  crashed(detail: string): AppError;
  unavailable(): AppError;
}

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (data: Progress) => void;
}

interface Pending {
  readonly method: string;
  readonly argument: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((data: never) => void) | undefined;
  /** It has failed for whoever made it; the process still works on it. */
  cancelled: boolean;
}

/** More crashes than this within the time below are not bad luck: the host stays down until it is asked again. */
const mostCrashes = 3;
const crashWindowMs = 10 * 60_000;
/** A host that does not react to a cancel within this time is in native code: it is ended and started anew. */
const cancelPatienceMs = 800;

/**
 * A host process that is kept alive: started at once, started again after a crash, and called like an object.
 * Calls that a crash interrupts fail with `engine/crashed`; later ones go to the new process.
 */
export class SupervisedHost<Methods extends HostMethods> {
  readonly #options: HostOptions;
  readonly #now: () => number;
  readonly #pending = new Map<number, Pending>();
  #process: HostProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #crashes: number[] = [];
  #nextId = 1;
  #isClosed = false;
  #wasBusy = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#start('starting');
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Calls wait for their answers. */
  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /**
   * Calls a method of the host.
   * @throws AppError what the method throws; `engine/crashed` where the process ended meanwhile, `engine/unavailable`
   *   where it cannot be started, `restore/cancelled` after the signal
   */
  async call<Name extends keyof Methods & string>(
    method: Name,
    argument: Methods[Name]['in'],
    options: CallOptions<Methods[Name]['progress']> = {},
  ): Promise<Methods[Name]['out']> {
    const { signal, onProgress } = options;
    if (this.#isClosed) throw this.#errors.unavailable();
    if (this.#process === undefined) this.#start('restarting');
    await this.#ready;
    if (signal?.aborted) throw cancelled();
    const host = this.#process;
    if (host === undefined) throw this.#errors.unavailable();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        method,
        argument,
        resolve: resolve as Pending['resolve'],
        reject,
        onProgress,
        cancelled: false,
      };
      this.#pending.set(id, pending);
      this.#tellBusy();
      signal?.addEventListener('abort', () => this.#cancel(id, pending), { once: true });
      host.post({ type: 'call', id, method, argument });
    });
  }

  /** Ends the process for good. */
  close(): void {
    this.#isClosed = true;
    this.#process?.kill();
    this.#process = undefined;
    this.#failAll(this.#errors.unavailable());
  }

  /** Takes effect at once; that the process stops is seen to afterwards. */
  #cancel(id: number, pending: Pending): void {
    if (!this.#pending.has(id)) return;
    pending.cancelled = true;
    pending.reject(cancelled());
    this.#process?.post({ type: 'cancel', id });
    setTimeout(() => {
      if (this.#pending.has(id)) this.#process?.kill();
    }, this.#options.cancelPatienceMs ?? cancelPatienceMs);
  }

  #start(state: HostState): void {
    this.#options.onState(state, '');
    let markReady: () => void = () => {};
    this.#ready = new Promise((resolve) => {
      markReady = resolve;
    });
    let ended = false;
    const host = this.#options.launch({
      onMessage: (message) => {
        if (message.type === 'ready') {
          markReady();
          this.#options.onState('ready', '');
        } else this.#receive(message, host);
      },
      onEnd: (detail) => {
        if (ended) return;
        ended = true;
        if (this.#process === host) this.#recover(detail);
        markReady();
      },
    });
    this.#process = host;
  }

  #recover(detail: string): void {
    const wasCancelled = [...this.#pending.values()].some((pending) => pending.cancelled);
    this.#process = undefined;
    if (wasCancelled && !this.#isClosed) {
      this.#replace(detail);
      return;
    }
    this.#failAll(this.#errors.crashed(detail));
    if (this.#isClosed) return;
    this.#crashes.push(this.#now());
    this.#crashes = this.#crashes.filter((time) => this.#now() - time < crashWindowMs);
    if (this.#crashes.length > mostCrashes) {
      this.#crashes = [];
      this.#options.onState('failed', detail);
    } else this.#start('restarting');
  }

  /** Ended by us, because a cancel must take effect at once: no crash. What else was asked is asked again. */
  #replace(detail: string): void {
    const { isRepeatable = () => true } = this.#options;
    for (const [id, { cancelled, method, reject }] of this.#pending) {
      if (!cancelled && isRepeatable(method)) continue;
      this.#pending.delete(id);
      if (!cancelled) reject(this.#errors.crashed(detail));
    }
    this.#tellBusy();
    this.#start('replacing');
    const host = this.#process;
    void this.#ready.then(() => {
      if (this.#process !== host) return;
      for (const [id, { method, argument }] of this.#pending) {
        host?.post({ type: 'call', id, method, argument });
      }
    });
  }

  #failAll(error: AppError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#tellBusy();
    for (const call of pending) call.reject(call.cancelled ? cancelled() : error);
  }

  #receive(message: FromHost, host: HostProcess): void {
    switch (message.type) {
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure': {
        const call = this.#take(message.id);
        call?.reject(call.cancelled ? cancelled() : errorFrom(message.error));
        return;
      }
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.data as never);
        return;
      default:
        this.#options.onChildMessage?.(message, (reply) => host.post(reply));
    }
  }

  #take(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    this.#tellBusy();
    return call;
  }

  get #errors(): HostErrors {
    return this.#options.errors ?? engineErrors;
  }

  #tellBusy(): void {
    if (this.isBusy === this.#wasBusy) return;
    this.#wasBusy = this.isBusy;
    this.#options.onBusy?.(this.isBusy);
  }
}

function cancelled(): AppError {
  return new AppError('restore/cancelled', 'The restoration was cancelled.');
}

const engineErrors: HostErrors = {
  crashed: (detail) =>
    new AppError('engine/crashed', 'The part of Photomend that repairs photos ended unexpectedly.', {
      hint: 'It was started again. Nothing is lost: try once more.',
      data: { detail },
    }),
  unavailable: () =>
    new AppError('engine/unavailable', 'The part of Photomend that repairs photos cannot be started.', {
      hint: 'Restart Photomend. If it happens again, choose the processor in the settings.',
    }),
};
