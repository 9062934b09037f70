import type { PhotoDocument } from '../../electron/ipc/document.ts';
import { History } from './history.svelte.ts';

/** What undo moves between: the work on a photo, and the proposals that the person did not want. */
interface Snapshot {
  readonly document: PhotoDocument;
  /** Ids of proposals. Not part of the work, which is kept: proposals are found anew. */
  readonly dismissed: ReadonlySet<string>;
}

/** The states of one photo's work, to go back and forth between. */
export class DocumentHistory {
  readonly #history: History<Snapshot>;

  constructor(document: PhotoDocument) {
    this.#history = new History({ document, dismissed: new Set() });
  }

  get document(): PhotoDocument {
    return this.#history.current.document;
  }

  get dismissed(): ReadonlySet<string> {
    return this.#history.current.dismissed;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  get isInGesture(): boolean {
    return this.#history.isInGesture;
  }

  /** @param kind changes of the same kind in quick succession become one step */
  set(document: PhotoDocument, kind?: string): void {
    this.#history.set({ ...this.#history.current, document }, kind);
  }

  /** Dismisses proposals in one step, together with a change of the document where there is one. */
  dismiss(ids: readonly string[], document = this.document): void {
    this.#history.set({ document, dismissed: new Set([...this.dismissed, ...ids]) });
  }

  /** A step of its own that comes from elsewhere: a gesture that is going on goes on, and can still be cancelled. */
  insert(change: (document: PhotoDocument) => PhotoDocument): void {
    this.#history.insert((snapshot) => ({ ...snapshot, document: change(snapshot.document) }));
  }

  /** What follows, up to `end`, is one step. */
  begin(): void {
    this.#history.begin();
  }

  end(): void {
    this.#history.end();
  }

  /** Takes back what happened since `begin`. */
  cancel(): void {
    this.#history.cancel();
  }

  undo(): void {
    this.#history.undo();
  }

  redo(): void {
    this.#history.redo();
  }

  /** Puts something right in every state, for what becomes known only later. */
  amend(change: (document: PhotoDocument) => PhotoDocument): void {
    this.#history.amend((snapshot) => ({ ...snapshot, document: change(snapshot.document) }));
  }
}
