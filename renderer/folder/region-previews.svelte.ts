import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { BatchSettings } from '../../electron/ipc/batch.ts';
import type { BatchPreview } from '../../electron/ipc/batch-requests.ts';

/** Where one photo would be repaired with the choices of now. */
export interface PhotoPreview {
  readonly width: number;
  readonly height: number;
  readonly regions: BatchPreview['levels'][number]['regions'];
}

export interface PreviewChoices {
  /** Of the folder; a photo's number counts in it alone. */
  readonly folder: string;
  readonly masks: string | null;
  readonly settings: BatchSettings;
}

/**
 * Where the photos in sight would be repaired. One is looked at after the other; the slider of the least confidence
 * needs no second look.
 */
export class RegionPreviews {
  /** Looking takes the computer's time: only where the person wants to see it. */
  isOn = $state(false);
  #found = $state.raw<
    ReadonlyMap<number, { readonly key: string; readonly preview: BatchPreview | undefined }>
  >(new Map());
  readonly #api: PhotomendApi;
  readonly #choices: () => PreviewChoices | undefined;
  readonly #key = $derived.by(() => keyOf(this.#choices()));
  #wanted: number[] = [];
  #isLooking = false;

  /** @param choices undefined while something is missing, or a batch runs */
  constructor(api: PhotomendApi, choices: () => PreviewChoices | undefined) {
    this.#api = api;
    this.#choices = choices;
  }

  /** Says that a photo is in sight, or no longer. Called again when the choices change. */
  want(n: number, isInSight: boolean): void {
    this.#wanted = this.#wanted.filter((one) => one !== n);
    if (isInSight && this.isMissing(n)) this.#wanted.push(n);
    void this.#look();
  }

  /** Whether a photo has still to be looked at. */
  isMissing(n: number): boolean {
    return this.isOn && this.#key !== '' && this.#found.get(n)?.key !== this.#key;
  }

  /** Undefined while it is not known. */
  of(n: number): PhotoPreview | undefined {
    const found = this.#found.get(n);
    if (!this.isOn || found?.preview === undefined || found.key !== this.#key) return undefined;
    const { width, height, levels } = found.preview;
    const { where } = this.#choices()?.settings ?? {};
    const least = where?.kind === 'found' ? where.minConfidence : 0;
    const level = levels.findLast(({ from }) => from <= least + 1e-6);
    return { width, height, regions: level?.regions ?? [] };
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (;;) {
      const choices = this.#choices();
      const n = this.isOn && choices !== undefined ? this.#wanted.shift() : undefined;
      if (n === undefined || choices === undefined) break;
      const { where, how } = choices.settings;
      const reply = await this.#api['batch.find']({ photo: n, where, how });
      // What is wrong with the photo shows when it is tried or repaired.
      const found = { key: keyOf(choices), preview: reply.ok ? reply.value : undefined };
      this.#found = new Map(this.#found).set(n, found);
    }
    this.#isLooking = false;
  }
}

/** All that a preview depends on. The least confidence is not among it. */
function keyOf(choices: PreviewChoices | undefined): string {
  if (choices === undefined) return '';
  const { folder, masks, settings } = choices;
  const { where, how } = settings;
  const what = where.kind === 'found' ? { kind: 'found', model: how.model } : where;
  return JSON.stringify({ folder, masks, what });
}
