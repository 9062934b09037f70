import { SvelteMap } from 'svelte/reactivity';
import type { Analysis, ErrorInfo, Layers, Reply } from '../../electron/ipc/contract.ts';
import type { Edit, MaskedRegion } from '../../electron/ipc/document.ts';
import { intersect, sameRect } from './geometry.ts';

/** How far the question what is wrong in a region has come. */
export type RegionAnalysis =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly analysis: Analysis }
  | { readonly state: 'failed'; readonly error: ErrorInfo };

/** Time without a change after which a region is analysed. */
const restMilliseconds = 250;

interface Question {
  readonly region: MaskedRegion;
  /** Edits that change what is to be seen in the region. */
  readonly beneath: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Ask = (region: MaskedRegion) => Promise<Reply<Analysis>>;

/** Asks what is wrong in each region, again after each change of it, and keeps the answers to the latest questions. */
export class Analyses {
  readonly #answers = new SvelteMap<string, RegionAnalysis>();
  readonly #questions = new Map<string, Question>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Undefined for regions whose damage the person has fixed with a measure: nothing is asked about them. */
  of(regionId: string): RegionAnalysis | undefined {
    return this.#answers.get(regionId);
  }

  /** Takes note of the regions as they are now. */
  follow(regions: readonly MaskedRegion[], edits: readonly Edit[]): void {
    const asked = regions.filter(({ damage }) => typeof damage === 'string');
    const gone = new Set(this.#questions.keys());
    for (const region of asked) {
      gone.delete(region.id);
      const beneath = layersBeneath(region, edits);
      const before = this.#questions.get(region.id);
      if (before?.beneath === beneath && showsTheSame(before.region, region)) continue;
      clearTimeout(before?.timer);
      const question: Question = { region, beneath, timer: undefined };
      question.timer = setTimeout(() => void this.#put(question), restMilliseconds);
      this.#questions.set(region.id, question);
      this.#answer(region.id, { state: 'running' });
    }
    for (const id of gone) {
      clearTimeout(this.#questions.get(id)?.timer);
      this.#questions.delete(id);
      this.#answer(id, undefined);
    }
  }

  dispose(): void {
    for (const { timer } of this.#questions.values()) clearTimeout(timer);
    this.#questions.clear();
  }

  async #put(question: Question): Promise<void> {
    const { region } = question;
    const reply = await this.#ask(region);
    if (this.#questions.get(region.id) !== question) return;
    this.#answer(
      region.id,
      reply.ok ? { state: 'done', analysis: reply.value } : { state: 'failed', error: reply.error },
    );
  }

  #answer(regionId: string, answer: RegionAnalysis | undefined): void {
    if (answer === undefined) this.#answers.delete(regionId);
    else this.#answers.set(regionId, answer);
  }
}

function showsTheSame(a: MaskedRegion, b: MaskedRegion): boolean {
  return sameRect(a.rect, b.rect) && a.mask === b.mask;
}

function layersBeneath({ rect }: MaskedRegion, edits: readonly Edit[]): string {
  const layers: Layers = edits
    .filter(({ enabled }) => enabled)
    .flatMap(({ patches, strength }) =>
      patches
        .filter((patch) => intersect(patch.rect, rect) !== undefined)
        .map(({ id }) => ({ patch: id, strength })),
    );
  return JSON.stringify(layers);
}
