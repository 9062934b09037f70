import { AppError } from '../../engine/errors.ts';
import type { EngineConfiguration } from '../../hosts/engine/contract.ts';
import type { HostState } from '../../hosts/supervised-host.ts';
import type { TrainingReport } from '../../hosts/trainer/contract.ts';
import type { ActiveTraining, HoldReason } from '../../ipc/training.ts';
import { changeStatus, readRun } from '../../training/runs/run-folder.ts';
import type { Allowed } from './power.ts';
import { startTrainerProcess, type TrainerHost } from './trainer-process.ts';

/** After the editor's last work; a person who restores region by region is not raced in between. */
const yieldTailMs = 600;
/** The process is given back when it had nothing to do for so long. */
const idleMs = 120_000;
/** Quitting waits so long for the last checkpoint. */
const stopWithinMs = 4500;
/** How often progress is written down, for the list of runs. */
const statusEveryMs = 5000;
const mostNotices = 20;

export interface TrainerParts {
  readonly configuration: EngineConfiguration;
  readonly allowed: () => Allowed;
  readonly onChange: () => void;
  /** A training began, or none is running any more. */
  readonly onActive: (isActive: boolean) => void;
  readonly start?: typeof startTrainerProcess;
}

type Active = { -readonly [Key in keyof ActiveTraining]: ActiveTraining[Key] } & { folder: string };

/** Owns the trainer's process and the one training that runs in it. */
export class Trainer {
  readonly #parts: TrainerParts;
  #host: TrainerHost | undefined;
  #hostState: HostState = 'starting';
  #lastEnd = '';
  #idle: NodeJS.Timeout | undefined;
  #active: Active | undefined;
  #isHeldByPerson = false;
  #isEditorBusy = false;
  #editorTimer: NodeJS.Timeout | undefined;
  #lastHold = '';
  #lastStatus = 0;
  #isClosing = false;
  #isFinishing = false;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
  }

  get active(): ActiveTraining | undefined {
    if (this.#active === undefined) return undefined;
    const { folder: _, ...shown } = this.#active;
    return { ...shown, notices: [...shown.notices] };
  }

  get activeFolder(): string | undefined {
    return this.#active?.folder;
  }

  get pid(): number | undefined {
    return this.#host?.pid;
  }

  /** The process, started when it is first needed. */
  readonly host = (): TrainerHost => {
    clearTimeout(this.#idle);
    if (this.#active === undefined) this.#giveBackLater();
    this.#host ??= (this.#parts.start ?? startTrainerProcess)(this.#parts.configuration, (state, detail) => {
      this.#hostState = state;
      if (detail !== '') {
        this.#lastEnd = detail;
        console.error(`The trainer's process ended: ${detail}`);
      }
      // A new process knows nothing of what held the old one.
      this.#lastHold = '';
      if (state === 'ready') this.#sendHold();
    });
    return this.#host;
  };

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
    this.#active = {
      folder,
      run: id,
      phase: 'starting',
      held: null,
      isSlowed: false,
      progress: 0,
      step: 0,
      loss: null,
      samplesPerSecond: null,
      waitingShare: null,
      secondsLeft: null,
      provider: null,
      savedStep: null,
      notices: [],
    };
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
    this.#giveBackLater();
    this.#parts.onActive(false);
    this.#parts.onChange();
  }

  /** A crash of the process is no end of the training, unless it happens again and again. */
  async #survive(error: unknown, folder: string, active: Active): Promise<void> {
    if (this.#isClosing) return;
    if (!(error instanceof AppError) || error.code !== 'trainer/crashed') throw error;
    if (this.#hostState === 'failed') {
      throw new AppError(
        'trainer/keeps-crashing',
        `The training ended unexpectedly several times in a row: ${this.#lastEnd}`,
        {
          hint: 'Its last checkpoint is kept. Choose the processor, or a smaller network, and continue.',
          data: { detail: this.#lastEnd },
        },
      );
    }
    active.phase = 'starting';
    this.#notice(active, { code: 'restarted' });
    await changeStatus(folder, { state: 'running' });
    this.#parts.onChange();
  }

  #take(report: TrainingReport, active: Active): void {
    switch (report.kind) {
      case 'scan':
        active.phase = 'scanning';
        active.progress = report.total > 0 ? report.done / report.total : 0;
        break;
      case 'provider':
        active.phase = 'starting';
        active.provider = report.provider;
        break;
      case 'judging':
        active.phase = 'judging';
        active.progress = report.total > 0 ? report.done / report.total : 0;
        active.secondsLeft = null;
        break;
      case 'step':
        active.phase = this.#isFinishing ? 'stopping' : 'training';
        active.progress = report.progress;
        active.step = report.step;
        active.loss = report.loss;
        active.samplesPerSecond = report.samplesPerSecond;
        active.waitingShare = report.waitingShare;
        active.secondsLeft = report.secondsLeft;
        this.#writeStatus(active);
        break;
      case 'validation':
        active.step = report.step;
        break;
      case 'checkpoint':
        active.savedStep = report.step;
        break;
      case 'notice':
        this.#notice(active, report.notice);
    }
    this.#parts.onChange();
  }

  #notice(active: Active, notice: ActiveTraining['notices'][number]): void {
    // What is saved again is no longer unsaved.
    const others = active.notices.filter(
      ({ code }) => notice.code !== 'saved-again' || (code !== 'not-saved' && code !== 'saved-again'),
    );
    active.notices = [...others, notice].slice(-mostNotices);
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

  #sendHold(): void {
    if (this.#active === undefined || this.#host === undefined) return;
    const { pace, reason } = this.#wanted;
    const hold = { pace, save: pace === 'pause' && reason !== 'editor' };
    const key = JSON.stringify(hold);
    if (key === this.#lastHold) return;
    this.#lastHold = key;
    this.#host.call('hold', hold).catch(() => {
      this.#lastHold = '';
    });
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
    clearTimeout(this.#idle);
    clearTimeout(this.#editorTimer);
    const folder = this.#active?.folder;
    if (folder !== undefined && this.#host !== undefined) {
      const stopped = this.#host.call('stop', {}).catch(() => undefined);
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, stopWithinMs))]);
      // What the person did not pause goes on when the app starts again.
      await changeStatus(folder, { state: this.#isHeldByPerson ? 'paused' : 'running' });
    }
    this.#host?.close();
    this.#host = undefined;
  }

  #giveBackLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#active !== undefined) return;
      this.#host?.close();
      this.#host = undefined;
    }, idleMs);
    this.#idle.unref();
  }
}
