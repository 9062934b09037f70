import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type {
  Confidence,
  ErrorInfo,
  Layers,
  PatchInfo,
  PhotoInfo,
  RestoreResult,
} from '../../electron/ipc/contract.ts';
import type { Edit, MaskedRegion, PhotoDocument, RegionEdit } from '../../electron/ipc/document.ts';
import type { Settings } from '../../electron/ipc/settings.ts';
import { isWhole } from '../../electron/ipc/whole-edits.ts';
import { Analyses, type RegionAnalysis } from './analyses.svelte.ts';
import { Confidences } from './confidences.svelte.ts';
import { DocumentHistory } from './document-history.svelte.ts';
import { keyOfEdits, layersOf, outcomeOf, withEditInPlace, withOutcome } from './edits.ts';
import { clamp, limitMove, placeOnPhoto, type Rect } from './geometry.ts';
import type { LastResult } from './last-result.ts';
import { MaskFit, withFittingMask } from './masks/mask-fit.ts';
import { refitMask } from './masks/mask-image.ts';
import { changedRegion, type RegionChange } from './region-changes.ts';
import { RestoreJob } from './restore-job.svelte.ts';
import { type AskForJob, Restoring } from './restoring.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { Viewport } from './viewport.svelte.ts';
import { WholePhoto } from './whole-photo.svelte.ts';
import { WorkKeeper } from './work-keeper.ts';

export type Tool = 'rectangle' | 'brush' | 'erase';

export type CompareMode = 'off' | 'slider' | 'sideBySide';

/** The parts of the panel; one is open at a time. */
export type PanelPart = 'regions' | 'whole' | 'history';

/** Fits a region's mask to its changed rectangle; both are base64 PNGs. */
export type RefitMask = (mask: string, from: Rect, to: Rect) => Promise<string>;

/** Where new patches are shown before the document has them: the window's other parts take a frame of their own. */
export interface PatchView {
  /** Fetches patches that are being made. */
  prefetch(ids: readonly string[]): Promise<void>;
  /** Shows patches over all others. Ends when they are seen. */
  show(patches: readonly PatchInfo[]): Promise<void>;
  /** The document has them now, or will not have them. */
  settle(): void;
}

export interface SessionServices {
  readonly api: PhotomendApi;
  readonly settings: () => Settings;
  readonly refitMask?: RefitMask;
}

const greatestRegionCount = 500;
const duplicateShiftPx = 16;

/** One open photo: what is selected on it, what was restored, what is going on, and how it is looked at. */
export class PhotoSession {
  readonly info: PhotoInfo;
  readonly viewport: Viewport;
  /** How large brushes can be, across, in pixels of the photo. */
  readonly brushSizeRange: { readonly least: number; readonly greatest: number };
  /** Finding damage, and repairing the photo as a whole. */
  readonly whole: WholePhoto;
  tool = $state<Tool>('rectangle');
  panelPart = $state<PanelPart>('regions');
  selectedEditId = $state<string | undefined>();
  hoveredEditId = $state<string | undefined>();
  /** `position`: where the divider lies, as a part of the photo's width. */
  compare = $state<{ mode: CompareMode; position: number }>({ mode: 'off', position: 0.5 });
  /** The original alone is shown, while a key is held. */
  showOriginal = $state(false);
  /** The pixels on the screen, where the photo is shown. */
  view: PatchView | undefined;
  #brushSizePx = $state(1);
  #error = $state.raw<ErrorInfo | undefined>();
  #lastResult = $state.raw<LastResult | undefined>();
  /** Regions that were found to be sound, as they were then. */
  #sound = $state.raw<ReadonlyMap<string, MaskedRegion>>(new Map());
  #savedEdits = $state(keyOfEdits([]));
  readonly #services: SessionServices;
  readonly #history: DocumentHistory;
  readonly #selection = new Selection();
  readonly #analyses: Analyses;
  readonly #confidences: Confidences;
  readonly #keeper: WorkKeeper;
  readonly #restoring: Restoring;
  /** Masks on their way into the document. */
  #pendingMasks: Promise<unknown> = Promise.resolve();
  readonly #maskFit = new MaskFit();
  #isDisposed = false;

  constructor(info: PhotoInfo, document: PhotoDocument | undefined, services: SessionServices) {
    this.info = info;
    this.viewport = new Viewport(info);
    const shortSide = Math.min(info.width, info.height);
    this.brushSizeRange = { least: 2, greatest: Math.max(16, Math.round(shortSide / 4)) };
    this.brushSizePx = Math.round(shortSide / 24);
    this.#services = services;
    this.#history = new DocumentHistory(document ?? { regions: [], edits: [] });
    this.#keeper = new WorkKeeper(() => this.#keep());
    this.#analyses = new Analyses((region) =>
      services.api['region.analyse']({ photo: info.id, layers: this.layers(), region }),
    );
    this.#confidences = new Confidences(({ region, damage, patches }: RegionEdit, layers) =>
      services.api['repair.check']({
        photo: info.id,
        layers,
        rect: region.rect,
        damage,
        patches: patches.map(({ id }) => id),
      }),
    );
    this.#restoring = new Restoring(services.api, (ids) => void this.view?.prefetch(ids));
    this.whole = new WholePhoto({
      photo: info.id,
      api: services.api,
      document: () => this.document,
      dismissed: () => this.#history.dismissed,
      dismiss: (ids) => this.#history.dismiss(ids),
      model: () => services.settings().model,
      isBusy: () => this.job !== undefined,
      run: (job, prepare, accept) => this.#run(job, prepare, accept),
      addRegions: (regions) => this.#addFound(regions),
      changeDocument: (change) => {
        this.#history.insert(change);
        this.#afterChange();
      },
    });
    this.#maskFit.note(this.document.regions);
    this.#analyses.follow(this.document.regions, this.document.edits);
    this.#confidences.follow(this.document.edits);
  }

  /** Never changed in place: every change makes another one. */
  get document(): PhotoDocument {
    return this.#history.document;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** Edits differ from what was last saved; regions alone are no work that could be lost. */
  get hasUnsavedEdits(): boolean {
    return keyOfEdits(this.document.edits) !== this.#savedEdits;
  }

  /** Across, in pixels of the photo. */
  get brushSizePx(): number {
    return this.#brushSizePx;
  }

  set brushSizePx(size: number) {
    const { least, greatest } = this.brushSizeRange;
    this.#brushSizePx = clamp(Math.round(size), least, greatest);
  }

  get selectedRegionIds(): readonly string[] {
    return this.#selection.ids;
  }

  /** The one region that is selected; undefined when there are none or several. */
  get selectedRegion(): MaskedRegion | undefined {
    const { ids } = this.#selection;
    return ids.length === 1 ? this.region(ids[0]) : undefined;
  }

  /** What is running for this photo. */
  get job(): RestoreJob | undefined {
    return this.#restoring.job;
  }

  get lastResult(): LastResult | undefined {
    return this.#lastResult;
  }

  /** What went wrong in the last action on this photo. */
  get error(): ErrorInfo | undefined {
    return this.#error;
  }

  region(id: string): MaskedRegion | undefined {
    return this.document.regions.find((region) => region.id === id);
  }

  /** Undefined for regions whose damage the person has fixed with a measure. */
  analysisOf(regionId: string): RegionAnalysis | undefined {
    return this.#analyses.of(regionId);
  }

  /** How far a repair can be trusted; undefined until it was looked at. */
  confidenceOf(editId: string): Confidence | undefined {
    return this.#confidences.of(editId);
  }

  /** Whether the last restoration left the region alone because it found nothing wrong in it. */
  isSound(regionId: string): boolean {
    const then = this.#sound.get(regionId);
    return then !== undefined && then === this.region(regionId);
  }

  /** Patches that are in force, the lowest first. */
  layers(): Layers {
    return layersOf(this.document.edits);
  }

  /** Says what went wrong with the photo as a whole, such as its pixels not arriving. */
  reportError(error: ErrorInfo): void {
    if (!this.#isDisposed) this.#error = error;
  }

  clearError(): void {
    this.#error = undefined;
  }

  markSaved(): void {
    this.takeAsSaved();
    this.#keeper.changed();
  }

  /** The document came from where it is saved. */
  takeAsSaved(): void {
    this.#savedEdits = keyOfEdits(this.document.edits);
  }

  /** Regions that come back are selected. */
  undo(): void {
    this.#step(() => this.#history.undo());
  }

  redo(): void {
    this.#step(() => this.#history.redo());
  }

  /** What follows, up to `endGesture`, is undone in one step. */
  beginGesture(): void {
    this.#history.begin();
  }

  endGesture(): void {
    this.#history.end();
    this.#afterChange();
    this.#refitMasks();
  }

  /** Takes back what happened since `beginGesture`. */
  cancelGesture(): void {
    this.#history.cancel();
    this.#afterChange();
  }

  select(id: string | undefined, additive = false): void {
    this.#selection.select(id, additive);
    if (!additive || id !== undefined) this.selectedEditId = undefined;
  }

  selectAll(): void {
    this.#selection.replace(this.document.regions.map(({ id }) => id));
  }

  /** Adds a region and selects it. Gives its id, or undefined where there are too many already. */
  addRegion(rect: Rect, mask?: string, id: string = crypto.randomUUID()): string | undefined {
    if (this.document.regions.length >= greatestRegionCount) return undefined;
    this.clearError();
    const region: MaskedRegion = {
      id,
      rect: placeOnPhoto(rect, this.info),
      damage: 'auto',
      model: this.#services.settings().model,
      ...(mask !== undefined && { mask }),
    };
    this.#setRegions([...this.document.regions, region]);
    this.select(id);
    return id;
  }

  /** A region in the middle of what is seen, half as wide and high, for those who draw none with a pointer. */
  addRegionInView(): string | undefined {
    const { visible = { x: 0, y: 0, width: this.info.width, height: this.info.height } } = this.viewport;
    const { x, y, width, height } = visible;
    this.tool = 'rectangle';
    return this.addRegion({ x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 });
  }

  changeRegion(id: string, change: RegionChange): void {
    const region = this.region(id);
    if (region === undefined) return;
    this.clearError();
    const placed = change.rect && { ...change, rect: placeOnPhoto(change.rect, this.info) };
    this.#replaceRegions(new Map([[id, changedRegion(region, placed ?? change)]]));
    if (!this.#history.isInGesture) this.#refitMasks();
  }

  deleteRegion(id: string): void {
    if (this.region(id) !== undefined) this.#deleteRegions([id]);
  }

  /** Several at once stay together, and on the photo. */
  moveSelected(dx: number, dy: number): void {
    const regions = this.#selectedRegions();
    const by = limitMove(
      regions.map(({ rect }) => rect),
      dx,
      dy,
      this.info,
    );
    this.#changeSelected('move', ({ rect }) => ({ ...rect, x: rect.x + by.x, y: rect.y + by.y }));
  }

  /** Moves the right and lower edges. */
  resizeSelected(dw: number, dh: number): void {
    const { width, height } = this.info;
    this.#changeSelected('resize', ({ rect }) => ({
      ...rect,
      width: clamp(rect.width + dw, 1, width - rect.x),
      height: clamp(rect.height + dh, 1, height - rect.y),
    }));
    if (!this.#history.isInGesture) this.#refitMasks();
  }

  /** Deletes the selected regions; where there are none, the selected edit. */
  deleteSelected(): void {
    const { ids } = this.#selection;
    if (ids.length > 0) this.#deleteRegions(ids);
    else if (this.selectedEditId !== undefined) this.deleteEdit(this.selectedEditId);
  }

  /** The copies are selected. */
  duplicateSelected(): void {
    const room = greatestRegionCount - this.document.regions.length;
    const copies = this.#selectedRegions()
      .slice(0, room)
      .map((region) => {
        const { x, y, width, height } = region.rect;
        const shift = (start: number, length: number, available: number) =>
          start + length + duplicateShiftPx <= available
            ? start + duplicateShiftPx
            : Math.max(0, start - duplicateShiftPx);
        const rect = {
          x: shift(x, width, this.info.width),
          y: shift(y, height, this.info.height),
          width,
          height,
        };
        return { ...changedRegion(region, { rect }), id: crypto.randomUUID() };
      });
    if (copies.length === 0) return;
    this.#setRegions([...this.document.regions, ...copies]);
    this.#selection.replace(copies.map(({ id }) => id));
  }

  setStrength(editId: string, strength: number): void {
    this.#changeEdit(editId, { strength: clamp(strength, 0, 1) }, `strength ${editId}`);
  }

  setEnabled(editId: string, enabled: boolean): void {
    this.#changeEdit(editId, { enabled });
  }

  deleteEdit(editId: string): void {
    this.#setEdits(this.document.edits.filter(({ id }) => id !== editId));
  }

  /** Restores the selected regions, or all when none is selected. */
  async restore(): Promise<void> {
    const wanted = new Set(this.#selection.ids);
    const chosen = () => this.document.regions.filter(({ id }) => wanted.size === 0 || wanted.has(id));
    // What was painted a moment ago may still be on its way.
    if (chosen().length === 0) await this.#pendingMasks;
    if (this.job !== undefined || chosen().length === 0) return;
    const job = new RestoreJob({ what: 'restore', regionIds: chosen().map(({ id }) => id) });
    let sent: readonly MaskedRegion[] = [];
    const prepare = () => {
      sent = chosen();
      return this.#askToRestore('restore', sent, this.layers());
    };
    await this.#run(job, prepare, (result) => this.#acceptRegions(result, sent));
  }

  /** Makes an edit anew with another model. It stays in its place in the history. */
  async rerun(editId: string, model: string): Promise<void> {
    const place = () => this.document.edits.findIndex(({ id }) => id === editId);
    const old = this.document.edits[place()];
    if (this.job !== undefined || old === undefined || isWhole(old)) return;
    const region = { ...old.region, model };
    const prepare = () =>
      this.#askToRestore(
        'rerun',
        place() < 0 ? [] : [region],
        layersOf(this.document.edits.slice(0, Math.max(0, place()))),
      );
    await this.#run(new RestoreJob({ what: 'rerun', editId }), prepare, (result) =>
      this.#acceptRerun(editId, result, [region]),
    );
  }

  /** Ends the running restoration; what it has done so far is dropped. */
  cancel(): void {
    void this.#restoring.cancel().then((error) => {
      if (error !== undefined) this.reportError(error);
    });
  }

  /** Restorations, and storing of work, wait until a mask that is being encoded has reached the document. */
  awaitMask(mask: Promise<unknown>): void {
    this.#pendingMasks = Promise.allSettled([this.#pendingMasks, mask]);
  }

  /** Stores the work at once instead of a moment after the last change. */
  keepNow(): Promise<void> {
    return this.#keeper.flush();
  }

  /** All regions, repaired or not: what is damaged in the photo's file. */
  get markedRegions(): readonly MaskedRegion[] {
    const { regions, edits } = this.document;
    return [...regions, ...edits.flatMap((edit) => (isWhole(edit) ? [] : [edit.region]))];
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#analyses.dispose();
    this.#confidences.dispose();
    this.#keeper.dispose();
    this.#restoring.dispose();
  }

  #selectedRegions(): MaskedRegion[] {
    return this.document.regions.filter(({ id }) => this.#selection.has(id));
  }

  #changeSelected(kind: string, rectOf: (region: MaskedRegion) => Rect): void {
    const changed = this.#selectedRegions().map((region): [string, MaskedRegion] => [
      region.id,
      changedRegion(region, { rect: placeOnPhoto(rectOf(region), this.info) }),
    ]);
    this.#replaceRegions(new Map(changed), `${kind} ${this.#selection.ids.join()}`);
  }

  #replaceRegions(changed: ReadonlyMap<string, MaskedRegion>, kind?: string): void {
    this.#setRegions(
      this.document.regions.map((region) => changed.get(region.id) ?? region),
      kind,
    );
  }

  #setRegions(regions: MaskedRegion[], kind?: string): void {
    this.#set({ regions, edits: this.document.edits }, kind);
  }

  /** A region that was deleted is not proposed once more. */
  #deleteRegions(ids: readonly string[]): void {
    const { regions, edits } = this.document;
    this.#history.dismiss(ids, { regions: regions.filter(({ id }) => !ids.includes(id)), edits });
    this.#afterChange();
  }

  #changeEdit(editId: string, change: Partial<Edit>, kind?: string): void {
    this.clearError();
    this.#setEdits(
      this.document.edits.map((edit) => (edit.id === editId ? { ...edit, ...change } : edit)),
      kind,
    );
  }

  #setEdits(edits: Edit[], kind?: string): void {
    this.#set({ regions: this.document.regions, edits }, kind);
  }

  #set(document: PhotoDocument, kind?: string): void {
    this.#history.set(document, kind);
    this.#afterChange();
  }

  #step(go: () => void): void {
    this.clearError();
    const before = new Set(this.document.regions.map(({ id }) => id));
    go();
    this.#afterChange();
    const back = this.document.regions.filter(({ id }) => !before.has(id));
    if (back.length > 0) this.#selection.replace(back.map(({ id }) => id));
  }

  #afterChange(): void {
    const { regions, edits } = this.document;
    this.#selection.retain(new Set(regions.map(({ id }) => id)));
    if (!edits.some(({ id }) => id === this.selectedEditId)) this.selectedEditId = undefined;
    if (!edits.some(({ id }) => id === this.hoveredEditId)) this.hoveredEditId = undefined;
    this.#maskFit.note(regions);
    this.#analyses.follow(regions, edits);
    this.#confidences.follow(edits);
    this.#keeper.changed();
  }

  #askToRestore(
    what: 'restore' | 'rerun',
    regions: readonly MaskedRegion[],
    layers: Layers,
  ): AskForJob<RestoreResult> | undefined {
    if (regions.length === 0) return undefined;
    const photo = this.info.id;
    return async (job) => {
      const reply = await this.#services.api['restore.run']({ photo, job, layers, regions: [...regions] });
      const patches = reply.ok ? reply.value.regions.flatMap((region) => region.patches) : [];
      if (what === 'restore') await this.view?.show(patches);
      // Others may lie over those of a repair that is made anew.
      else await this.view?.prefetch(patches.map(({ id }) => id));
      return reply;
    };
  }

  /** Accepted proposals are regions like others; none of them is meant more than another. */
  #addFound(found: readonly MaskedRegion[]): void {
    const regions = [...this.document.regions, ...found].slice(0, greatestRegionCount);
    if (regions.length === this.document.regions.length) return;
    this.clearError();
    this.#setRegions(regions);
    this.select(undefined);
  }

  async #run<Result>(
    job: RestoreJob,
    prepare: () => AskForJob<Result> | undefined,
    accept: (result: Result) => LastResult | undefined,
  ): Promise<void> {
    this.clearError();
    this.#lastResult = undefined;
    const end = await this.#restoring.run(job, async () => {
      await this.#pendingMasks;
      return prepare();
    });
    if (this.#isDisposed) return;
    if (end.how === 'done') {
      this.#lastResult = accept(end.result);
      this.view?.settle();
      // A repair is worth more than a moved rectangle: not even a crash in the next instant may cost it.
      void this.keepNow();
    } else if (end.how === 'failed') this.reportError(end.error);
  }

  #acceptRegions(result: RestoreResult, sent: readonly MaskedRegion[]): LastResult {
    const outcome = outcomeOf(result, sent, ({ id }) => this.region(id) !== undefined);
    const { edits, sound } = outcome;
    this.#sound = new Map(sound.map((region) => [region.id, region]));
    if (edits.length > 0) {
      this.#history.insert((document) => withOutcome(document, outcome));
      this.#afterChange();
      this.selectedEditId = edits.length === 1 ? edits[0].id : undefined;
    }
    return { restored: edits.length, sound: sound.length, notices: result.notices };
  }

  #acceptRerun(editId: string, result: RestoreResult, sent: readonly MaskedRegion[]): LastResult | undefined {
    const old = this.document.edits.find(({ id }) => id === editId);
    if (old === undefined) return undefined;
    const { edits, sound } = outcomeOf(result, sent, () => true);
    const last = { restored: edits.length, sound: sound.length, notices: result.notices };
    if (edits.length === 0) return last;
    const edit = { ...edits[0], strength: old.strength };
    this.#history.insert((document) => withEditInPlace(document, editId, edit));
    this.#afterChange();
    this.selectedEditId = edit.id;
    return last;
  }

  async #keep(): Promise<void> {
    await this.#pendingMasks;
    const { document, hasUnsavedEdits } = this;
    const reply = await this.#services.api['work.keep']({ photo: this.info.id, document, hasUnsavedEdits });
    if (!reply.ok) this.reportError(reply.error);
  }

  /** Fits masks to rectangles whose size has changed, when a change has come to its end. */
  #refitMasks(): void {
    const refit = this.#services.refitMask ?? refitMask;
    for (const misfit of this.#maskFit.misfits(this.document.regions)) {
      this.awaitMask(
        refit(misfit.mask, misfit.madeFor, misfit.rect).then((fitting) => {
          this.#history.amend((document) => withFittingMask(document, misfit, fitting));
          this.#afterChange();
        }),
      );
    }
  }
}
