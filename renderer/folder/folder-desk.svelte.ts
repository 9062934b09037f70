import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { BatchSettings } from '../../electron/ipc/batch.ts';
import type {
  BatchFolder,
  BatchHold,
  BatchProgressData,
  TriedPhotoInfo,
} from '../../electron/ipc/batch-requests.ts';
import type { ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import { FolderChoices, type Template } from './folder-choices.svelte.ts';
import { FolderPhotos, hasOwnResult } from './folder-photos.svelte.ts';
import type { Direction } from './queue-order.ts';
import { RegionPreviews } from './region-previews.svelte.ts';

/** The Folder place: a folder, what to do with it, and the run over it. */
export class FolderDesk {
  readonly choices: FolderChoices;
  readonly photos = new FolderPhotos();
  readonly previews: RegionPreviews;
  pausesOnBattery = $state(false);
  #folder = $state.raw<BatchFolder>();
  #progress = $state.raw<BatchProgressData | null>(null);
  #holds = $state.raw<readonly BatchHold[]>([]);
  #isRunning = $state(false);
  #hasRun = $state(false);
  #isBusy = $state(false);
  #problem = $state.raw<ErrorInfo>();
  #tried = $state.raw<readonly TriedPhotoInfo[]>();
  readonly #api: PhotomendApi;
  readonly #unsubscribe: (() => void)[];

  constructor(api: PhotomendApi, template: () => Template | undefined) {
    this.#api = api;
    this.choices = new FolderChoices(template);
    this.previews = new RegionPreviews(api, () => {
      const settings = this.#settings();
      if (settings === undefined || this.#folder === undefined || this.#isRunning) return undefined;
      return { folder: this.#folder.id, masks: this.#folder.masks, settings };
    });
    this.#unsubscribe = [
      api.on('batch.planned', (folder) => {
        this.#folder = folder;
        this.photos.take(folder.photos);
        this.#hasRun = true;
      }),
      api.on('batch.news', ({ photos, progress, holds }) => {
        this.photos.change(photos);
        if (progress !== null) this.#progress = progress;
        this.#holds = holds;
      }),
      api.on('batch.ended', ({ end, error }) => {
        this.#isRunning = false;
        this.#holds = [];
        if (end === 'failed') this.#problem = error;
      }),
    ];
  }

  get folder(): BatchFolder | undefined {
    return this.#folder;
  }

  get progress(): BatchProgressData | null {
    return this.#progress;
  }

  get holds(): readonly BatchHold[] {
    return this.#holds;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Results of a run are there to be looked at. */
  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Something is being read or tried. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get problem(): ErrorInfo | undefined {
    return this.#problem;
  }

  get tried(): readonly TriedPhotoInfo[] | undefined {
    return this.#tried;
  }

  /** Nothing is missing for a run. */
  get isReady(): boolean {
    const isIdle = !this.#isRunning && !this.#isBusy;
    return this.#settings() !== undefined && this.photos.all.length > 0 && isIdle;
  }

  async choose(what: 'folder' | 'out' | 'masks' | 'mask'): Promise<void> {
    await this.#choosing(this.#api['batch.choose']({ what }));
  }

  async drop(files: readonly File[]): Promise<void> {
    if (files.length > 0) await this.#choosing(this.#api.batchDropped(files));
  }

  /** Takes photos that are open in the editor, by their ids there. */
  async takeOpen(photos: readonly string[]): Promise<void> {
    await this.#choosing(this.#api['batch.takeOpen']({ photos: [...photos] }));
  }

  async try(): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined || this.#folder === undefined) return;
    this.#isBusy = true;
    const reply = await this.#api['batch.try']({ folder: this.#folder.id, settings });
    this.#isBusy = false;
    this.#tried = this.#value(reply);
  }

  closeTry(): void {
    this.#tried = undefined;
  }

  async start(unfinished: 'resume' | 'refuse' = 'refuse'): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined || this.#folder === undefined) return;
    this.#tried = undefined;
    this.#problem = undefined;
    this.#isRunning = true;
    const reply = await this.#api['batch.start']({ folder: this.#folder.id, settings, unfinished });
    if (reply.ok) await this.#control({ action: 'battery', pauses: this.pausesOnBattery });
    else this.#isRunning = false;
    this.#value(reply);
  }

  async pause(isPaused: boolean): Promise<void> {
    await this.#control({ action: isPaused ? 'pause' : 'go-on' });
  }

  async cancel(): Promise<void> {
    await this.#control({ action: 'cancel' });
  }

  setPausesOnBattery(pauses: boolean): void {
    this.pausesOnBattery = pauses;
    void this.#control({ action: 'battery', pauses });
  }

  async skip(photo: number): Promise<void> {
    await this.#control({ action: 'skip', photos: [photo] });
  }

  /** Moves a waiting photo in the queue. */
  async move(photo: number, to: Direction): Promise<void> {
    const before = this.photos.move(photo, to);
    if (before !== undefined) await this.#moveBefore(photo, before);
  }

  /** Does photos once more, with what the panel says now. */
  async redo(photos: readonly number[]): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined || photos.length === 0) return;
    const wasRunning = this.#isRunning;
    const before = this.photos.all;
    this.#isRunning = true;
    // What was there is the old result.
    this.photos.mark(photos, 'waiting');
    const isTaken = await this.#control({ action: 'again', photos: [...photos], settings });
    if (!isTaken) {
      this.#isRunning = wasRunning;
      this.photos.take(before);
    } else if (wasRunning) {
      // They come where they are shown.
      for (const photo of photos) await this.#moveBefore(photo, this.photos.waitingAfter(photo));
    }
  }

  async retryFailed(): Promise<void> {
    await this.redo(this.photos.withState('failed'));
  }

  async discard(photo: number): Promise<void> {
    if (!this.#hasOwnResult(photo)) return;
    const reply = await this.#api['batch.judge']({ photo, verdict: 'discard' });
    this.#value(reply);
    if (reply.ok) this.photos.mark([photo], 'skipped');
  }

  /** Goes on to the next photo in any case. */
  async keep(photo: number): Promise<void> {
    if (this.#hasOwnResult(photo)) this.#value(await this.#api['batch.judge']({ photo, verdict: 'keep' }));
    this.photos.step(1);
  }

  async open(photo: number): Promise<void> {
    this.#value(await this.#api['batch.open']({ photo }));
  }

  async reveal(what: 'out' | 'report'): Promise<void> {
    this.#value(await this.#api['batch.reveal']({ what }));
  }

  dismissProblem(): void {
    this.#problem = undefined;
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  async #choosing(request: Promise<Reply<BatchFolder | null>>): Promise<void> {
    this.#isBusy = true;
    const folder = this.#value(await request);
    this.#isBusy = false;
    if (folder === undefined || folder === null) return;
    const isOther = folder.id !== this.#folder?.id;
    this.#folder = folder;
    this.#tried = undefined;
    if (!isOther) return;
    this.photos.take(folder.photos);
    this.#hasRun = false;
    this.#progress = null;
    this.photos.selected = undefined;
  }

  #hasOwnResult(n: number): boolean {
    const photo = this.photos.all.find((one) => one.n === n);
    return photo !== undefined && hasOwnResult(photo);
  }

  #settings(): BatchSettings | undefined {
    return this.choices.settings((this.#folder?.masks ?? null) !== null);
  }

  async #moveBefore(photo: number, before: number | null): Promise<void> {
    await this.#control({ action: 'move', photos: [photo], ...(before !== null && { before }) });
  }

  /** @returns whether the order was taken */
  async #control(order: Parameters<PhotomendApi['batch.control']>[0]): Promise<boolean> {
    return this.#value(await this.#api['batch.control'](order)) !== undefined;
  }

  #value<T>(reply: Reply<T>): T | undefined {
    if (reply.ok) return reply.value;
    this.#problem = reply.error;
    return undefined;
  }
}
