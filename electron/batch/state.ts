import type { BatchSettings } from '../ipc/batch.ts';
import { readJournal } from './journal.ts';
import type { PlannedPhoto } from './plan.ts';
import type { Outcome, Record, RunRecord } from './records.ts';

export type PhotoState = Outcome['state'];

/** What a run must know of a photo; what a report tells of it stays in the journal. */
export interface TrackedPhoto extends PlannedPhoto {
  out: string;
  copyOut: string;
  state: 'waiting' | PhotoState;
  /** In work when the journal was last written to. */
  isStarted: boolean;
  /** What it comes to if the result that was about to be written is there. */
  write: Outcome | undefined;
  /** An earlier result of ours, which the next one replaces. */
  own: { readonly out: string; readonly sha256: string } | undefined;
  /** How often the process that repairs died with it. */
  crashes: number;
  crashedOn: string | undefined;
  /** Of its own, where it is done once more; else those of the run. */
  settings: BatchSettings | undefined;
  masks: string | undefined;
  verdict: 'keep' | 'discard' | undefined;
}

/** What a journal says, as far as it was written. */
export interface RunState {
  readonly run: RunRecord;
  readonly photos: TrackedPhoto[];
  readonly isPlanned: boolean;
  readonly isFinished: boolean;
  /** Which provider computed last. */
  readonly provider: string;
  /** Folders that could not be looked into. */
  readonly problems: readonly string[];
}

/** Field by field: V8 would keep a description of its own for each object that is made of another one's fields. */
export function tracked(plan: PlannedPhoto): TrackedPhoto {
  return {
    n: plan.n,
    path: plan.path,
    sizeBytes: plan.sizeBytes,
    modifiedMs: plan.modifiedMs,
    out: plan.out,
    copyOut: plan.copyOut,
    exists: plan.exists,
    state: 'waiting',
    isStarted: false,
    write: undefined,
    own: undefined,
    crashes: 0,
    crashedOn: undefined,
    settings: undefined,
    masks: undefined,
    verdict: undefined,
  };
}

/** Reads a journal; undefined where it holds not even its first line. @throws AppError `batch/journal-damaged` */
export async function readRun(path: string): Promise<RunState | undefined> {
  let run: RunRecord | undefined;
  const photos: TrackedPhoto[] = [];
  let isPlanned = false;
  let isFinished = false;
  let problems: readonly string[] = [];
  let provider = '';
  for await (const record of readJournal(path)) {
    if (record.t === 'run') run = record;
    else if (record.t === 'photo') photos[record.n] = tracked(record);
    else if (record.t === 'planned') {
      isPlanned = true;
      problems = record.problems;
    } else if (record.t === 'finished') isFinished = true;
    else if (record.t === 'open') {
      provider = record.provider;
      for (const photo of photos) photo.isStarted = false;
    } else {
      isFinished = false;
      apply(photos, record);
    }
  }
  return run && { run, photos, isPlanned, isFinished, provider, problems };
}

type Change = Exclude<Record, { t: 'run' | 'photo' | 'planned' | 'open' | 'finished' }>;

/** What a line changes in what is known. */
function apply(photos: readonly TrackedPhoto[], change: Change): void {
  if (change.t === 'crash') {
    for (const n of change.photos) {
      const photo = photos[n];
      if (photo === undefined) continue;
      photo.crashes++;
      photo.crashedOn = change.provider;
      photo.isStarted = false;
    }
    return;
  }
  const photo = photos[change.n];
  if (photo === undefined) return;
  switch (change.t) {
    case 'start':
      photo.isStarted = true;
      return;
    case 'write':
      photo.write = change.outcome;
      return;
    case 'end':
      endPhoto(photo, change.outcome);
      return;
    case 'again':
      resetPhoto(photo, change);
      return;
    case 'verdict':
      photo.verdict = change.verdict;
  }
}

export function endPhoto(photo: TrackedPhoto, outcome: Outcome): void {
  photo.state = outcome.state;
  photo.isStarted = false;
  photo.write = undefined;
  if (outcome.state !== 'repaired' && outcome.state !== 'clean') return;
  const { out, sha256 } = outcome;
  photo.own = out === undefined || sha256 === undefined ? undefined : { out, sha256 };
}

/** How photos are done once more; as before, where nothing is said. */
export interface Otherwise {
  readonly settings?: BatchSettings | undefined;
  /** A folder of masks, or one mask for all. */
  readonly masks?: string | undefined;
}

/** How one photo is done once more, and where its result goes where that changes. */
export interface Reset extends Otherwise {
  readonly out?: string | undefined;
  readonly copyOut?: string | undefined;
}

export function resetPhoto(photo: TrackedPhoto, { settings, masks, out, copyOut }: Reset): void {
  photo.state = 'waiting';
  photo.write = undefined;
  photo.crashes = 0;
  photo.verdict = undefined;
  photo.settings = settings ?? photo.settings;
  photo.masks = masks ?? photo.masks;
  photo.out = out ?? photo.out;
  photo.copyOut = copyOut ?? photo.copyOut;
}
