import { AppError } from '../engine/errors.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { EngineMethods, RestoreProgressData } from '../hosts/engine/contract.ts';
import type { EventData, Input, RestoreResult } from '../ipc/contract.ts';
import type { Settings } from '../ipc/settings.ts';
import type { Engine } from './engine.ts';
import type { OpenPhotos } from './open/open-photos.ts';

export interface RestoringParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly photos: OpenPhotos;
  readonly settings: () => Settings;
  readonly onProgress: (data: EventData<'restore.progress'>) => void;
}

/** Runs restorations for the window, one job id each. */
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
    const controller = new AbortController();
    this.#jobs.set(job, controller);
    const { source } = this.#parts.photos.get(photo);
    const call = { photo: source, layers, regions, provider: this.provider };
    try {
      return await this.#attempt(job, call, controller.signal);
    } finally {
      this.#jobs.delete(job);
    }
  }

  cancel(job: string): void {
    this.#jobs.get(job)?.abort();
  }

  async #attempt(
    job: string,
    argument: EngineMethods['restore']['in'],
    signal: AbortSignal,
  ): Promise<RestoreResult> {
    let provider: ProviderName | undefined;
    const onProgress = (data: RestoreProgressData) => {
      provider = data.provider;
      const { fraction, tilesDone, tiles, secondsLeft } = data;
      this.#parts.onProgress({ job, fraction, tilesDone, tiles, secondsLeft });
    };
    try {
      return await this.#call(argument, signal, onProgress);
    } catch (error) {
      const isCrash = error instanceof AppError && error.code === 'engine/crashed';
      if (!isCrash || provider === undefined || provider === 'cpu') throw error;
      this.#avoidGpu = true;
      const result = await this.#call({ ...argument, provider: 'cpu' }, signal, onProgress);
      return { ...result, notices: [...result.notices, 'provider-failed'] };
    }
  }

  async #call(
    argument: EngineMethods['restore']['in'],
    signal: AbortSignal,
    onProgress: (data: RestoreProgressData) => void,
  ): Promise<RestoreResult> {
    const { regions, provider, seconds, notices } = await this.#parts.engine.call('restore', argument, {
      signal,
      onProgress,
    });
    return {
      regions: regions.map(({ patches, ...region }) => ({ ...region, patches: [...patches] })),
      provider,
      seconds,
      notices: [...notices],
    };
  }
}
