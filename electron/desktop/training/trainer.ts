import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import type { EngineConfiguration } from '../../hosts/engine/contract.ts';
import type { Standstill } from '../../hosts/standstill.ts';
import type { TrainingReport } from '../../hosts/trainer/contract.ts';
import type { ActiveTraining, HoldReason } from '../../ipc/training.ts';
import { changeStatus, readRun, runFiles } from '../../training/runs/run-folder.ts';
import { type Active, addNotice, newActive, shown, take } from './active-training.ts';
import { KeptProcess } from './kept-process.ts';
import type { Allowed } from './power.ts';
import type { startTrainerProcess, TrainerHost } from './trainer-process.ts';

/** After the editor's last work; a person who restores region by region is not raced in between. */
const yieldTailMs = 600;
/** Quitting waits so long for the last checkpoint. */
const stopWithinMs = 4500;
/** How often progress is written down, for the list of runs. */
const statusEveryMs = 5000;

export interface TrainerParts {
  readonly configuration: EngineConfiguration;
  readonly allowed: () => Allowed;
  readonly onChange: () => void;
  /** A training began, or none is running any more. */
  readonly onActive: (isActive: boolean) => void;
  readonly start?: typeof startTrainerProcess;
  readonly standstill?: (pid: number) => Standstill;
}

/** Owns the trainer's process and the one training that runs in it. */
export class Trainer {
  readonly #parts: TrainerParts;
  readonly #process: KeptProcess;
  #active: Active | undefined;
  #isHeldByPerson = false;
  #isEditorBusy = false;
  #editorTimer: NodeJS.Timeout | undefined;
  #lastStatus = 0;
  #isClosing = false;
  #isFinishing = false;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.#process = new KeptProcess({
      ...parts,
      isNeeded: () => this.#active !== undefined,
      onReady: () => this.#sendHold(),
    });
  }

  get active(): ActiveTraining | undefined {
    return this.#active && shown(this.#active);
  }

  get activeFolder(): string | undefined {
    return this.#active?.folder;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The process, started when it is first needed. */
  readonly host = (): TrainerHost => this.#process.host();

  /**
   * Begins or continues the run of a folder and sees it to its end, over crashes of the process.
   * @throws AppError `train/already-running`
   */
  async run(folder: string): Promise<void> {
    if (this.#active !== undefined) {
      throw new AppError('train/already-running', 'A training is running already.', {
        hint: 'Pause or finish it first.',
      });
    }
    const { id } = await readRun(folder);
    this.#active = newActive(folder, id);
    this.#isHeldByPerson = false;
    this.#isFinishing = false;
    this.#parts.onActive(true);
    this.#parts.onChange();
    void this.#toTheEnd(folder, this.#active);
  }

  async #toTheEnd(folder: string, active: Active): Promise<void> {
    try {
      for (;;) {
        try {
          const host = this.host();
          this.#sendHold();
          const onProgress = (report: TrainingReport) => this.#take(report, active);
          const { finished } = await host.call('train', { folder }, { onProgress });
          if (finished) await changeStatus(folder, { state: 'finished' });
          break;
        } catch (error) {
          await this.#survive(error, folder, active);
          if (this.#isClosing) break;
        }
      }
    } catch (error) {
      const { code, message } =
        error instanceof AppError ? error : { code: 'internal/unexpected', message: String(error) };
      await changeStatus(folder, { state: 'failed', error: { code, message } });
    }
    this.#active = undefined;
    this.#process.goOn();
    this.#process.giveBackLater();
    this.#parts.onActive(false);
    this.#parts.onChange();
  }

  /** A crash of the process is no end of the training, unless it happens again and again. */
  async #survive(error: unknown, folder: string, active: Active): Promise<void> {
    if (this.#isClosing) return;
    if (!(error instanceof AppError) || error.code !== 'trainer/crashed') throw error;
    if (this.#process.hasFailed) {
      throw new AppError(
        'trainer/keeps-crashing',
        `The training ended unexpectedly several times in a row: ${this.#process.lastEnd}`,
        {
          hint: 'Its last checkpoint is kept. Choose the processor, or a smaller network, and continue.',
          data: { detail: this.#process.lastEnd },
        },
      );
    }
    active.phase = 'starting';
    active.provider = null;
    addNotice(active, { code: 'restarted' });
    await changeStatus(folder, { state: 'running' });
    this.#parts.onChange();
  }

  #take(report: TrainingReport, active: Active): void {
    take(active, report, this.#isFinishing);
    if (report.kind === 'step') this.#writeStatus(active);
    if (report.kind === 'provider' || report.kind === 'scan') this.#sendHold();
    this.#parts.onChange();
  }

  #writeStatus(active: Active): void {
    const now = Date.now();
    if (now - this.#lastStatus < statusEveryMs) return;
    this.#lastStatus = now;
    void changeStatus(active.folder, {
      state: this.#isHeldByPerson ? 'paused' : 'running',
      step: active.step,
      progress: Math.min(1, active.progress),
    });
  }

  /** The person's own pause. */
  pause(isPaused: boolean): void {
    if (this.#active === undefined) return;
    this.#isHeldByPerson = isPaused;
    void changeStatus(this.#active.folder, { state: isPaused ? 'paused' : 'running' });
    this.applyHold();
  }

  /** The editor or a batch is at work: it comes first. */
  setEditorBusy(isBusy: boolean): void {
    clearTimeout(this.#editorTimer);
    if (isBusy) {
      this.#isEditorBusy = true;
      this.applyHold();
    } else {
      this.#editorTimer = setTimeout(() => {
        this.#isEditorBusy = false;
        this.applyHold();
      }, yieldTailMs);
    }
  }

  /** Puts into effect what holds or slows the training now. */
  applyHold(): void {
    if (this.#active === undefined) return;
    const { pace, reason } = this.#wanted;
    this.#active.held = pace === 'pause' ? reason : null;
    this.#active.isSlowed = pace === 'slow';
    this.#sendHold();
    this.#parts.onChange();
  }

  get #wanted(): { readonly pace: 'run' | 'slow' | 'pause'; readonly reason: HoldReason | null } {
    if (this.#isHeldByPerson) return { pace: 'pause', reason: 'person' };
    const allowed = this.#parts.allowed();
    if (allowed.pace === 'pause') return allowed;
    return this.#isEditorBusy ? { pace: 'pause', reason: 'editor' } : allowed;
  }

  /**
   * Tells the process, which listens between two steps. For the editor it stops in the middle of one as well: what is
   * left of a step would take half of the machine from the edit.
   */
  #sendHold(): void {
    if (this.#active === undefined) return;
    const { pace, reason } = this.#wanted;
    this.#process.hold(
      { pace, save: pace === 'pause' && reason !== 'editor' },
      this.#isEditorBusy && this.#mayStand,
    );
  }

  /** While it tries devices in children, whose answers have their time, it is left alone. */
  get #mayStand(): boolean {
    if (this.#isClosing || this.#isFinishing || this.#active === undefined) return false;
    return this.#active.phase === 'scanning' || this.#active.provider !== null;
  }

  /** Ends the training where it is; what there is gets judged. */
  async finish(): Promise<void> {
    if (this.#active === undefined) return;
    this.#isHeldByPerson = false;
    this.#isFinishing = true;
    this.#active.phase = 'stopping';
    this.applyHold();
    await this.host().call('finish', {});
  }

  /** Ends the process; a training that runs is saved first, within five seconds. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#editorTimer);
    this.#sendHold();
    const folder = this.#active?.folder;
    if (folder !== undefined && this.#process.isThere) {
      // In a long step the process does not listen; a thread of it looks for this.
      await writeFile(join(folder, runFiles.quit), '').catch(() => undefined);
      const stopped = this.#process
        .host()
        .call('stop', {})
        .catch(() => undefined);
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, stopWithinMs))]);
      // What the person did not pause goes on when the app starts again.
      await changeStatus(folder, { state: this.#isHeldByPerson ? 'paused' : 'running' });
    }
    this.#process.close();
    if (folder !== undefined) await rm(join(folder, runFiles.quit), { force: true }).catch(() => undefined);
  }
}
