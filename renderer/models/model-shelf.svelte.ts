import { SvelteMap } from 'svelte/reactivity';
import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import type { CatalogueModelInfo, ModelAnswers, ModelDraft, ModelInfo } from '../../electron/ipc/models.ts';
import { Listing } from '../app/equipment.svelte.ts';

/** How much of a download has come. */
export interface DownloadState {
  readonly receivedBytes: number;
  readonly bytes: number;
}

/** Imports, downloads and removes models. */
export class ModelShelf {
  readonly #api: PhotomendApi;
  readonly #models: Listing<ModelInfo>;
  readonly catalogue: Listing<CatalogueModelInfo>;
  readonly downloads = new SvelteMap<string, DownloadState>();
  /** A file that waits for answers. */
  draft = $state.raw<ModelDraft>();
  /** A file is being looked at or tried out. */
  isBusy = $state(false);
  error = $state.raw<ErrorInfo>();
  readonly #unsubscribe: () => void;

  constructor(api: PhotomendApi, models: Listing<ModelInfo>) {
    this.#api = api;
    this.#models = models;
    this.catalogue = new Listing(() => api['models.catalogue']({}));
    this.#unsubscribe = api.on('models.progress', ({ id, ...state }) => {
      if (this.downloads.has(id)) this.downloads.set(id, state);
    });
  }

  get models(): Listing<ModelInfo> {
    return this.#models;
  }

  load(): void {
    void this.#models.load();
    void this.catalogue.load();
  }

  /** Lets the person pick a file; where nothing must be asked, it is imported at once. */
  async choose(): Promise<void> {
    this.draft = undefined;
    const draft = await this.#busy(() => this.#api['models.choose']({}));
    if (draft === undefined || draft === null) return;
    if (draft.guessed.length > 0) this.draft = draft;
    else await this.#import(draft, {});
  }

  async answer(answers: ModelAnswers): Promise<void> {
    if (this.draft !== undefined) await this.#import(this.draft, answers);
  }

  async #import({ draft }: ModelDraft, answers: ModelAnswers): Promise<void> {
    const model = await this.#busy(() => this.#api['models.import']({ draft, answers }));
    if (model === undefined) return;
    this.draft = undefined;
    await this.#refresh();
  }

  /** Removes a model after asking. */
  async remove({ id, name }: ModelInfo): Promise<void> {
    const answer = await this.#api['app.confirm']({ question: 'remove-model', name });
    if (!answer.ok || !answer.value) return;
    await this.#busy(() => this.#api['models.remove']({ id }));
    await this.#refresh();
  }

  async setDefault(id: string, isDefault: boolean): Promise<void> {
    await this.#busy(() => this.#api['models.setDefault']({ id, isDefault }));
    await this.#models.refresh();
  }

  async setFidelity(id: string, fidelity: number): Promise<void> {
    await this.#busy(() => this.#api['models.setFidelity']({ id, fidelity }));
    await this.#models.refresh();
  }

  async download({ id, bytes }: CatalogueModelInfo): Promise<void> {
    if (this.downloads.has(id)) return;
    this.error = undefined;
    this.downloads.set(id, { receivedBytes: 0, bytes: bytes ?? 0 });
    const reply = await this.#api['models.download']({ id });
    this.downloads.delete(id);
    if (!reply.ok && reply.error.code !== 'download/cancelled') this.error = reply.error;
    await this.#refresh();
  }

  cancelDownload(id: string): void {
    void this.#api['models.cancelDownload']({ id });
  }

  dispose(): void {
    this.#unsubscribe();
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#models.refresh(), this.catalogue.refresh()]);
  }

  async #busy<Value>(work: () => Promise<Reply<Value>>): Promise<Value | undefined> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.error = undefined;
    const reply = await work();
    this.isBusy = false;
    if (reply.ok) return reply.value;
    this.error = reply.error;
    return undefined;
  }
}
