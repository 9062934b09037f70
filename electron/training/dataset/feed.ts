import { Worker } from 'node:worker_threads';
import { AppError } from '../../engine/errors.ts';
import { BatchMaker } from './batches.ts';
import type { LibraryPhoto } from './library.ts';
import type { DamageMix } from './mix.ts';
import type { Recipe } from './recipe.ts';

/** One training batch; layouts [N, C, H, W]. */
export interface Batch {
  readonly step: number;
  readonly input: Float32Array;
  readonly target: Float32Array;
  /** [N, 1, H, W] */
  readonly mask: Float32Array;
  /** [N] */
  readonly weight: Float32Array;
}

export interface FeedOptions {
  readonly photos: readonly LibraryPhoto[];
  readonly recipe: Recipe;
  readonly mix?: DamageMix | undefined;
  readonly batch: number;
  readonly sizePx: number;
  readonly seed: number;
  /** The first batch's number: a resumed training goes on where it stopped. */
  readonly startStep: number;
  /** 0 makes batches in this thread when they are asked for; 1 makes them ahead in a worker thread. */
  readonly workers: 0 | 1;
  /** Room for decoded photos. */
  readonly cacheBytes?: number;
}

/** Batches in order. Batch k depends on seed, k, photos and recipe alone. */
export interface BatchFeed {
  next(): Promise<Batch>;
  /** Milliseconds that `next` has kept its callers waiting. */
  readonly waitedMs: number;
  close(): Promise<void>;
}

/** What the worker thread is given to start with. */
export type FeedJob = Omit<FeedOptions, 'workers' | 'cacheBytes'> & { readonly cacheBytes: number };

const usualCacheBytes = 2 ** 28;
/** Batches that may lie ready: enough to ride out a slow decode, few enough to stay small. */
const aheadBatches = 4;

/** Where the built worker lies; tests and tools that run from source set another place. */
export const workerEntry = { url: new URL('./dataset-worker.js', import.meta.url) };

export function createFeed(options: FeedOptions): BatchFeed {
  const { workers, cacheBytes = usualCacheBytes, ...rest } = options;
  const job: FeedJob = { ...rest, cacheBytes };
  return workers === 0 ? new InlineFeed(job) : new WorkerFeed(job);
}

class InlineFeed implements BatchFeed {
  waitedMs = 0;
  readonly #maker: BatchMaker;
  #step: number;

  constructor(job: FeedJob) {
    this.#maker = new BatchMaker(job);
    this.#step = job.startStep;
  }

  async next(): Promise<Batch> {
    const before = performance.now();
    const batch = await this.#maker.make(this.#step++);
    this.waitedMs += performance.now() - before;
    return batch;
  }

  async close(): Promise<void> {}
}

/** What the worker sends back. */
export type FeedMessage =
  | { readonly batch: Batch }
  | { readonly error: { readonly code: string; readonly message: string } };

class WorkerFeed implements BatchFeed {
  waitedMs = 0;
  readonly #worker: Worker;
  readonly #ready: Batch[] = [];
  #waiting: { resolve: (batch: Batch) => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  constructor(job: FeedJob) {
    this.#worker = new Worker(workerEntry.url, { workerData: job });
    this.#worker.on('message', (message: FeedMessage) => {
      if ('batch' in message) this.#arrived(message.batch);
      else this.#failed(new AppError(message.error.code, message.error.message));
    });
    this.#worker.on('error', (cause) => {
      this.#failed(new AppError('train/data-worker', 'Preparing training data failed.', { cause }));
    });
    for (let i = 0; i < aheadBatches; i++) this.#worker.postMessage('more');
  }

  #arrived(batch: Batch): void {
    if (this.#waiting === undefined) this.#ready.push(batch);
    else {
      this.#waiting.resolve(batch);
      this.#waiting = undefined;
    }
  }

  #failed(error: Error): void {
    this.#failure = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  async next(): Promise<Batch> {
    const before = performance.now();
    // Steps block this thread, so messages that came meanwhile are only delivered in the next turn of the loop.
    if (this.#ready.length === 0) await new Promise(setImmediate);
    const batch = this.#ready.shift() ?? (await this.#arrival());
    this.#worker.postMessage('more');
    this.waitedMs += performance.now() - before;
    return batch;
  }

  #arrival(): Promise<Batch> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async close(): Promise<void> {
    this.#failed(new AppError('train/data-worker', 'The preparation of training data was ended.'));
    await this.#worker.terminate();
  }
}
