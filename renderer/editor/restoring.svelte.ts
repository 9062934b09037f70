import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { ErrorInfo, Layers, RestoreResult } from '../../electron/ipc/contract.ts';
import type { MaskedRegion } from '../../electron/ipc/document.ts';
import type { RestoreJob } from './restore-job.svelte.ts';

export interface RestoreWork {
  readonly regions: readonly MaskedRegion[];
  readonly layers: Layers;
}

/** How a restoration ended; `cancelled` also where there was nothing left to do. */
export type RestoreEnd =
  | { readonly how: 'done'; readonly result: RestoreResult; readonly sent: readonly MaskedRegion[] }
  | { readonly how: 'failed'; readonly error: ErrorInfo }
  | { readonly how: 'cancelled' };

/** Runs restorations of one photo, one at a time. */
export class Restoring {
  readonly #api: PhotomendApi;
  readonly #photo: string;
  readonly #unsubscribe: () => void;
  #job = $state.raw<RestoreJob | undefined>();

  constructor(api: PhotomendApi, photo: string) {
    this.#api = api;
    this.#photo = photo;
    this.#unsubscribe = api.on('restore.progress', (data) => {
      if (data.job === this.#job?.id) this.#job.report(data);
    });
  }

  get job(): RestoreJob | undefined {
    return this.#job;
  }

  /** @param prepare gives the work at the last moment; the job is shown from the start */
  async run(job: RestoreJob, prepare: () => Promise<RestoreWork>): Promise<RestoreEnd> {
    this.#job = job;
    try {
      const { regions, layers } = await prepare();
      if (regions.length === 0 || job.cancelling) return { how: 'cancelled' };
      const reply = await this.#api['restore.run']({
        photo: this.#photo,
        job: job.id,
        layers,
        regions: [...regions],
      });
      if (reply.ok) return { how: 'done', result: reply.value, sent: regions };
      const { error } = reply;
      return error.code === 'restore/cancelled' ? { how: 'cancelled' } : { how: 'failed', error };
    } finally {
      job.dispose();
      this.#job = undefined;
    }
  }

  /** Ends the running restoration. Gives what went wrong with that. */
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
