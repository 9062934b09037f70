import { AppError } from '../engine/errors.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { EngineMethods, RestoreProgressData } from '../hosts/engine/contract.ts';
import type { EventData, Input, RestoreResult } from '../ipc/contract.ts';
import type { Settings } from '../ipc/settings.ts';
import type { FindResult, WholeResult } from '../ipc/whole-photo.ts';
import type { Engine } from './engine.ts';
import type { OpenPhotos } from './open/open-photos.ts';

export interface RestoringParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly photos: OpenPhotos;
  readonly settings: () => Settings;
  readonly onProgress: (data: EventData<'restore.progress'>) => void;
}

/** What the engine does as a job: with progress, to be cancelled, and once more on the processor after a crash. */
type JobMethod = 'restore' | 'find' | 'repairWhole';

/** Runs restorations and other long work on photos for the window, one job id each. */
export class Restoring {
  readonly #parts: RestoringParts;
  readonly #jobs = new Map<string, AbortController>();
  /** A device whose driver took the engine's process down is not tried again in this run. */
  #avoidGpu = false;

  constructor(parts: RestoringParts) {
    this.#parts = parts;
  }

  /** What restorations run on. */
  get provider(): ProviderName | 'auto' {
    const { provider } = this.#parts.settings();
    return this.#avoidGpu && provider === 'auto' ? 'cpu' : provider;
  }

  /** @throws AppError `restore/cancelled`, `engine/crashed`, `photo/closed`, and what the engine says */
  async run({ photo, layers, job, regions }: Input<'restore.run'>): Promise<RestoreResult> {
    const call = { photo: this.#sourceOf(photo), layers, regions, provider: this.provider };
    const result = await this.#job('restore', job, call);
    return {
      ...result,
      regions: result.regions.map(({ patches, ...region }) => ({ ...region, patches: [...patches] })),
      notices: [...result.notices],
    };
  }

  /** Looks for damage in the whole photo. @throws AppError as `run` */
  async find({ photo, layers, job }: Input<'whole.find'>): Promise<FindResult> {
    const call = { photo: this.#sourceOf(photo), layers, provider: this.provider };
    const { places, notices } = await this.#job('find', job, call);
    return { places: [...places], notices: [...notices] };
  }

  /** Repairs the whole photo. @throws AppError as `run` */
  async repairWhole({ photo, layers, job, model, steps }: Input<'whole.repair'>): Promise<WholeResult> {
    const call = { photo: this.#sourceOf(photo), layers, model, steps, provider: this.provider };
    const { patches, notices, ...result } = await this.#job('repairWhole', job, call);
    return { ...result, patches: [...patches], notices: [...notices] };
  }

  cancel(job: string): void {
    this.#jobs.get(job)?.abort();
  }

  #sourceOf(photo: string) {
    return this.#parts.photos.get(photo).source;
  }

  async #job<Name extends JobMethod>(
    method: Name,
    job: string,
    argument: EngineMethods[Name]['in'],
  ): Promise<EngineMethods[Name]['out']> {
    const controller = new AbortController();
    this.#jobs.set(job, controller);
    let provider: ProviderName | undefined;
    const options = {
      signal: controller.signal,
      onProgress: (data: RestoreProgressData) => {
        provider = data.provider;
        const { fraction, tilesDone, tiles, secondsLeft, patches } = data;
        const coming = patches && { patches: [...patches] };
        this.#parts.onProgress({ job, fraction, tilesDone, tiles, secondsLeft, ...coming });
      },
    };
    try {
      return await this.#parts.engine.call(method, argument, options);
    } catch (error) {
      const isCrash = error instanceof AppError && error.code === 'engine/crashed';
      if (!isCrash || provider === undefined || provider === 'cpu') throw error;
      this.#avoidGpu = true;
      const onCpu: EngineMethods[Name]['in'] = { ...argument, provider: 'cpu' };
      const result = await this.#parts.engine.call(method, onCpu, options);
      return { ...result, notices: [...result.notices, 'provider-failed'] };
    } finally {
      this.#jobs.delete(job);
    }
  }
}
