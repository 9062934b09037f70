import type { MaskedRegion, PhotoDocument } from '../../electron/ipc/document.ts';
import type { FoundPlace } from '../../electron/ipc/whole-photo.ts';

/** A place that was found, as a proposal. Where it is accepted, the region has the same id. */
export interface Proposal extends FoundPlace {
  readonly id: string;
}

/** Places from this certainty on are shown at first. */
const usualCertainty = 0.5;

/** What became of proposals, as undo and redo leave it. */
export interface FindingWork {
  document(): PhotoDocument;
  dismissed(): ReadonlySet<string>;
}

/** What was found in a photo: proposals that a person accepts or dismisses. */
export class Finding {
  readonly #work: FindingWork;
  #proposals = $state.raw<readonly Proposal[] | undefined>();
  #leastCertainty = $state(usualCertainty);
  #selectedId = $state<string | undefined>();
  hoveredId = $state<string | undefined>();

  constructor(work: FindingWork) {
    this.#work = work;
  }

  /** Neither accepted nor dismissed, the surest first. One is back when that is undone. */
  readonly open: readonly Proposal[] = $derived.by(() => {
    if (this.#proposals === undefined) return [];
    const { regions, edits } = this.#work.document();
    const taken = new Set(regions.map(({ id }) => id));
    for (const edit of edits) if ('region' in edit) taken.add(edit.region.id);
    const dismissed = this.#work.dismissed();
    return this.#proposals.filter(({ id }) => !taken.has(id) && !dismissed.has(id));
  });

  /** Those that are certain enough. */
  readonly shown: readonly Proposal[] = $derived(
    this.open.filter(({ certainty }) => certainty >= this.#leastCertainty),
  );

  /** The photo was looked through and nothing was found. */
  get isClean(): boolean {
    return this.#proposals?.length === 0;
  }

  /** 0..1: how certain places must be to be shown. */
  get leastCertainty(): number {
    return this.#leastCertainty;
  }

  set leastCertainty(value: number) {
    this.#leastCertainty = Math.min(1, Math.max(0, value));
  }

  /** The proposal that was clicked; undefined where it is no longer shown. */
  get selectedId(): string | undefined {
    return this.shown.some(({ id }) => id === this.#selectedId) ? this.#selectedId : undefined;
  }

  select(id: string | undefined): void {
    this.#selectedId = id;
  }

  /** Takes what was found; what was proposed before is gone. */
  take(places: readonly FoundPlace[]): void {
    const doubtfulOnly = places.every(({ certainty }) => certainty < usualCertainty);
    this.#proposals = doubtfulOnly ? [] : places.map((place) => ({ ...place, id: crypto.randomUUID() }));
    this.#selectedId = undefined;
    this.hoveredId = undefined;
  }

  /** As if nobody had looked. */
  clear(): void {
    this.#proposals = undefined;
  }

  /** The shown proposals with these ids as regions. */
  regionsOf(ids: readonly string[], model: string): MaskedRegion[] {
    return this.shown
      .filter(({ id }) => ids.includes(id))
      .map(({ id, kind, rect, mask, damage }) => ({
        id,
        rect,
        damage,
        model,
        found: kind,
        ...(mask !== undefined && { mask }),
      }));
  }
}
