import { checkPattern } from '../../batch/names.ts';
import { AppError } from '../../engine/errors.ts';
import type { BatchSettings } from '../../ipc/batch.ts';
import type { BatchFolder, BatchHold, BatchPreview, TriedPhotoInfo } from '../../ipc/batch-requests.ts';
import type { BatchHost } from './batch-process.ts';
import { ChosenFolder } from './chosen-folder.ts';
import { Running, type RunningParts } from './running.ts';
import { Tries } from './tries.ts';

type Host = Pick<BatchHost, 'call' | 'close'>;

export interface BatchParts extends RunningParts {
  /** Starts the process that repairs; called when it is first needed. */
  readonly start: () => Host;
}

/** The folder that a person repairs, and what is done with it. One at a time. */
export class Batch {
  readonly #start: () => Host;
  readonly #running: Running;
  readonly #tries = new Tries();
  #host: Host | undefined;
  #chosen: ChosenFolder | undefined;

  constructor(parts: BatchParts) {
    this.#start = parts.start;
    this.#running = new Running(parts, () => this.#call());
  }

  get outPath(): string | undefined {
    return this.#chosen?.out;
  }

  /** Takes a folder, or files (their common folder). Null where there is neither. @throws AppError `batch/busy` */
  async choose(paths: readonly string[]): Promise<BatchFolder | null> {
    this.#running.refuseWhileRunning();
    if (paths.length === 0) return null;
    this.#chosen = await ChosenFolder.of(paths);
    return this.#list(this.#chosen);
  }

  /** @throws AppError `batch/busy`, `batch/no-folder` */
  async chooseOut(path: string): Promise<BatchFolder> {
    this.#running.refuseWhileRunning();
    const chosen = this.#get();
    // What a run wrote elsewhere is not to be judged or done again here.
    if (chosen.out !== path) chosen.forgetRun();
    chosen.out = path;
    return this.#list(chosen);
  }

  chooseMasks(path: string): BatchFolder {
    const chosen = this.#get();
    chosen.masks = path;
    return chosen.described();
  }

  /** Repairs three photos, spread over the folder, for a look. */
  async try(settings: BatchSettings): Promise<TriedPhotoInfo[]> {
    return this.#tries.make(this.#call(), this.#get(), settings);
  }

  /** Where a photo would be repaired. @throws AppError what is wrong with the photo, its masks or its sidecar */
  async find(n: number, { where, how }: Pick<BatchSettings, 'where' | 'how'>): Promise<BatchPreview> {
    const chosen = this.#get();
    const { folder, masks } = chosen;
    const { path } = chosen.photo(n);
    const request = { folder, path, where, how, ...(masks !== undefined && { masks }) };
    const { levels, width, height } = await this.#call().call('find', request);
    return {
      width,
      height,
      levels: levels.map(({ from, regions }) => ({ from, regions: [...regions] })),
    };
  }

  /** Begins a run; it goes on after this has ended. @throws AppError `batch/busy`, `batch/no-folder` */
  start(settings: BatchSettings, unfinished: 'resume' | 'refuse'): void {
    this.#running.start(this.#get(), settings, unfinished);
  }

  hold(reason: BatchHold, isHeld: boolean): void {
    this.#running.hold(reason, isHeld);
  }

  /** The editor repairs a photo: it goes ahead of the queue. */
  setEditorBusy(isBusy: boolean): void {
    this.#running.setEditorBusy(isBusy);
  }

  setPausesOnBattery(pauses: boolean): void {
    this.#running.setPausesOnBattery(pauses);
  }

  async stop(): Promise<void> {
    await this.#running.stop();
  }

  async skip(photos: readonly number[]): Promise<void> {
    await this.#call().call('skip', { photos });
  }

  /** Puts waiting photos ahead of another one in the queue, or at its end. */
  async move(photos: readonly number[], before: number | undefined): Promise<void> {
    await this.#call().call('move', { photos, ...(before !== undefined && { before }) });
  }

  /**
   * Does photos once more; with other settings, also with the masks that are chosen now.
   * @throws AppError `batch/no-folder`, `batch/bad-pattern`
   */
  async again(photos: readonly number[], settings: BatchSettings | undefined): Promise<void> {
    if (settings !== undefined) checkPattern(settings.naming.pattern);
    const chosen = this.#get();
    const again = {
      photos,
      ...(settings !== undefined && { settings }),
      ...(settings?.where.kind === 'masks' && chosen.masks !== undefined && { masks: chosen.masks }),
    };
    if (this.#running.isRunning) await this.#call().call('again', again);
    else if (settings !== undefined) this.#running.start(chosen, settings, 'resume', again);
  }

  /** @returns the path of a result that may go to the bin */
  async judge(photo: number, verdict: 'keep' | 'discard'): Promise<string | null> {
    return this.#call().call('judge', { out: this.#get().out, photo, verdict });
  }

  pathOf(n: number): string {
    return this.#get().pathOf(n);
  }

  /** The file of a small picture, or of a try; undefined where the window asks for what is not there. */
  pictureOf(folder: string, n: number, which: string): string | undefined {
    if (this.#chosen?.id !== folder) return undefined;
    if (which.startsWith('try-')) return this.#tries.pictureOf(n, which.slice('try-'.length));
    return this.#chosen.thumbnailOf(n, which);
  }

  /** The photo that a small picture is made of. */
  sourceOf(folder: string, n: number): string | undefined {
    return this.#chosen?.id === folder ? this.pathOf(n) : undefined;
  }

  async close(): Promise<void> {
    await this.stop().catch(() => undefined);
    this.#host?.close();
    await this.#tries.forget();
  }

  async #list(chosen: ChosenFolder): Promise<BatchFolder> {
    const { folder, out } = chosen;
    const { photos, isUnfinished } = await this.#call().call('list', { folder, out });
    chosen.list(photos, isUnfinished);
    return chosen.described();
  }

  #call(): Host {
    this.#host ??= this.#start();
    return this.#host;
  }

  #get(): ChosenFolder {
    if (this.#chosen === undefined) {
      throw new AppError('batch/no-folder', 'The folder of photos is not there.');
    }
    return this.#chosen;
  }
}
