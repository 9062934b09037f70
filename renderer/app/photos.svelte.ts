import type { PhotoInfo } from '../../electron/ipc/contract.ts';
import type { PhotoDocument } from '../../electron/ipc/document.ts';
import type { PhotoSession } from '../editor/photo-session.svelte.ts';

export interface OpenedPhoto {
  readonly info: PhotoInfo;
  readonly document?: PhotoDocument | undefined;
  /** The document's repairs are saved nowhere. */
  readonly hasUnsavedEdits?: boolean | undefined;
}

export type MakeSession = (photo: OpenedPhoto) => PhotoSession;

/** The open photos in the order of the filmstrip, and the one that is shown. */
export class Photos {
  #list = $state.raw<readonly PhotoSession[]>([]);
  #activeId = $state<string>();
  readonly #makeSession: MakeSession;

  readonly active = $derived(this.#list.find(({ info }) => info.id === this.#activeId));
  /** Place of the shown photo, from 0; -1 where there is none. */
  readonly activeIndex = $derived(this.#list.findIndex(({ info }) => info.id === this.#activeId));

  constructor(makeSession: MakeSession) {
    this.#makeSession = makeSession;
  }

  get list(): readonly PhotoSession[] {
    return this.#list;
  }

  /** Adds photos at the end and shows the first of them. Those that are open already are only shown. */
  add(photos: readonly OpenedPhoto[]): void {
    if (photos.length === 0) return;
    const known = new Set(this.#list.map(({ info }) => info.id));
    const added = photos.filter(({ info }) => !known.has(info.id)).map((photo) => this.#makeSession(photo));
    if (added.length > 0) this.#list = [...this.#list, ...added];
    this.show(photos[0].info.id);
  }

  show(id: string): void {
    if (id === this.#activeId || !this.#list.some(({ info }) => info.id === id)) return;
    this.#activeId = id;
  }

  /** Shows the photo so many places further on; stops at the ends. */
  step(by: number): void {
    if (this.activeIndex < 0) return;
    const index = Math.min(this.#list.length - 1, Math.max(0, this.activeIndex + by));
    this.show(this.#list[index].info.id);
  }

  /** Takes a photo away; its neighbour is shown instead. */
  remove(id: string): void {
    const index = this.#list.findIndex(({ info }) => info.id === id);
    if (index < 0) return;
    const [removed] = this.#list.slice(index, index + 1);
    this.#list = this.#list.filter((session) => session !== removed);
    removed.dispose();
    if (id !== this.#activeId) return;
    const neighbour = this.#list[Math.min(index, this.#list.length - 1)];
    this.#activeId = undefined;
    if (neighbour !== undefined) this.show(neighbour.info.id);
  }
}
