import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import type { RestoreJob } from './restore-job.svelte.ts';

/** How a job ended; `cancelled` also where there was nothing left to do. */
export type JobEnd<Result> =
  | { readonly how: 'done'; readonly result: Result }
  | { readonly how: 'failed'; readonly error: ErrorInfo }
  | { readonly how: 'cancelled' };

/** Puts the question to main that does a job. */
export type AskForJob<Result> = (job: string) => Promise<Reply<Result>>;

/** Runs long work on one photo, one job at a time. */
export class Restoring {
  readonly #api: PhotomendApi;
  readonly #unsubscribe: () => void;
  #job = $state.raw<RestoreJob | undefined>();

  /** @param onPatches told of patches that are being made and can be asked for */
  constructor(api: PhotomendApi, onPatches: (ids: readonly string[]) => void) {
    this.#api = api;
    this.#unsubscribe = api.on('restore.progress', (data) => {
      if (data.job !== this.#job?.id) return;
      this.#job.report(data);
      if (data.patches !== undefined) onPatches(data.patches);
    });
  }

  get job(): RestoreJob | undefined {
    return this.#job;
  }

  /** @param prepare gives the question at the last moment, or nothing; the job is shown from the start */
  async run<Result>(
    job: RestoreJob,
    prepare: () => Promise<AskForJob<Result> | undefined>,
  ): Promise<JobEnd<Result>> {
    this.#job = job;
    try {
      const ask = await prepare();
      if (ask === undefined || job.cancelling) return { how: 'cancelled' };
      const reply = await ask(job.id);
      if (reply.ok) return { how: 'done', result: reply.value };
      const { error } = reply;
      return error.code === 'restore/cancelled' ? { how: 'cancelled' } : { how: 'failed', error };
    } finally {
      job.dispose();
      this.#job = undefined;
    }
  }

  /** Ends the running job. Gives what went wrong with that. */
  async cancel(): Promise<ErrorInfo | undefined> {
    const job = this.#job;
    if (job === undefined || job.cancelling) return undefined;
    job.cancelling = true;
    const reply = await this.#api['restore.cancel']({ job: job.id });
    return reply.ok || this.#job !== job ? undefined : reply.error;
  }

  dispose(): void {
    this.#unsubscribe();
    void this.cancel();
    this.#job?.dispose();
  }
}
