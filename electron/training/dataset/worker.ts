import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../engine/errors.ts';
import { BatchMaker } from './batches.ts';
import type { FeedJob, FeedMessage } from './feed.ts';
import { standBehind } from './thread-priority.ts';

/** Entry of the thread that prepares training batches: one batch for every message it is sent. */
const job = workerData as FeedJob;
standBehind();
const maker = new BatchMaker(job);
let step = job.startStep;
let queue: Promise<void> = Promise.resolve();

parentPort?.on('message', () => {
  queue = queue.then(async () => {
    try {
      const batch = await maker.make(step++);
      const message: FeedMessage = { batch };
      const { input, target, mask, weight } = batch;
      parentPort?.postMessage(
        message,
        [input, target, mask, weight].map((part) => part.buffer as ArrayBuffer),
      );
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'train/data-worker';
      const message: FeedMessage = { error: { code, message: String(error) } };
      parentPort?.postMessage(message);
    }
  });
});
