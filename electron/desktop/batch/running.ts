import type { ReportLanguage } from '../../batch/report/words.ts';
import { wholeFolder } from '../../batch/shard.ts';
import { AppError } from '../../engine/errors.ts';
import type { Again, RunNews } from '../../hosts/batch/contract.ts';
import { superviseRun } from '../../hosts/batch/supervised-run.ts';
import type { BatchSettings } from '../../ipc/batch.ts';
import type { BatchHold } from '../../ipc/batch-requests.ts';
import type { EventData } from '../../ipc/contract.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { Translate } from '../language.ts';
import type { BatchHost } from './batch-process.ts';
import type { ChosenFolder } from './chosen-folder.ts';
import { NewsGatherer } from './news.ts';
import type { BatchSystem } from './system.ts';

/** Whom a run concerns. */
export interface RunningParts {
  readonly system: BatchSystem;
  readonly t: () => Translate;
  readonly language: () => ReportLanguage;
  readonly onPlanned: (data: EventData<'batch.planned'>) => void;
  readonly onNews: (data: EventData<'batch.news'>) => void;
  readonly onEnded: (data: EventData<'batch.ended'>) => void;
  /** The taskbar's progress, 0..1; -1 for none. */
  readonly onFraction: (fraction: number) => void;
  /** Photos are being repaired, or none are any more: others yield. */
  readonly onBusy: (isBusy: boolean) => void;
}

const diskPatienceMs = 24 * 60 * 60_000;

/** The run over a folder, from its start to its end. One at a time. */
export class Running {
  readonly #parts: RunningParts;
  /** The process that repairs, started when it is first needed. */
  readonly #host: () => Pick<BatchHost, 'call'>;
  readonly #news: NewsGatherer;
  #isRunning = false;
  #isBusy = false;
  #isEditorBusy = false;
  #pausesOnBattery = false;
  #letSleep: (() => void) | undefined;

  constructor(parts: RunningParts, host: () => Pick<BatchHost, 'call'>) {
    this.#parts = parts;
    this.#host = host;
    this.#news = new NewsGatherer((data) => parts.onNews(data));
    parts.system.onPower(() => this.#battery());
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** @throws AppError `batch/busy` */
  refuseWhileRunning(): void {
    if (this.#isRunning) throw new AppError('batch/busy', 'A batch is running.');
  }

  /** Begins a run; it goes on after this has ended. @throws AppError `batch/busy` */
  start(chosen: ChosenFolder, settings: BatchSettings, unfinished: 'resume' | 'refuse', again?: Again): void {
    this.refuseWhileRunning();
    const { folder, out, masks, only } = chosen;
    this.#isRunning = true;
    this.#news.begin();
    this.#letSleep = this.#parts.system.stayAwake();
    this.#tellBusy();
    const request = {
      folder,
      out,
      shard: wholeFolder,
      settings,
      unfinished,
      program: 'photomend',
      afterCrash: false,
      diskPatienceMs,
      language: this.#parts.language(),
      ...(masks !== undefined && { masks }),
      ...(only !== undefined && { only }),
      ...(again !== undefined && { again }),
    };
    void superviseRun(this.#host(), request, (news) => this.#hear(chosen, news)).then(
      ({ end }) => this.#end({ end }),
      (error: unknown) => this.#end({ end: 'failed', error: errorInfo(error) }),
    );
  }

  hold(reason: BatchHold, isHeld: boolean): void {
    if (this.#isRunning)
      void this.#host()
        .call('hold', { reason, isHeld })
        .catch(() => undefined);
  }

  setEditorBusy(isBusy: boolean): void {
    this.#isEditorBusy = isBusy;
    this.hold('editor', isBusy);
  }

  setPausesOnBattery(pauses: boolean): void {
    this.#pausesOnBattery = pauses;
    this.#battery();
  }

  async stop(): Promise<void> {
    if (this.#isRunning) await this.#host().call('stop', {});
  }

  #hear(chosen: ChosenFolder, news: RunNews): void {
    if (news.type === 'planned') {
      chosen.planned(news.run, news.photos);
      // A process that has just begun knows nothing of what holds it.
      this.#battery();
      if (this.#isEditorBusy) this.hold('editor', true);
      this.#parts.onPlanned(chosen.described());
      return;
    }
    this.#news.hear(news);
    if (news.type === 'photo') {
      const photo = chosen.photos[news.n];
      if (photo !== undefined) photo.state = news.state;
      const { total, counts } = news.progress;
      this.#parts.onFraction((total - counts.waiting) / Math.max(1, total));
    }
    this.#tellBusy();
  }

  #end(data: EventData<'batch.ended'>): void {
    this.#isRunning = false;
    this.#letSleep?.();
    this.#letSleep = undefined;
    this.#news.end();
    this.#tellBusy();
    this.#parts.onFraction(-1);
    this.#parts.onEnded(data);
    if (data.end === 'stopped') return;
    const t = this.#parts.t();
    const { total = 0, counts } = this.#news.progress ?? {};
    const words = t('batch.done', { count: total, failed: counts?.failed ?? 0 });
    const hasFailed = data.end === 'failed';
    this.#parts.system.notify(
      t(hasFailed ? 'batch.failedTitle' : 'batch.doneTitle'),
      hasFailed ? (data.error?.message ?? '') : words,
    );
  }

  #tellBusy(): void {
    const isBusy = this.#isRunning && !this.#news.isHeld;
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.#parts.onBusy(isBusy);
  }

  #battery(): void {
    this.hold('battery', this.#pausesOnBattery && this.#parts.system.isOnBattery());
  }
}
