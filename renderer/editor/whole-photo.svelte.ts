import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { MaskedRegion, PhotoDocument, WholeEdit, WholeSteps } from '../../electron/ipc/document.ts';
import { allWholeSteps, isWhole } from '../../electron/ipc/whole-edits.ts';
import type { WholeResult } from '../../electron/ipc/whole-photo.ts';
import { layersOf } from './edits.ts';
import { Finding } from './finding.svelte.ts';
import type { LastResult } from './last-result.ts';
import { RestoreJob } from './restore-job.svelte.ts';
import type { AskForJob } from './restoring.svelte.ts';

/** What the photo's session does for work on the whole photo. */
export interface WholePhotoSession {
  readonly photo: string;
  readonly api: PhotomendApi;
  document(): PhotoDocument;
  /** Ids of proposals that the person did not want. */
  dismissed(): ReadonlySet<string>;
  /** In one step that can be undone. */
  dismiss(ids: readonly string[]): void;
  /** The model that the person prefers. */
  model(): string;
  isBusy(): boolean;
  run<Result>(
    job: RestoreJob,
    prepare: () => AskForJob<Result> | undefined,
    accept: (result: Result) => LastResult,
  ): Promise<void>;
  /** In one step that can be undone. */
  addRegions(regions: readonly MaskedRegion[]): void;
  /** A step of its own, whatever else is going on. */
  changeDocument(change: (document: PhotoDocument) => PhotoDocument): void;
}

/** Finding damage in the whole photo, and repairing all of it. */
export class WholePhoto {
  readonly finding: Finding;
  #steps = $state.raw<WholeSteps>(allWholeSteps);
  readonly #session: WholePhotoSession;

  constructor(session: WholePhotoSession) {
    this.#session = session;
    this.finding = new Finding(session);
  }

  /** What the next repair does. */
  get steps(): WholeSteps {
    return this.#steps;
  }

  get hasSteps(): boolean {
    return Object.values(this.#steps).some(Boolean);
  }

  setStep(step: keyof WholeSteps, isOn: boolean): void {
    this.#steps = { ...this.#steps, [step]: isOn };
  }

  /** The photo's repair as a whole that counts: the last one. */
  get edit(): WholeEdit | undefined {
    return this.#session.document().edits.findLast(isWhole);
  }

  /** Looks for damage; what is found is proposed. */
  async find(): Promise<void> {
    const session = this.#session;
    if (session.isBusy()) return;
    await session.run(
      new RestoreJob({ what: 'find' }),
      () => (job) =>
        session.api['whole.find']({ photo: session.photo, job, layers: layersOf(session.document().edits) }),
      ({ places, notices }) => {
        this.finding.take(places);
        return { found: this.finding.shown.length, notices };
      },
    );
  }

  /** Does without proposals; without all of them, shown or not, where none are named. */
  dismiss(ids: readonly string[] = this.finding.open.map(({ id }) => id)): void {
    this.#session.dismiss(ids);
  }

  /** Turns proposals into regions; all that are shown where none are named. */
  accept(ids: readonly string[] = this.finding.shown.map(({ id }) => id)): void {
    this.#session.addRegions(this.finding.regionsOf(ids, this.#session.model()));
  }

  /**
   * Repairs the whole photo on top of what was repaired before. Once more, it takes the place of the last such repair:
   * what lies on top of that stays on top.
   */
  async repair(): Promise<void> {
    const session = this.#session;
    if (session.isBusy() || !this.hasSteps) return;
    const old = this.edit?.id;
    const steps = this.#steps;
    const model = session.model();
    await session.run(
      new RestoreJob({ what: 'whole', editId: old }),
      () => (job) => {
        const { edits } = session.document();
        const place = edits.findIndex(({ id }) => id === old);
        const beneath = layersOf(place < 0 ? edits : edits.slice(0, place));
        return session.api['whole.repair']({ photo: session.photo, job, layers: beneath, model, steps });
      },
      (result) => this.#take(result, { steps, model }, old),
    );
  }

  #take(
    result: WholeResult,
    its: Pick<WholeEdit['whole'], 'steps' | 'model'>,
    old: string | undefined,
  ): LastResult {
    const { patches, report, provider, seconds, notices } = result;
    const before = this.#session.document().edits.find(({ id }) => id === old);
    if (patches.length === 0 && before === undefined) return { whole: 'sound', notices };
    const made: WholeEdit = {
      id: crypto.randomUUID(),
      whole: { ...its, report },
      patches,
      strength: before?.strength ?? 1,
      enabled: true,
      provider,
      seconds,
      madeAt: new Date().toISOString(),
    };
    this.#session.changeDocument(({ regions, edits }) => ({
      regions,
      edits: edits.some(({ id }) => id === old)
        ? edits.map((edit) => (edit.id === old ? made : edit))
        : [...edits, made],
    }));
    this.finding.clear();
    return { whole: patches.length === 0 ? 'sound' : 'repaired', notices };
  }
}
