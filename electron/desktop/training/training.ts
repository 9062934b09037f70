import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelsInUse } from '../../engine/models/models-in-use.ts';
import { ModelRegistry } from '../../engine/models/registry.ts';
import type { EngineConfiguration } from '../../hosts/engine/contract.ts';
import type { Settings } from '../../ipc/settings.ts';
import type { TrainingState } from '../../ipc/training.ts';
import { changeStatus, readRun, runFiles, trainingFolders } from '../../training/runs/run-folder.ts';
import { weightsName } from '../../training/runs/weights-name.ts';
import type { Translate } from '../language.ts';
import { TrainingLibrary } from './library.ts';
import { ModelLibrary } from './model-library.ts';
import { Power } from './power.ts';
import { RunList } from './run-list.ts';
import { Trainer } from './trainer.ts';
import { TrainingTray, type TrayActions } from './training-tray.ts';

/** The window is told at most this often. */
const tellEveryMs = 200;
/** The app is first of all for photos. */
const resumeDelayMs = 4000;

export interface TrainingParts extends Omit<TrayActions, 'pause'> {
  readonly configuration: EngineConfiguration;
  readonly iconPath: string;
  readonly settings: () => Settings;
  readonly t: () => Translate;
  readonly onChange: (state: TrainingState) => void;
  readonly onModels: () => void;
}

/** All about trainings in the main process: the library, the runs, the one under way, the models that come of it. */
export class Training {
  readonly trainer: Trainer;
  readonly library: TrainingLibrary;
  readonly runs: RunList;
  readonly registry: ModelRegistry;
  readonly inUse: ModelsInUse;
  readonly models: ModelLibrary;
  readonly #parts: TrainingParts;
  readonly #power: Power;
  readonly #tray: TrainingTray;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> = Promise.resolve();
  #resuming: NodeJS.Timeout | undefined;
  #lastTold = 0;
  #isPreparing = false;

  constructor(parts: TrainingParts) {
    this.#parts = parts;
    const { configuration } = parts;
    const { resourcesFolder, userDataFolder } = configuration;
    const folders = trainingFolders(userDataFolder);
    const userModels = join(userDataFolder, 'models');
    this.registry = new ModelRegistry({
      bundledFolder: join(resourcesFolder, 'models'),
      userFolder: userModels,
    });
    this.inUse = new ModelsInUse(this.registry, userModels);
    this.models = new ModelLibrary(this.registry, this.inUse);
    this.runs = new RunList(folders.runs);
    const onChange = () => this.#changed();
    this.#power = new Power({ settings: parts.settings, onChange: () => this.trainer.applyHold() });
    this.trainer = new Trainer({
      configuration,
      allowed: () => this.#power.allowed,
      onChange,
      onActive: (isActive) => {
        this.#power.watch(isActive);
        void this.runs.refresh().then(onChange);
      },
    });
    this.library = new TrainingLibrary({
      trainingFolder: folders.root,
      host: this.trainer.host,
      onChange,
    });
    this.#tray = new TrainingTray({
      ...parts,
      pause: (isPaused) => this.trainer.pause(isPaused),
    });
  }

  /** Reads what is kept; a training that the last end of the app interrupted goes on. */
  load(): Promise<void> {
    this.#loading = this.#load();
    return this.#loading;
  }

  /** What is kept has been read. */
  get loaded(): Promise<void> {
    return this.#loading;
  }

  async #load(): Promise<void> {
    await Promise.all([this.library.load(), this.runs.refresh()]);
    const interrupted = this.runs.runs.find(({ state }) => state === 'running');
    if (interrupted === undefined || !this.#parts.settings().trainAtStart) return;
    this.#resuming = setTimeout(() => {
      this.trainer.run(this.runs.folderOf(interrupted.id)).catch((error: unknown) => console.error(error));
    }, resumeDelayMs);
  }

  /** The Training place is shown: what it shows gets ready. */
  prepare(): void {
    if (this.#isPreparing || this.library.folders.length === 0) return;
    this.#isPreparing = true;
    void this.library.scan();
  }

  get state(): TrainingState {
    return {
      library: this.library.state,
      runs: this.runs.runs,
      active: this.trainer.active ?? null,
    };
  }

  /** Whether the app stays for the training's sake when its window is closed. */
  get keepsRunning(): boolean {
    return this.#parts.settings().trainInTray && this.trainer.active !== undefined;
  }

  settingsChanged(): void {
    this.trainer.applyHold();
    this.#power.keepAwake(this.#isWorking);
    this.#changed();
  }

  /** What becomes of a run's network. */
  async decide(id: string, decision: 'used' | 'kept' | 'discarded'): Promise<void> {
    const folder = this.runs.folderOf(id);
    if (decision !== 'discarded') {
      const { manifest } = await this.inUse.adopt(join(folder, runFiles.model), [weightsName]);
      if (decision === 'used') await this.inUse.use(manifest.id);
      this.#parts.onModels();
    }
    await changeStatus(folder, { decision });
    await this.refresh();
  }

  /** Deletes a run with all its files; models that came of it stay. */
  async remove(id: string): Promise<void> {
    const folder = this.runs.folderOf(id);
    if (this.trainer.activeFolder === folder) return;
    // Only what is a training's folder is deleted.
    await readRun(folder);
    await rm(folder, { recursive: true, force: true });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    await this.runs.refresh();
    this.#changed();
  }

  /** Saves a training that runs and ends its process. */
  async close(): Promise<void> {
    clearTimeout(this.#resuming);
    clearTimeout(this.#timer);
    await this.trainer.close();
    this.#power.watch(false);
    this.#tray.remove();
  }

  /** A window was opened: the icon of a training that has ended is no longer needed. */
  windowOpened(): void {
    if (this.trainer.active === undefined) this.#tray.remove();
  }

  get #isWorking(): boolean {
    const { active } = this.trainer;
    return active !== undefined && active.held === null;
  }

  /** Tells the window, not too often, and the last word always. */
  #changed(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, tellEveryMs - (Date.now() - this.#lastTold));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastTold = Date.now();
      this.#power.keepAwake(this.#isWorking);
      const { active } = this.trainer;
      if (active !== undefined || this.#tray.isThere) this.#tray.update(active);
      this.#parts.onChange(this.state);
    }, wait);
  }
}
