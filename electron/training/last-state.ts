import { Worker } from 'node:worker_threads';
import type { CheckpointRecord } from './checkpoint.ts';
import type { TrainingState } from './stepper.ts';

/** A state and all else that a checkpoint of it needs. */
export interface KeptState {
  readonly record: Omit<CheckpointRecord, 'version' | 'file' | 'sha256' | 'step'>;
  readonly state: TrainingState;
}

/** What the thread is given to start with. */
export interface LastStateJob {
  /** The training's folder. */
  readonly folder: string;
  /** While a file of this name is in the folder, the app is about to end. */
  readonly quitFile: string;
  /** Two numbers: whether somebody writes a checkpoint, and the step of the newest one. */
  readonly shared: Int32Array;
}

/** Steps that take longer could keep a quit waiting. */
const longStepMs = 1500;
/** Where the built thread lies. */
const entry = new URL('./last-state-worker.js', import.meta.url);

/**
 * Saves the state behind the last finished step when the app ends in the middle of a long one: a step cannot be
 * interrupted, and its thread hears nothing meanwhile. A thread of its own has a copy of the state, looks for the sign
 * of the end, and writes. Trainings with short steps have no such thread and pay nothing.
 */
export class LastState {
  readonly #job: LastStateJob;
  #worker: Worker | undefined;
  #hasFailed = false;

  constructor(folder: string, quitFile: string) {
    const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    this.#job = { folder, quitFile, shared };
  }

  /** After a step. `make` is called where the state is worth a copy; the copy goes to the thread. */
  async keep(stepMs: number, make: () => Promise<KeptState>): Promise<void> {
    if (stepMs < longStepMs || this.#hasFailed) return;
    this.#worker ??= this.#start();
    const kept = await make();
    const { weights, first, second, average } = kept.state;
    const buffers = [weights, first, second, average].flatMap((tensors) =>
      [...tensors.values()].map(({ buffer }) => buffer as ArrayBuffer),
    );
    this.#worker.postMessage(kept, buffers);
  }

  /** Without the thread a training goes on as well; what it saves by itself counts. */
  #start(): Worker {
    const worker = new Worker(entry, { workerData: this.#job });
    worker.on('error', (error) => {
      console.error('last state:', error);
      this.#hasFailed = true;
    });
    return worker;
  }

  /** Writes a checkpoint of a step while the thread writes none, and none of an earlier step afterwards. */
  async save(step: number, write: () => Promise<void>): Promise<void> {
    await alone(this.#job.shared, async () => {
      await write();
      Atomics.store(this.#job.shared, 1, step);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}

/** Runs what only one of the threads may do at a time. */
export async function alone(shared: Int32Array, act: () => Promise<void>): Promise<void> {
  while (Atomics.compareExchange(shared, 0, 0, 1) !== 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    await act();
  } finally {
    Atomics.store(shared, 0, 0);
  }
}
