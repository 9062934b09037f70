import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type JournalLine, readJournal, readJournalLines, readLineAt } from '../journal.ts';
import type { Outcome, RunRecord } from '../records.ts';
import type { PhotoState } from '../state.ts';

/** A photo in a report. */
export interface ReportedPhoto {
  readonly path: string;
  readonly state: ReportedState;
  readonly outcome: Outcome | undefined;
  readonly verdict: 'keep' | 'discard' | undefined;
  /** Seconds from its start to its end. */
  readonly seconds: number | undefined;
  /** Where its small pictures are, without `-before.jpg` and `-after.jpg`. */
  readonly thumbnail: string;
}

export type ReportedState = 'waiting' | PhotoState;

/** A run in a report. Its photos are read from the journal when they are asked for: there may be very many. */
export interface ReportedRun {
  readonly run: RunRecord;
  readonly counts: Readonly<Record<ReportedState, number>>;
  readonly problems: readonly string[];
  readonly finishedAt: string | undefined;
  /** In the order of the plan. */
  photos(): AsyncIterable<ReportedPhoto>;
}

/** What is kept in memory of a photo: where its last line stands, not what it says. */
interface Place {
  state: ReportedState;
  end: Pick<JournalLine, 'offset' | 'length'> | undefined;
  startedAt: number;
  seconds: number | undefined;
  verdict: 'keep' | 'discard' | undefined;
}

/** What a journal tells a person. @throws AppError `batch/journal-damaged` */
export async function reportOf(journalPath: string): Promise<ReportedRun | undefined> {
  let run: RunRecord | undefined;
  let problems: readonly string[] = [];
  let finishedAt: string | undefined;
  const places: Place[] = [];
  for await (const line of readJournalLines(journalPath)) {
    const { record } = line;
    if (record.t === 'run') run = record;
    else if (record.t === 'photo') places[record.n] = untouched();
    else if (record.t === 'planned') problems = record.problems;
    else if (record.t === 'finished') finishedAt = record.at;
    else if (record.t !== 'crash' && record.t !== 'open') note(places[record.n], line);
  }
  if (run === undefined) return undefined;
  const counts = { waiting: 0, repaired: 0, clean: 0, exists: 0, failed: 0, skipped: 0 };
  for (const { state } of places) counts[state]++;
  const { id } = run;
  return { run, counts, problems, finishedAt, photos: () => photosOf(journalPath, id, places) };
}

function untouched(): Place {
  return { state: 'waiting', end: undefined, startedAt: 0, seconds: undefined, verdict: undefined };
}

function note(place: Place | undefined, { record, offset, length }: JournalLine): void {
  if (place === undefined) return;
  if (record.t === 'start') place.startedAt = Date.parse(record.at);
  else if (record.t === 'again') Object.assign(place, untouched());
  else if (record.t === 'verdict') place.verdict = record.verdict;
  else if (record.t === 'end') {
    place.state = record.outcome.state;
    place.end = { offset, length };
    if (place.startedAt > 0) place.seconds = (Date.parse(record.at) - place.startedAt) / 1000;
  }
}

async function* photosOf(path: string, run: string, places: readonly Place[]): AsyncGenerator<ReportedPhoto> {
  const handle = await open(path, 'r');
  try {
    for await (const record of readJournal(path)) {
      // The plan comes first.
      if (record.t === 'planned') return;
      if (record.t !== 'photo') continue;
      const { state, end, verdict, seconds } = places[record.n];
      const last = end && (await readLineAt(handle, end, path));
      yield {
        path: record.path,
        state,
        outcome: last?.t === 'end' ? last.outcome : undefined,
        verdict,
        seconds,
        thumbnail: `thumbnails/${basename(run)}/${record.n}`,
      };
    }
  } finally {
    await handle.close();
  }
}
