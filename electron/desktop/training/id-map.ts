import { randomUUID } from 'node:crypto';

/** Paths by ids that cannot be guessed: the page learns only these. */
export class IdMap {
  readonly #ids = new Map<string, string>();
  readonly #paths = new Map<string, string>();

  idOf(path: string): string {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    const id = randomUUID();
    this.#ids.set(path, id);
    this.#paths.set(id, path);
    return id;
  }

  pathOf(id: string): string | undefined {
    return this.#paths.get(id);
  }
}
