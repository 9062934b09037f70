import { pathToFileURL } from 'node:url';
import { workerEntry } from '../../electron/training/dataset/feed.ts';
import { buildNodeParts } from '../support/build.ts';

/** Benches run from source; the worker thread of trainings must be a built file. */
export async function useBuiltWorker(): Promise<{ close(): Promise<void> }> {
  const { outDir } = await buildNodeParts();
  const before = workerEntry.url;
  workerEntry.url = pathToFileURL(`${outDir}/dataset-worker.js`);
  return {
    close: async () => {
      workerEntry.url = before;
    },
  };
}
