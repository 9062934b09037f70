import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { BatchSettings, How, Naming, Where } from '../../electron/ipc/batch.ts';
import { defaultHow, defaultNaming } from '../../electron/ipc/batch-defaults.ts';
import type {
  BatchFolder,
  BatchHold,
  BatchPhoto,
  BatchPhotoState,
  BatchProgressData,
  TriedPhotoInfo,
} from '../../electron/ipc/batch-requests.ts';
import type { ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import type { MaskedRegion } from '../../electron/ipc/document.ts';
import { asPlaced, type Fit } from '../../electron/ipc/placed-rects.ts';

export type WhereChoice = Where['kind'] | 'mask';

export interface FolderPhoto extends BatchPhoto {
  readonly error?: ErrorInfo | undefined;
}

/** Regions of a photo that is open in the editor, which can be laid on all photos. */
export interface Template {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly MaskedRegion[];
}

/** The Folder place: a folder, what to do with it, and the run over it. */
export class FolderDesk {
  #folder = $state.raw<BatchFolder>();
  #photos = $state.raw<readonly FolderPhoto[]>([]);
  #progress = $state.raw<BatchProgressData | null>(null);
  #holds = $state.raw<readonly BatchHold[]>([]);
  #isRunning = $state(false);
  #hasRun = $state(false);
  #isBusy = $state(false);
  #problem = $state.raw<ErrorInfo>();
  #tried = $state.raw<readonly TriedPhotoInfo[]>();
  where = $state<WhereChoice>('found');
  minConfidence = $state(0.5);
  fit = $state<Fit>('scale');
  how = $state<How>(defaultHow);
  naming = $state<Naming>(defaultNaming);
  pausesOnBattery = $state(false);
  selected = $state<number>();
  readonly #api: PhotomendApi;
  readonly #template: () => Template | undefined;
  readonly #unsubscribe: (() => void)[];

  constructor(api: PhotomendApi, template: () => Template | undefined) {
    this.#api = api;
    this.#template = template;
    this.#unsubscribe = [
      api.on('batch.planned', (folder) => this.#take(folder)),
      api.on('batch.news', ({ photos, progress, holds }) => {
        const changed = new Map(photos.map((photo) => [photo.n, photo]));
        if (changed.size > 0) {
          this.#photos = this.#photos.map((photo) => ({ ...photo, ...changed.get(photo.n) }));
        }
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

  get photos(): readonly FolderPhoto[] {
    return this.#photos;
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

  get template(): Template | undefined {
    return this.#template();
  }

  /** Nothing is missing for a run. */
  get isReady(): boolean {
    return this.#settings() !== undefined && this.#photos.length > 0 && !this.#isRunning && !this.#isBusy;
  }

  async choose(what: 'folder' | 'out' | 'masks' | 'mask'): Promise<void> {
    await this.#choosing(this.#api['batch.choose']({ what }));
  }

  async drop(files: readonly File[]): Promise<void> {
    if (files.length > 0) await this.#choosing(this.#api.batchDropped(files));
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
    if (reply.ok) await this.#api['batch.control']({ action: 'battery', pauses: this.pausesOnBattery });
    else this.#isRunning = false;
    this.#value(reply);
  }

  async pause(isPaused: boolean): Promise<void> {
    this.#value(await this.#api['batch.control']({ action: isPaused ? 'pause' : 'go-on' }));
  }

  async cancel(): Promise<void> {
    this.#value(await this.#api['batch.control']({ action: 'cancel' }));
  }

  setPausesOnBattery(pauses: boolean): void {
    this.pausesOnBattery = pauses;
    void this.#api['batch.control']({ action: 'battery', pauses });
  }

  async skip(photo: number): Promise<void> {
    this.#value(await this.#api['batch.control']({ action: 'skip', photos: [photo] }));
  }

  async doFirst(photo: number): Promise<void> {
    this.#value(await this.#api['batch.control']({ action: 'first', photos: [photo] }));
  }

  /** Does photos once more, with what the panel says now. */
  async redo(photos: readonly number[]): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined || photos.length === 0) return;
    const wasRunning = this.#isRunning;
    this.#isRunning = true;
    const reply = await this.#api['batch.control']({ action: 'again', photos: [...photos], settings });
    if (!reply.ok) this.#isRunning = wasRunning;
    this.#value(reply);
  }

  async retryFailed(): Promise<void> {
    await this.redo(this.#photos.filter(({ state }) => state === 'failed').map(({ n }) => n));
  }

  async discard(photo: number): Promise<void> {
    const reply = await this.#api['batch.judge']({ photo, verdict: 'discard' });
    this.#value(reply);
    if (reply.ok) this.#mark(photo, 'skipped');
  }

  async keep(photo: number): Promise<void> {
    this.#value(await this.#api['batch.judge']({ photo, verdict: 'keep' }));
    this.step(1);
  }

  async open(photo: number): Promise<void> {
    this.#value(await this.#api['batch.open']({ photo }));
  }

  async reveal(what: 'out' | 'report'): Promise<void> {
    this.#value(await this.#api['batch.reveal']({ what }));
  }

  /** Moves the selection; stops at the ends. */
  step(by: number): void {
    const last = this.#photos.length - 1;
    if (last < 0) return;
    const at = this.#photos.findIndex(({ n }) => n === this.selected);
    this.selected = this.#photos[Math.min(last, Math.max(0, at + by))].n;
  }

  dismissProblem(): void {
    this.#problem = undefined;
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #take(folder: BatchFolder): void {
    this.#folder = folder;
    this.#photos = folder.photos;
    this.#hasRun = true;
  }

  async #choosing(request: Promise<Reply<BatchFolder | null>>): Promise<void> {
    this.#isBusy = true;
    const folder = this.#value(await request);
    this.#isBusy = false;
    if (folder === undefined || folder === null) return;
    const isOther = folder.id !== this.#folder?.id;
    this.#folder = folder;
    this.#photos = folder.photos;
    this.#tried = undefined;
    if (!isOther) return;
    this.#hasRun = false;
    this.#progress = null;
    this.selected = undefined;
  }

  #mark(n: number, state: BatchPhotoState): void {
    this.#photos = this.#photos.map((photo) => (photo.n === n ? { ...photo, state } : photo));
  }

  #settings(): BatchSettings | undefined {
    const where = this.#where();
    return where && { where, how: $state.snapshot(this.how), naming: $state.snapshot(this.naming) };
  }

  #where(): Where | undefined {
    switch (this.where) {
      case 'found':
        return { kind: 'found', minConfidence: this.minConfidence };
      case 'masks':
      case 'mask':
        return this.#folder?.masks ? { kind: 'masks', damage: 'auto' } : undefined;
      case 'sidecar':
        return { kind: 'sidecar' };
      case 'whole':
        return { kind: 'whole', damage: 'auto' };
      case 'rects': {
        const template = this.template;
        if (template === undefined || template.regions.length === 0) return undefined;
        const rects = template.regions.map(({ rect, mask, damage }) => ({
          ...asPlaced(rect, template, this.fit),
          damage: $state.snapshot(damage),
          ...(mask !== undefined && { mask }),
        }));
        return { kind: 'rects', rects };
      }
    }
  }

  #value<T>(reply: Reply<T>): T | undefined {
    if (reply.ok) return reply.value;
    this.#problem = reply.error;
    return undefined;
  }
}
