/** Ids of what is selected, in the order of selecting. */
export class Selection {
  #ids = $state.raw<readonly string[]>([]);

  get ids(): readonly string[] {
    return this.#ids;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** Selects one, or nothing; `additive` adds it to the others, or takes it away if it was among them. */
  select(id: string | undefined, additive = false): void {
    if (id === undefined) {
      if (!additive) this.replace([]);
    } else if (!additive) {
      this.replace([id]);
    } else {
      this.replace(this.has(id) ? this.#ids.filter((other) => other !== id) : [...this.#ids, id]);
    }
  }

  replace(ids: readonly string[]): void {
    const isSame = ids.length === this.#ids.length && ids.every((id, i) => id === this.#ids[i]);
    if (!isSame) this.#ids = ids;
  }

  /** Forgets what is no longer there. */
  retain(existing: ReadonlySet<string>): void {
    if (this.#ids.some((id) => !existing.has(id))) this.#ids = this.#ids.filter((id) => existing.has(id));
  }
}
