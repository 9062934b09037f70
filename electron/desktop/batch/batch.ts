import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { Notification, powerMonitor, powerSaveBlocker } from 'electron';
import type { Outcome } from '../../batch/records.ts';
import { runFolderName } from '../../batch/run-folder.ts';
import { wholeFolder } from '../../batch/shard.ts';
import { AppError } from '../../engine/errors.ts';
import type { BatchConfiguration, RunNews } from '../../hosts/batch/contract.ts';
import { superviseRun } from '../../hosts/batch/supervised-run.ts';
import type { BatchSettings } from '../../ipc/batch.ts';
import type { BatchFolder, BatchHold, BatchPhoto, TriedPhotoInfo } from '../../ipc/batch-requests.ts';
import type { ErrorInfo, EventData } from '../../ipc/contract.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { Translate } from '../language.ts';
import { type BatchHost, startBatchProcess } from './batch-process.ts';

export interface BatchParts {
  readonly configuration: BatchConfiguration;
  readonly t: () => Translate;
  readonly onPlanned: (data: EventData<'batch.planned'>) => void;
  readonly onNews: (data: EventData<'batch.news'>) => void;
  readonly onEnded: (data: EventData<'batch.ended'>) => void;
  /** The taskbar's progress, 0..1; -1 for none. */
  readonly onFraction: (fraction: number) => void;
}

/** The window draws a few times a second, not with every photo. */
const newsMs = 150;
const tries = 3;
const diskPatienceMs = 24 * 60 * 60_000;

interface Chosen {
  id: string;
  readonly folder: string;
  out: string;
  masks: string | undefined;
  /** Only these, where files were chosen instead of a folder. */
  readonly only: readonly string[] | undefined;
  photos: BatchPhoto[];
  isUnfinished: boolean;
  /** Of the run that began last. */
  run: string | undefined;
}

/** The folder that a person repairs, and the run over it. One at a time. */
export class Batch {
  readonly #parts: BatchParts;
  #host: BatchHost | undefined;
  #chosen: Chosen | undefined;
  #isRunning = false;
  #pausesOnBattery = false;
  #blocker: number | undefined;
  #holds = new Set<BatchHold>();
  #changed = new Map<number, EventData<'batch.news'>['photos'][number]>();
  #progress: EventData<'batch.news'>['progress'] = null;
  #timer: NodeJS.Timeout | undefined;
  #tryFolder: string | undefined;

  constructor(parts: BatchParts) {
    this.#parts = parts;
    powerMonitor.on('on-battery', () => this.#battery());
    powerMonitor.on('on-ac', () => this.#battery());
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get folderPath(): string | undefined {
    return this.#chosen?.folder;
  }

  get outPath(): string | undefined {
    return this.#chosen?.out;
  }

  /** Takes a folder, or files (their common folder). Undefined where there is neither. @throws AppError `batch/busy` */
  async choose(paths: readonly string[]): Promise<BatchFolder | null> {
    this.#refuseWhileRunning();
    const [first] = paths;
    if (first === undefined) return null;
    const isFolder = (await stat(first).catch(() => undefined))?.isDirectory() ?? false;
    const folder = isFolder && paths.length === 1 ? first : commonFolder(paths);
    const within = (path: string) => relative(folder, path).split(sep).join('/');
    this.#chosen = {
      id: randomUUID(),
      folder,
      out: freeOut(folder),
      masks: undefined,
      only: folder === first ? undefined : paths.map(within),
      photos: [],
      isUnfinished: false,
      run: undefined,
    };
    return this.#list();
  }

  async chooseOut(path: string): Promise<BatchFolder | null> {
    this.#refuseWhileRunning();
    this.#get().out = path;
    return this.#list();
  }

  chooseMasks(path: string): BatchFolder {
    const chosen = this.#get();
    chosen.masks = path;
    return described(chosen);
  }

  /** Repairs three photos, spread over the folder, for a look. */
  async try(settings: BatchSettings): Promise<TriedPhotoInfo[]> {
    const { folder, photos, masks } = this.#get();
    await this.#forgetTries();
    const to = await mkdtemp(join(tmpdir(), 'photomend-try-'));
    this.#tryFolder = to;
    const step = Math.max(1, Math.floor(photos.length / tries));
    const some = photos.filter((_, i) => i % step === 0).slice(0, tries);
    const tried: TriedPhotoInfo[] = [];
    for (const { n, path } of some) {
      const [before, after] = (['before', 'after'] as const).map((which) => join(to, `${n}-${which}.jpg`));
      try {
        const { isChanged } = await this.#call().call('try', {
          folder,
          path,
          settings,
          before,
          after,
          ...(masks !== undefined && { masks }),
        });
        tried.push({ n, path, isChanged });
      } catch (error) {
        tried.push({ n, path, isChanged: false, error: errorInfo(error) });
      }
    }
    return tried;
  }

  /** Begins a run; it goes on after this has ended. @throws AppError `batch/busy` */
  start(
    settings: BatchSettings,
    unfinished: 'resume' | 'refuse',
    again?: { photos: readonly number[]; settings?: BatchSettings },
  ): void {
    this.#refuseWhileRunning();
    const { folder, out, masks, only } = this.#get();
    this.#isRunning = true;
    this.#holds.clear();
    this.#progress = null;
    this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    const request = {
      folder,
      out,
      shard: wholeFolder,
      settings,
      unfinished,
      program: 'photomend',
      afterCrash: false,
      diskPatienceMs,
      ...(masks !== undefined && { masks }),
      ...(only !== undefined && { only }),
      ...(again !== undefined && { again }),
    };
    void superviseRun(this.#call(), request, (news) => this.#hear(news)).then(
      ({ end }) => this.#end({ end }),
      (error: unknown) => this.#end({ end: 'failed', error: errorInfo(error) }),
    );
  }

  hold(reason: BatchHold, isHeld: boolean): void {
    if (this.#isRunning)
      void this.#call()
        .call('hold', { reason, isHeld })
        .catch(() => undefined);
  }

  /** The editor repairs a photo: it goes ahead of the queue. */
  setEditorBusy(isBusy: boolean): void {
    this.hold('editor', isBusy);
  }

  setPausesOnBattery(pauses: boolean): void {
    this.#pausesOnBattery = pauses;
    this.#battery();
  }

  async stop(): Promise<void> {
    if (this.#isRunning) await this.#call().call('stop', {});
  }

  async skip(photos: readonly number[]): Promise<void> {
    await this.#call().call('skip', { photos });
  }

  /** Puts waiting photos at the head of the queue. */
  async first(photos: readonly number[]): Promise<void> {
    const next = this.#get().photos.find(({ n, state }) => state === 'waiting' && !photos.includes(n));
    await this.#call().call('move', { photos, ...(next !== undefined && { before: next.n }) });
  }

  async again(photos: readonly number[], settings: BatchSettings | undefined): Promise<void> {
    const argument = { photos, ...(settings !== undefined && { settings }) };
    if (this.#isRunning) await this.#call().call('again', argument);
    else if (settings !== undefined) this.start(settings, 'resume', argument);
  }

  /** @returns the path of a result that may go to the bin */
  judge(photo: number, verdict: 'keep' | 'discard'): Promise<string | null> {
    return this.#call().call('judge', { out: this.#get().out, photo, verdict });
  }

  pathOf(n: number): string {
    const { folder, photos } = this.#get();
    const photo = photos.find((one) => one.n === n);
    if (photo === undefined) throw new AppError('photo/closed', 'This photo is no longer open.');
    return join(folder, photo.path);
  }

  /** The file of a small picture, or of a try; undefined where the window asks for what is not there. */
  pictureOf(folder: string, n: number, which: string): string | undefined {
    const chosen = this.#chosen;
    if (chosen?.id !== folder) return undefined;
    if (which.startsWith('try-')) {
      return this.#tryFolder && join(this.#tryFolder, `${n}-${which.slice('try-'.length)}.jpg`);
    }
    if (chosen.run === undefined) return undefined;
    return join(chosen.out, runFolderName, 'thumbnails', chosen.run, `${n}-${which}.jpg`);
  }

  /** The photo that a small picture is made of. */
  sourceOf(folder: string, n: number): string | undefined {
    return this.#chosen?.id === folder ? this.pathOf(n) : undefined;
  }

  async close(): Promise<void> {
    await this.stop().catch(() => undefined);
    this.#host?.close();
    await this.#forgetTries();
  }

  async #list(): Promise<BatchFolder> {
    const chosen = this.#get();
    const { folder, out, only } = chosen;
    const found = await this.#call().call('list', { folder, out });
    const wanted = only && new Set(only);
    chosen.photos = found.photos
      .filter(({ path }) => wanted?.has(path) ?? true)
      .map(({ path, sizeBytes }, n) => ({ n, path, sizeBytes, state: 'waiting' }));
    chosen.isUnfinished = found.isUnfinished;
    return described(chosen);
  }

  #hear(news: RunNews): void {
    if (news.type === 'planned') {
      const chosen = this.#get();
      Object.assign(chosen, { id: randomUUID(), run: news.run, isUnfinished: false });
      chosen.photos = news.photos.map((photo) => ({ ...photo }));
      this.#battery();
      this.#parts.onPlanned(described(chosen));
      return;
    }
    if (news.type === 'hold') {
      if (news.isHeld) this.#holds.add(news.reason);
      else this.#holds.delete(news.reason);
    } else {
      const { n, state, outcome, progress } = news;
      const photo = this.#get().photos[n];
      if (photo !== undefined) photo.state = state;
      this.#changed.set(n, { n, state, ...errorOf(outcome) });
      const { total, counts, photosPerMinute = null, secondsLeft = null } = progress;
      this.#progress = { total, counts: { ...counts }, photosPerMinute, secondsLeft };
      this.#parts.onFraction((total - counts.waiting) / Math.max(1, total));
    }
    this.#timer ??= setTimeout(() => this.#tell(), newsMs);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#parts.onNews({
      photos: [...this.#changed.values()],
      progress: this.#progress,
      holds: [...this.#holds],
    });
    this.#changed.clear();
  }

  #end(data: EventData<'batch.ended'>): void {
    this.#isRunning = false;
    this.#holds.clear();
    if (this.#blocker !== undefined) powerSaveBlocker.stop(this.#blocker);
    this.#blocker = undefined;
    this.#tell();
    this.#parts.onFraction(-1);
    this.#parts.onEnded(data);
    if (data.end === 'stopped' || !Notification.isSupported()) return;
    const t = this.#parts.t();
    const failed = this.#progress?.counts.failed ?? 0;
    const body =
      data.end === 'failed'
        ? data.error?.message
        : t('batch.done', { count: this.#progress?.total ?? 0, failed });
    new Notification({ title: t('batch.doneTitle'), body: body ?? '' }).show();
  }

  #battery(): void {
    this.hold('battery', this.#pausesOnBattery && powerMonitor.isOnBatteryPower());
  }

  #call(): BatchHost {
    this.#host ??= startBatchProcess(this.#parts.configuration);
    return this.#host;
  }

  #get(): Chosen {
    if (this.#chosen === undefined)
      throw new AppError('batch/no-folder', 'The folder of photos is not there.');
    return this.#chosen;
  }

  #refuseWhileRunning(): void {
    if (this.#isRunning) throw new AppError('batch/busy', 'A batch is running.');
  }

  async #forgetTries(): Promise<void> {
    if (this.#tryFolder !== undefined) await rm(this.#tryFolder, { recursive: true, force: true });
    this.#tryFolder = undefined;
  }
}

function described({ id, folder, out, photos, isUnfinished, masks }: Chosen): BatchFolder {
  return {
    id,
    name: basename(folder),
    out: basename(out),
    photos: [...photos],
    isUnfinished,
    masks: masks === undefined ? null : basename(masks),
  };
}

function errorOf(outcome: Outcome | undefined): { error?: ErrorInfo } {
  if (outcome?.state !== 'failed') return {};
  const { code, message, hint } = outcome;
  return { error: { code, message, ...(hint !== undefined && { hint }), data: {} } };
}

/** A new folder beside the photos; one that an interrupted batch wrote into is gone on with. */
function freeOut(folder: string): string {
  const base = `${folder}-restored`;
  for (let number = 1; ; number++) {
    const path = number === 1 ? base : `${base}-${number}`;
    if (!existsSync(path) || existsSync(join(path, runFolderName))) return path;
  }
}

function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => dirname(path).split(sep));
  let length = first.length;
  for (const parts of rest) {
    let same = 0;
    while (same < length && parts[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length).join(sep) || sep;
}
