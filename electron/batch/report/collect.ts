import { basename } from 'node:path';
import { readJournal } from '../journal.ts';
import type { Outcome, RunRecord } from '../records.ts';
import type { PhotoState } from '../state.ts';

/** A photo in a report. */
export interface ReportedPhoto {
  readonly path: string;
  readonly state: 'waiting' | PhotoState;
  readonly outcome: Outcome | undefined;
  readonly verdict: 'keep' | 'discard' | undefined;
  /** Seconds from its start to its end. */
  readonly seconds: number | undefined;
  /** Where its small pictures are, without `-before.jpg` and `-after.jpg`. */
  readonly thumbnail: string;
}

export interface ReportedRun {
  readonly run: RunRecord;
  readonly photos: readonly ReportedPhoto[];
  readonly problems: readonly string[];
  readonly finishedAt: string | undefined;
}

/** What a journal tells a person. @throws AppError `batch/journal-damaged` */
export async function reportOf(journalPath: string): Promise<ReportedRun | undefined> {
  let run: RunRecord | undefined;
  let problems: readonly string[] = [];
  let finishedAt: string | undefined;
  const paths: string[] = [];
  const outcomes = new Map<number, Outcome>();
  const verdicts = new Map<number, 'keep' | 'discard'>();
  const starts = new Map<number, number>();
  const seconds = new Map<number, number>();
  for await (const record of readJournal(journalPath)) {
    if (record.t === 'run') run = record;
    else if (record.t === 'photo') paths[record.n] = record.path;
    else if (record.t === 'planned') problems = record.problems;
    else if (record.t === 'start') starts.set(record.n, Date.parse(record.at));
    else if (record.t === 'again') outcomes.delete(record.n);
    else if (record.t === 'verdict') verdicts.set(record.n, record.verdict);
    else if (record.t === 'finished') finishedAt = record.at;
    else if (record.t === 'end') {
      outcomes.set(record.n, record.outcome);
      const start = starts.get(record.n);
      if (start !== undefined) seconds.set(record.n, (Date.parse(record.at) - start) / 1000);
    }
  }
  if (run === undefined) return undefined;
  const { id } = run;
  const photos = paths.map((path, n): ReportedPhoto => {
    const outcome = outcomes.get(n);
    return {
      path,
      state: outcome?.state ?? 'waiting',
      outcome,
      verdict: verdicts.get(n),
      seconds: seconds.get(n),
      thumbnail: `thumbnails/${basename(id)}/${n}`,
    };
  });
  return { run, photos, problems, finishedAt };
}
