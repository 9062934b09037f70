import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import type {
  Estimate,
  LibraryModel,
  RunDetails,
  TrainingChoices,
  TrainingDefaults,
  TrainingState,
} from '../../electron/ipc/training.ts';
import type { Status } from '../app/status.svelte.ts';

export type TrainingTab = 'new' | 'runs' | 'models';

export interface DeskParts {
  readonly status: Status;
  /** The models changed: other lists of them are out of date. */
  readonly onModels: () => void;
}

/** The Training place: the photos, the trainings, the models. */
export class TrainingDesk {
  #state = $state.raw<TrainingState>();
  #defaults = $state.raw<TrainingDefaults>();
  #details = $state.raw<RunDetails>();
  #models = $state.raw<readonly LibraryModel[]>();
  #estimate = $state.raw<Estimate>();
  #isEstimating = $state(false);
  #problem = $state.raw<ErrorInfo>();
  tab = $state<TrainingTab>('new');
  /** The drawer stays as it was left. */
  isAdvanced = $state(false);
  choices = $state.raw<TrainingChoices>();
  /** The run that is looked at. */
  selected = $state<string>();
  #loadedAt = '';
  #wasOpened = false;
  readonly #api: PhotomendApi;
  readonly #parts: DeskParts;
  readonly #unsubscribe: (() => void)[];

  constructor(api: PhotomendApi, parts: DeskParts) {
    this.#api = api;
    this.#parts = parts;
    this.#unsubscribe = [
      api.on('training.changed', (state) => this.#take(state)),
      api.on('library.changed', () => {
        parts.onModels();
        if (this.#models !== undefined) void this.loadModels();
      }),
    ];
  }

  get state(): TrainingState | undefined {
    return this.#state;
  }

  get defaults(): TrainingDefaults | undefined {
    return this.#defaults;
  }

  /** Of the selected run. */
  get details(): RunDetails | undefined {
    return this.#details?.run.id === this.selected ? this.#details : undefined;
  }

  get models(): readonly LibraryModel[] | undefined {
    return this.#models;
  }

  /** For the choices as they are. */
  get estimate(): Estimate | undefined {
    return this.#estimate;
  }

  get isEstimating(): boolean {
    return this.#isEstimating;
  }

  get problem(): ErrorInfo | undefined {
    return this.#problem;
  }

  dismissProblem(): void {
    this.#problem = undefined;
  }

  /** The place is shown. */
  async open(): Promise<void> {
    const [state, defaults] = await Promise.all([
      this.#api['training.state']({}),
      this.#defaults === undefined ? this.#api['training.defaults']({}) : undefined,
    ]);
    if (defaults !== undefined) {
      const given = this.#value(defaults);
      this.#defaults = given;
      this.choices ??= given?.byGoal.portraits;
    }
    const given = this.#value(state);
    if (given === undefined) return;
    // News of a training may have come before its place was ever shown.
    const isFirst = !this.#wasOpened;
    this.#wasOpened = true;
    this.#take(given);
    // One that the last end of the app interrupted goes on in a moment.
    const current = given.active?.run ?? given.runs.find(({ state: its }) => its === 'running')?.id;
    if (isFirst && current !== undefined) this.select(current);
  }

  change(change: Partial<TrainingChoices>): void {
    if (this.choices === undefined) return;
    this.choices = { ...this.choices, ...change };
    this.#estimate = undefined;
  }

  chooseGoal(goal: keyof TrainingDefaults['byGoal']): void {
    const chosen = this.#defaults?.byGoal[goal];
    if (chosen !== undefined) this.change(this.#keepingMachine(chosen));
  }

  choosePreset(preset: keyof TrainingDefaults['byPreset']): void {
    const chosen = this.#defaults?.byPreset[preset];
    if (chosen !== undefined) this.change(this.#keepingMachine(chosen));
  }

  /** What is about the computer is no goal's business. */
  #keepingMachine(chosen: TrainingChoices): TrainingChoices {
    if (this.choices === undefined) return chosen;
    const { provider, effort, memoryGiB, checkpointSeconds } = this.choices;
    return { ...chosen, provider, effort, memoryGiB, checkpointSeconds };
  }

  async measure(): Promise<void> {
    const { choices } = this;
    if (choices === undefined || this.#isEstimating) return;
    this.#isEstimating = true;
    const estimate = this.#value(await this.#api['training.estimate']({ choices: $state.snapshot(choices) }));
    this.#isEstimating = false;
    if (this.choices === choices) this.#estimate = estimate;
  }

  async start(): Promise<void> {
    const { choices } = this;
    if (choices === undefined) return;
    const parts = this.#estimate?.parts ?? 1;
    const begun = this.#value(
      await this.#api['training.start']({ choices: $state.snapshot(choices), parts }),
    );
    if (begun !== undefined) this.select(begun.run);
  }

  /** Looks at a run. */
  select(run: string | undefined): void {
    this.selected = run;
    this.tab = 'runs';
    if (run !== undefined) void this.#loadDetails(run);
  }

  addFolders = () => this.#send(this.#api['training.addFolders']({}));
  removeFolder = (id: string) => this.#send(this.#api['training.removeFolder']({ id }));
  exclude = (id: string, isExcluded: boolean) =>
    this.#send(this.#api['training.exclude']({ id, isExcluded }));
  scan = () => this.#send(this.#api['training.scan']({}));
  cancelScan = () => this.#send(this.#api['training.cancelScan']({}));
  shuffle = () => this.#send(this.#api['training.shuffle']({}));
  pause = () => this.#send(this.#api['training.pause']({}));
  resume = () => this.#send(this.#api['training.resume']({}));
  finish = () => this.#send(this.#api['training.finish']({}));
  continue = (run: string) => this.#send(this.#api['training.continue']({ run }));

  async decide(run: string, decision: 'used' | 'kept' | 'discarded'): Promise<void> {
    await this.#send(this.#api['training.decide']({ run, decision }));
    await this.#loadDetails(run);
    if (this.#models !== undefined) await this.loadModels();
  }

  async removeRun(run: string): Promise<void> {
    await this.#send(this.#api['training.remove']({ run }));
    if (this.selected === run) this.selected = undefined;
  }

  async loadModels(): Promise<void> {
    this.#models = this.#value(await this.#api['library.list']({})) ?? this.#models;
  }

  async useModel(model: string): Promise<void> {
    await this.#send(this.#api['library.use']({ model }));
    await this.loadModels();
  }

  async rollBack(): Promise<void> {
    const back = this.#value(await this.#api['library.rollBack']({}));
    if (back === undefined) return;
    this.#parts.status.say(
      back.name === null
        ? { key: 'training:models.norollback' }
        : { key: 'training:models.rolledback', values: { name: back.name } },
    );
    await this.loadModels();
  }

  async exportModel(model: string, what: 'model' | 'weights'): Promise<void> {
    const done = this.#value(await this.#api['library.export']({ model, what }));
    if (done === undefined || done.name === null) return;
    this.#parts.status.say({ key: 'training:models.exported', values: { name: done.name } });
  }

  async verifyModel({ id, name }: LibraryModel): Promise<void> {
    const done = this.#value(await this.#api['library.verify']({ model: id }));
    if (done === undefined) return;
    const key = done.isSound ? 'training:models.sound' : 'training:models.damaged';
    this.#parts.status.say({ key, values: { name } });
  }

  async removeModel(model: string): Promise<void> {
    await this.#send(this.#api['library.remove']({ model }));
    await this.loadModels();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #take(state: TrainingState): void {
    this.#state = state;
    const { selected } = this;
    if (selected === undefined) return;
    // Curves and pictures are read anew when there is something new in them.
    const active = state.active?.run === selected ? state.active : undefined;
    const run = state.runs.find(({ id }) => id === selected);
    const mark = JSON.stringify([selected, Math.floor((active?.step ?? 0) / 25), run, active?.phase]);
    if (mark === this.#loadedAt) return;
    this.#loadedAt = mark;
    void this.#loadDetails(selected);
  }

  async #loadDetails(run: string): Promise<void> {
    const details = this.#value(await this.#api['training.details']({ run }));
    if (details !== undefined && this.selected === run) this.#details = details;
  }

  async #send(reply: Promise<Reply<unknown>>): Promise<void> {
    this.#value(await reply);
  }

  #value<T>(reply: Reply<T>): T | undefined {
    if (reply.ok) return reply.value;
    this.#problem = reply.error;
    return undefined;
  }
}
