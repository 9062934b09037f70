import { SvelteMap } from 'svelte/reactivity';
import type { Confidence, Layers, Reply } from '../../electron/ipc/contract.ts';
import type { Edit, RegionEdit } from '../../electron/ipc/document.ts';
import { isWhole } from '../../electron/ipc/whole-edits.ts';
import { layersOf } from './edits.ts';

type Check = (edit: RegionEdit, beneath: Layers) => Promise<Reply<Confidence | null>>;

/** The repair itself comes first on the screen. */
const patienceMilliseconds = 400;

/** How far each repair of a region can be trusted; asked once for each. */
export class Confidences {
  readonly #known = new SvelteMap<string, Confidence>();
  readonly #asked = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #check: Check;

  constructor(check: Check) {
    this.#check = check;
  }

  /** Undefined until it is known, and where nothing can be said. */
  of(editId: string): Confidence | undefined {
    return this.#known.get(editId);
  }

  /** Takes note of the repairs as they are now. */
  follow(edits: readonly Edit[]): void {
    for (const [index, edit] of edits.entries()) {
      if (isWhole(edit) || this.#asked.has(edit.id) || edit.patches.length === 0) continue;
      const ask = () => void this.#ask(edit, layersOf(edits.slice(0, index)));
      this.#asked.set(edit.id, setTimeout(ask, patienceMilliseconds));
    }
  }

  dispose(): void {
    for (const timer of this.#asked.values()) clearTimeout(timer);
  }

  /** A repair without a mark is no reason to bother anybody. */
  async #ask(edit: RegionEdit, beneath: Layers): Promise<void> {
    const reply = await this.#check(edit, beneath);
    if (reply.ok && reply.value !== null) this.#known.set(edit.id, reply.value);
  }
}
