const greatestDepth = 200;
/** Changes of one kind within this time, such as a held arrow key, are undone together. */
const joinMilliseconds = 800;

/** Snapshots of something immutable, to go back and forth between. */
export class History<T> {
  #current: T;
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  #beforeGesture: T | undefined;
  #lastKind: string | undefined;
  #lastAt = 0;

  constructor(first: T) {
    this.#current = $state.raw(first);
  }

  get current(): T {
    return this.#current;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  get isInGesture(): boolean {
    return this.#beforeGesture !== undefined;
  }

  /** @param kind changes of the same kind in quick succession become one step */
  set(next: T, kind?: string): void {
    if (next === this.#current) return;
    if (this.#beforeGesture === undefined) {
      const now = Date.now();
      const joins = kind !== undefined && kind === this.#lastKind && now - this.#lastAt < joinMilliseconds;
      if (!joins) this.#remember(this.#current);
      this.#lastKind = kind;
      this.#lastAt = now;
    }
    this.#current = next;
  }

  /** A step of its own that comes from elsewhere: a gesture that is going on goes on, and can still be cancelled. */
  insert(change: (snapshot: T) => T): void {
    if (this.#beforeGesture === undefined) {
      this.set(change(this.#current));
      return;
    }
    this.#remember(this.#beforeGesture);
    this.#beforeGesture = change(this.#beforeGesture);
    this.#current = change(this.#current);
  }

  /** What follows, up to `end`, is one step. */
  begin(): void {
    this.end();
    this.#beforeGesture = this.#current;
  }

  end(): void {
    const before = this.#beforeGesture;
    this.#beforeGesture = undefined;
    this.#lastKind = undefined;
    if (before !== undefined && before !== this.#current) this.#remember(before);
  }

  /** Takes back what happened since `begin`. */
  cancel(): void {
    if (this.#beforeGesture !== undefined) this.#current = this.#beforeGesture;
    this.#beforeGesture = undefined;
  }

  undo(): void {
    this.end();
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#current];
    this.#current = before;
  }

  redo(): void {
    this.end();
    const after = this.#future.at(-1);
    if (after === undefined) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.#current];
    this.#current = after;
  }

  /** Puts something right in every snapshot, for what becomes known only later. */
  amend(change: (snapshot: T) => T): void {
    this.#past = this.#past.map(change);
    this.#future = this.#future.map(change);
    if (this.#beforeGesture !== undefined) this.#beforeGesture = change(this.#beforeGesture);
    this.#current = change(this.#current);
  }

  #remember(snapshot: T): void {
    this.#past = [...this.#past, snapshot].slice(-greatestDepth);
    this.#future = [];
  }
}
