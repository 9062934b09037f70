import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { Opened, OpenFailure, RecentPhoto, Reply, UnsavedWork } from '../../electron/ipc/contract.ts';
import type { Photos } from './photos.svelte.ts';
import type { Status } from './status.svelte.ts';

export interface OpeningParts {
  readonly api: PhotomendApi;
  readonly photos: Photos;
  readonly status: Status;
  /** Photos came, or files that cannot be opened. */
  readonly onOpened: () => void;
}

/** All the ways in which photos come into the window. */
export class Opening {
  recent = $state.raw<readonly RecentPhoto[]>([]);
  /** Work that an earlier run of the app left unsaved. */
  unsaved = $state.raw<readonly UnsavedWork[]>([]);
  #failures = $state.raw<readonly OpenFailure[]>([]);
  #pending = $state(0);
  readonly #parts: OpeningParts;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Files that could not be opened: until they were read, another photo was opened, or the person has seen them off. */
  get failures(): readonly OpenFailure[] {
    return this.#failures;
  }

  get isOpening(): boolean {
    return this.#pending > 0;
  }

  /** Takes what was opened: by a request of this window, or by a double-click in the file manager. */
  take({ photos, failures }: Opened): void {
    this.#parts.photos.add(photos);
    if (photos.length + failures.length > 0) this.#parts.onOpened();
    if (photos.length > 0) this.dismissRead();
    if (failures.length === 0) return;
    const again = new Set(failures.map(({ name }) => name));
    this.#failures = [...this.#failures.filter(({ name }) => !again.has(name)), ...failures];
  }

  async choose(what: 'files' | 'folder'): Promise<void> {
    await this.#open(this.#parts.api['photos.choose']({ what }));
  }

  async drop(files: readonly File[]): Promise<void> {
    if (files.length > 0) await this.#open(this.#parts.api.openDropped(files));
  }

  async paste(): Promise<void> {
    await this.#open(this.#parts.api['photos.paste']({}));
  }

  async openRecent(id: string): Promise<void> {
    await this.#open(this.#parts.api['photos.openRecent']({ id }));
  }

  async openSample(): Promise<void> {
    await this.#open(this.#parts.api['photos.openSample']({}));
  }

  /** Opens what can be read of a truncated photo. */
  async openTolerant(failure: OpenFailure): Promise<void> {
    if (failure.retry === undefined) return;
    this.dismiss(failure);
    await this.#open(this.#parts.api['photos.openTolerant']({ retry: failure.retry }));
  }

  async clearRecent(): Promise<void> {
    await this.#parts.api['recent.clear']({});
  }

  dismiss(failure: OpenFailure): void {
    this.#failures = this.#failures.filter((one) => one !== failure);
  }

  /** Those that were only to be read; one that offers something to do waits for an answer. */
  dismissRead(): void {
    if (this.#failures.some(({ retry }) => retry === undefined))
      this.#failures = this.#failures.filter(({ retry }) => retry !== undefined);
  }

  dismissAll(): void {
    this.#failures = [];
  }

  /** Goes on with unsaved work. */
  async resume(work: UnsavedWork): Promise<void> {
    const isDone = await this.#open(this.#parts.api['work.resume']({ id: work.id }));
    if (isDone) this.#forget(work);
  }

  /** Throws unsaved work away, after asking. */
  async discard(work: UnsavedWork): Promise<void> {
    const { api, status } = this.#parts;
    const answer = await api['app.confirm']({ question: 'discard-work', name: work.name });
    if (!answer.ok || !answer.value) return;
    const reply = await api['work.discard']({ id: work.id });
    if (reply.ok) this.#forget(work);
    else status.fail(reply.error);
  }

  #forget(work: UnsavedWork): void {
    this.unsaved = this.unsaved.filter(({ id }) => id !== work.id);
  }

  /** @returns whether a photo was opened */
  async #open(request: Promise<Reply<Opened>>): Promise<boolean> {
    this.#pending++;
    try {
      const reply = await request;
      this.#parts.status.clearProblem();
      if (reply.ok) this.take(reply.value);
      else this.#parts.status.fail(reply.error);
      return reply.ok && reply.value.photos.length > 0;
    } finally {
      this.#pending--;
    }
  }
}
