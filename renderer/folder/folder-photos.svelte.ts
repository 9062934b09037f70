import type { BatchPhoto, BatchPhotoState } from '../../electron/ipc/batch-requests.ts';
import type { ErrorInfo } from '../../electron/ipc/contract.ts';
import { type Direction, moved } from './queue-order.ts';

export interface FolderPhoto extends BatchPhoto {
  readonly error?: ErrorInfo | undefined;
  /** How often it has been repaired: every result has another picture. */
  readonly turn?: number;
}

/** Whether the run made something of a photo that a person can keep or discard. */
export function hasOwnResult({ state }: Pick<BatchPhoto, 'state'>): boolean {
  return state === 'repaired' || state === 'clean';
}

/** The photos of a folder as they are shown: waiting ones in the order in which their turn comes. */
export class FolderPhotos {
  #photos = $state.raw<readonly FolderPhoto[]>([]);
  selected = $state<number>();

  get all(): readonly FolderPhoto[] {
    return this.#photos;
  }

  get selectedPhoto(): FolderPhoto | undefined {
    return this.#photos.find(({ n }) => n === this.selected);
  }

  /** Takes the photos of another folder, or the same ones with other numbers. */
  take(photos: readonly BatchPhoto[]): void {
    this.#photos = photos;
  }

  /** Takes what has changed. */
  change(changes: readonly (Pick<BatchPhoto, 'n' | 'state'> & { readonly error?: ErrorInfo | undefined })[]) {
    if (changes.length === 0) return;
    const byNumber = new Map(changes.map((change) => [change.n, change]));
    this.#photos = this.#photos.map((photo) => {
      const change = byNumber.get(photo.n);
      if (change === undefined) return photo;
      const turn = (photo.turn ?? 0) + (change.state === 'repaired' ? 1 : 0);
      return { ...photo, state: change.state, error: change.error, turn };
    });
  }

  mark(numbers: readonly number[], state: BatchPhotoState): void {
    this.change(numbers.map((n) => ({ n, state })));
  }

  withState(state: BatchPhotoState): number[] {
    return this.#photos.filter((photo) => photo.state === state).map(({ n }) => n);
  }

  /**
   * Moves a photo among those that wait.
   * @returns the one that it now comes before, `null` where it comes last; undefined where it cannot be moved
   */
  move(n: number, to: Direction): number | null | undefined {
    const order = moved(this.#photos, n, to);
    if (order === undefined) return undefined;
    this.#photos = order.photos;
    return order.before;
  }

  /** The next one that waits after a photo; `null` where there is none. */
  waitingAfter(n: number): number | null {
    const at = this.#photos.findIndex((photo) => photo.n === n);
    return this.#photos.slice(at + 1).find(({ state }) => state === 'waiting')?.n ?? null;
  }

  /** Moves the selection; stops at the ends. */
  step(by: number): void {
    const last = this.#photos.length - 1;
    if (last < 0) return;
    const at = this.#photos.findIndex(({ n }) => n === this.selected);
    this.selected = this.#photos[Math.min(last, Math.max(0, at + by))].n;
  }
}
