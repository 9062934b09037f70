import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../engine/errors.ts';
import type { BatchSettings } from '../ipc/batch.ts';
import { crashed, failure, isFatal, outGone } from './failures.ts';
import { Pace } from './pace.ts';
import { planAgain } from './plan-again.ts';
import { Queue } from './queue.ts';
import type { Outcome } from './records.ts';
import type { OpenedRun } from './run-folder.ts';
import { Gate, PixelBudget, Slots } from './slots.ts';
import { endPhoto, type Otherwise, type PhotoState, resetPhoto, type TrackedPhoto } from './state.ts';
import type { BatchTools } from './tools.ts';
import { Masks } from './where/masks.ts';
import { type Stage, type WorkParts, whenRoom, work } from './work.ts';

/** Why a run does nothing for now. */
export type Hold = 'person' | 'battery' | 'editor' | 'disk-full';

export interface RunEvents {
  onPhoto(n: number, state: 'waiting' | Stage | PhotoState, outcome?: Outcome): void;
  onHold(reason: Hold, isHeld: boolean): void;
}

export interface RunOptions extends RunEvents {
  readonly tools: BatchTools;
  /** The process that went before this one died; its photos are looked at one by one. */
  readonly afterCrash: boolean;
  readonly diskPatienceMs: number;
}

export interface RunProgress {
  readonly total: number;
  readonly counts: Readonly<Record<'waiting' | PhotoState, number>>;
  readonly photosPerMinute: number | undefined;
  readonly secondsLeft: number | undefined;
}

/** Decoded pixels held at once: some eight bytes of memory each. */
const mostPixels = 160_000_000;
/** A photo that takes the process down so often, the last time all by itself, is given up. */
const mostCrashes = 2;

/** Works through a folder. Each finished photo is in the journal before the next one counts. */
export class BatchRun {
  readonly #opened: OpenedRun;
  readonly #options: RunOptions;
  readonly #queue: Queue;
  readonly #gate = new Gate();
  readonly #abort = new AbortController();
  readonly #pace = new Pace();
  readonly #working = new Map<number, Promise<void>>();
  readonly #lanes = Math.min(4, Math.max(1, availableParallelism() >> 2));
  readonly #parts: WorkParts;
  #fatal: unknown;
  #wake: () => void = () => {};

  constructor(opened: OpenedRun, options: RunOptions) {
    this.#opened = opened;
    this.#options = options;
    const { photos, run } = opened.state;
    const waiting = photos.filter(({ state }) => state === 'waiting');
    // Those that were at work when the process died come first, and alone.
    const ranked = [...waiting].sort((a, b) => Number(b.crashes > 0) - Number(a.crashes > 0) || a.n - b.n);
    this.#queue = new Queue(ranked.map(({ n }) => n));
    this.#parts = {
      folder: opened.folder,
      out: opened.out,
      journal: opened.journal,
      tools: options.tools,
      masks: masksOf(run.masks),
      lanes: {
        decode: new Slots(this.#lanes),
        repair: new Slots(1),
        encode: new Slots(this.#lanes),
      },
      pixels: new PixelBudget(mostPixels),
      gate: this.#gate,
      signal: this.#abort.signal,
      onStage: ({ n }, stage) => options.onPhoto(n, stage),
      onDiskFull: (isFull) => this.hold('disk-full', isFull),
      diskPatienceMs: options.diskPatienceMs,
      thumbnail: (n, which) => join(opened.thumbnails, `${n}-${which}.jpg`),
    };
  }

  get waiting(): readonly number[] {
    return this.#queue.list;
  }

  /**
   * Runs until nothing waits any more, or the run is stopped.
   * @returns whether all photos have been dealt with
   * @throws AppError `batch/out-gone`, `batch/disk-full`, `model/...`, `runtime/...`
   */
  async run(): Promise<'finished' | 'stopped'> {
    const { journal, state } = this.#opened;
    const { how } = state.run.settings;
    await this.#noteCrash();
    const provider = await this.#options.tools.provider(this.#settingsOf(undefined).how);
    await this.#options.tools.repair({ ...how, provider });
    await journal.append({ t: 'open', at: now(), provider });
    while (!this.#abort.signal.aborted) {
      await this.#gate.pass();
      if (this.#abort.signal.aborted) break;
      const n = this.#canStart() ? this.#queue.take() : undefined;
      if (n !== undefined) this.#start(state.photos[n]);
      else if (this.#working.size === 0 && this.#queue.length === 0) break;
      else await this.#change();
    }
    await Promise.all(this.#working.values());
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#abort.signal.aborted) return 'stopped';
    await whenRoom(this.#parts, () => journal.append({ t: 'finished', at: now() }));
    return 'finished';
  }

  /** Shuts or opens the run for a reason; photos in work come to their next stage. */
  hold(reason: Hold, isHeld: boolean): void {
    this.#gate.set(reason, isHeld);
    this.#pace.rest(!this.#gate.isOpen);
    this.#options.onHold(reason, isHeld);
    this.#wake();
  }

  /** Ends the run as soon as possible; what is finished stays finished. */
  stop(): void {
    this.#abort.abort(new AppError('restore/cancelled', 'The batch was stopped.'));
    for (const reason of ['person', 'battery', 'editor', 'disk-full'] as const) this.#gate.set(reason, false);
    this.#wake();
  }

  /** Takes waiting photos out of the queue. */
  async skip(numbers: readonly number[]): Promise<void> {
    for (const n of numbers) {
      if (this.#queue.remove(n)) await this.#end(this.#opened.state.photos[n], { state: 'skipped' });
    }
  }

  /** Does photos once more, perhaps otherwise. @throws AppError `batch/bad-pattern` */
  async again(numbers: readonly number[], { settings, masks }: Otherwise = {}): Promise<void> {
    const { photos, run } = this.#opened.state;
    const finished = numbers.filter((n) => photos[n] !== undefined && photos[n].state !== 'waiting');
    const places = planAgain(finished, photos, settings, run);
    for (const n of finished) {
      const photo = photos[n];
      const otherwise = {
        ...places.get(n),
        ...(settings !== undefined && { settings }),
        ...(masks !== undefined && { masks: resolve(masks) }),
      };
      await this.#opened.journal.append({ t: 'again', n, ...otherwise });
      resetPhoto(photo, otherwise);
      this.#queue.add(n);
      this.#options.onPhoto(n, 'waiting');
    }
    this.#wake();
  }

  /** Puts waiting photos ahead of another one, or at the end. */
  move(numbers: readonly number[], before: number | undefined): void {
    this.#queue.move(numbers, before);
  }

  progress(): RunProgress {
    const { photos } = this.#opened.state;
    const counts = { waiting: 0, repaired: 0, clean: 0, exists: 0, failed: 0, skipped: 0 };
    let bytesLeft = 0;
    for (const { state, sizeBytes } of photos) {
      counts[state]++;
      if (state === 'waiting') bytesLeft += sizeBytes;
    }
    const { photosPerMinute } = this.#pace;
    return { total: photos.length, counts, photosPerMinute, secondsLeft: this.#pace.secondsLeft(bytesLeft) };
  }

  async #noteCrash(): Promise<void> {
    const { journal, state } = this.#opened;
    if (!this.#options.afterCrash) return;
    const suspects = state.photos.filter((photo) => photo.isStarted && photo.state === 'waiting');
    const photos = suspects.map(({ n }) => n);
    await journal.append({ t: 'crash', photos, provider: state.provider, at: now() });
    for (const photo of suspects) {
      photo.crashes++;
      photo.crashedOn = state.provider;
      photo.isStarted = false;
    }
    this.#queue.move(
      photos,
      this.#queue.list.find((n) => !photos.includes(n)),
    );
  }

  /** A device whose driver took the process down is not used again. */
  #settingsOf(photo: TrackedPhoto | undefined): BatchSettings {
    const settings = photo?.settings ?? this.#opened.state.run.settings;
    const { how } = settings;
    const isAvoided = this.#opened.state.photos.some(({ crashedOn = 'cpu' }) => crashedOn !== 'cpu');
    return isAvoided && how.provider === 'auto'
      ? { ...settings, how: { ...how, provider: 'cpu' } }
      : settings;
  }

  #canStart(): boolean {
    const { photos } = this.#opened.state;
    const isAlone = [...this.#working.keys(), ...this.#queue.list.slice(0, 1)].some(
      (n) => photos[n].crashes > 0,
    );
    return this.#working.size < (isAlone ? 1 : 2 * this.#lanes + 2);
  }

  #start(photo: TrackedPhoto): void {
    const working = this.#do(photo)
      .catch((error: unknown) => {
        this.#fatal ??= error;
        this.stop();
      })
      .finally(() => {
        this.#working.delete(photo.n);
        this.#wake();
      });
    this.#working.set(photo.n, working);
  }

  async #do(photo: TrackedPhoto): Promise<void> {
    const { journal } = this.#opened;
    if (photo.exists && photo.settings === undefined) {
      return this.#end(photo, { state: 'exists', out: photo.out });
    }
    if (photo.crashes >= mostCrashes) return this.#end(photo, failure(crashed()));
    await whenRoom(this.#parts, () => journal.note({ t: 'start', n: photo.n, at: now() }));
    try {
      const outcome = await work(photo, this.#settingsOf(photo), this.#parts);
      await this.#end(photo, outcome);
      this.#pace.worked(photo.sizeBytes);
    } catch (error) {
      if (this.#abort.signal.aborted) {
        this.#options.onPhoto(photo.n, 'waiting');
        return;
      }
      if (isFatal(error)) throw error;
      // Nothing is wrong with the photo: it goes on waiting.
      if (!(await journal.isThere())) throw outGone(error);
      await this.#end(photo, failure(error));
    }
  }

  async #end(photo: TrackedPhoto, outcome: Outcome): Promise<void> {
    const end = { t: 'end' as const, n: photo.n, at: now(), outcome };
    await whenRoom(this.#parts, () => this.#opened.journal.append(end));
    endPhoto(photo, outcome);
    this.#options.onPhoto(photo.n, photo.state, outcome);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The masks of a photo: of its own where it is done once more with others. Each folder is looked into once. */
function masksOf(ofRun: string | undefined): WorkParts['masks'] {
  const known = new Map<string, Masks>();
  return ({ masks: path = ofRun }) => {
    if (path === undefined) return undefined;
    const masks = known.get(path) ?? new Masks(path);
    known.set(path, masks);
    return masks;
  };
}

const now = () => new Date().toISOString();
