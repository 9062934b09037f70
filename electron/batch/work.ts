import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../engine/errors.ts';
import { openPhoto } from '../engine/photo/open.ts';
import type { Photo, PhotoProbe } from '../engine/photo/photo.ts';
import { encodeThumbnail } from '../engine/photo/screen.ts';
import type { BatchSettings } from '../ipc/batch.ts';
import { diskFull, outGone } from './failures.ts';
import type { Journal } from './journal.ts';
import { clashKey, numbered } from './names.ts';
import type { Outcome } from './records.ts';
import type { Gate, PixelBudget, Slots } from './slots.ts';
import type { TrackedPhoto } from './state.ts';
import { copyOf, encode, hashOf, look, type Repaired, type Result, repair, write } from './steps.ts';
import type { BatchTools } from './tools.ts';
import type { Masks } from './where/masks.ts';

export type Stage = 'decode' | 'repair' | 'encode';

export interface WorkParts {
  readonly folder: string;
  readonly out: string;
  readonly journal: Journal;
  readonly tools: BatchTools;
  readonly masks: (photo: TrackedPhoto) => Masks | undefined;
  /** One for each stage, so that the stages of several photos overlap. */
  readonly lanes: Readonly<Record<Stage, Slots>>;
  readonly pixels: PixelBudget;
  /** Shut while the person repairs a photo, or the run pauses. */
  readonly gate: Gate;
  readonly signal: AbortSignal;
  readonly onStage: (photo: TrackedPhoto, stage: Stage) => void;
  /** The disk is full, or has room again. */
  readonly onDiskFull: (isFull: boolean) => void;
  /** How long a full disk is waited for. */
  readonly diskPatienceMs: number;
  /** Where small pictures of a photo before and after go. */
  readonly thumbnail: (n: number, which: 'before' | 'after') => string;
}

export const thumbnailSidePx = 256;
const diskLookMs = 1000;

/** Takes one photo through all stages. @throws AppError what is wrong with it; `batch/out-gone`, `batch/disk-full` */
export async function work(photo: TrackedPhoto, settings: BatchSettings, parts: WorkParts): Promise<Outcome> {
  if (photo.write !== undefined) {
    const finished = await finishedBefore(photo.write, parts);
    if (finished !== undefined) return finished;
  }
  const probe = await look(join(parts.folder, photo.path));
  return parts.pixels.use(probe.width * probe.height, () => stages(photo, probe, settings, parts));
}

/** A result that appeared just before a kill counts. */
async function finishedBefore(outcome: Outcome, { out }: WorkParts): Promise<Outcome | undefined> {
  if (!('sha256' in outcome) || outcome.out === undefined) return undefined;
  return (await hashOf(join(out, outcome.out))) === outcome.sha256 ? outcome : undefined;
}

async function stages(
  photo: TrackedPhoto,
  probe: PhotoProbe,
  settings: BatchSettings,
  parts: WorkParts,
): Promise<Outcome> {
  const { lanes, signal, gate, tools } = parts;
  const { how } = settings;
  const timer = new Timer();
  const opened = await lanes.decode.use(() =>
    timer.time('decode', async () => {
      signal.throwIfAborted();
      parts.onStage(photo, 'decode');
      const decoded = await openPhoto(probe, { tolerant: how.tolerant, signal });
      await thumbnail(parts, photo.n, 'before', decoded);
      return decoded;
    }),
  );
  const repaired = await lanes.repair.use(async () => {
    await gate.pass();
    signal.throwIfAborted();
    parts.onStage(photo, 'repair');
    return timer.time('repair', () =>
      repair(opened, photo.path, settings, tools, parts.masks(photo), signal),
    );
  });
  return lanes.encode.use(() =>
    timer.time('encode', async () => {
      parts.onStage(photo, 'encode');
      return save(photo, opened, repaired, settings, parts, timer);
    }),
  );
}

async function save(
  photo: TrackedPhoto,
  opened: Photo,
  repaired: Repaired,
  settings: BatchSettings,
  parts: WorkParts,
  timer: Timer,
): Promise<Outcome> {
  const { regions, models, warnings, isChanged, whole } = repaired;
  const found = { regions: [...regions], ...(whole !== undefined && { whole }) };
  if (!isChanged && settings.how.clean === 'skip') {
    return { state: 'clean', ...found, warnings: [...warnings] };
  }
  const planned = isChanged ? photo.out : photo.copyOut;
  const result = isChanged
    ? await encode(opened, join(parts.out, planned), settings, parts.signal)
    : await copyOf(opened);
  const { sha256, sizeBytes } = result;
  if (isChanged) await thumbnail(parts, photo.n, 'after', opened);
  const provider = await parts.tools.provider(settings.how);
  const outcomeAt = (out: string): Outcome => {
    const facts = { out, sha256, sizeBytes, ...found };
    const all = [...warnings, ...result.warnings, ...(out === planned ? [] : ['renamed'])];
    if (!isChanged) return { state: 'clean', ...facts, warnings: all };
    return { state: 'repaired', ...facts, models: [...models], provider, ms: timer.ms(), warnings: all };
  };
  return put(photo, result, planned, settings, outcomeAt, parts);
}

/** Writes a result under its planned name; where somebody took that meanwhile, as the person chose. */
async function put(
  photo: TrackedPhoto,
  result: Result,
  planned: string,
  { naming }: BatchSettings,
  outcomeAt: (out: string) => Outcome,
  parts: WorkParts,
): Promise<Outcome> {
  const { journal, out, signal } = parts;
  for (let number = 1; ; number++) {
    const name = numbered(planned, number);
    const outcome = outcomeAt(name);
    try {
      await whenRoom(parts, async () => {
        signal.throwIfAborted();
        if (!(await journal.isThere())) throw outGone();
        await journal.append({ t: 'write', n: photo.n, outcome });
        await write(out, name, result, photo.own?.sha256);
      });
      await removeOwn(photo, name, out);
      return outcome;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'save/exists')) throw error;
      // What is done once more is wanted.
      if (naming.exists === 'skip' && photo.settings === undefined) return { state: 'exists', out: name };
    }
  }
}

/** An earlier result under another name has been replaced. */
async function removeOwn({ own }: TrackedPhoto, name: string, out: string): Promise<void> {
  // On some systems names that differ in capitals only are one file's.
  if (own === undefined || clashKey(own.out) === clashKey(name)) return;
  const path = join(out, own.out);
  if ((await hashOf(path)) === own.sha256) await rm(path, { force: true });
}

/** Does what needs room on the disk; where there is none, waits for it. @throws AppError `batch/disk-full` */
export async function whenRoom<T>(
  parts: Pick<WorkParts, 'signal' | 'onDiskFull' | 'diskPatienceMs'>,
  act: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + parts.diskPatienceMs;
  for (let waited = false; ; waited = true) {
    try {
      const value = await act();
      if (waited) parts.onDiskFull(false);
      return value;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      parts.onDiskFull(true);
      if (Date.now() > until) throw diskFull(error);
      await sleep(diskLookMs, undefined, { signal: parts.signal });
    }
  }
}

function isDiskFull(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'save/disk-full';
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** A report can do without pictures. */
async function thumbnail(
  parts: WorkParts,
  n: number,
  which: 'before' | 'after',
  photo: Photo,
): Promise<void> {
  try {
    await writeFile(parts.thumbnail(n, which), await encodeThumbnail(photo, thumbnailSidePx));
  } catch {
    // Left out; a full disk shows when the result is written.
  }
}

/** Milliseconds that each stage took. */
class Timer {
  readonly #ms: Record<Stage, number> = { decode: 0, repair: 0, encode: 0 };
  #encodeSince = 0;

  async time<T>(stage: Stage, act: () => Promise<T>): Promise<T> {
    const since = performance.now();
    if (stage === 'encode') this.#encodeSince = since;
    const value = await act();
    this.#ms[stage] = performance.now() - since;
    return value;
  }

  /** Asked before the last stage has ended. */
  ms(): Record<Stage, number> {
    const { decode, repair } = this.#ms;
    const round = Math.round;
    return {
      decode: round(decode),
      repair: round(repair),
      encode: round(performance.now() - this.#encodeSince),
    };
  }
}
