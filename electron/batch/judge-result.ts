import { join } from 'node:path';
import { Journal } from './journal.ts';
import { lockFolder } from './lock.ts';
import { journalsOf, runFolderName } from './run-folder.ts';
import { wholeFolder } from './shard.ts';
import { readRun } from './state.ts';
import { hashOf } from './steps.ts';

/**
 * Notes what a person says to a result of the last run.
 * @returns the result's path where the file is still the one that was written, else `null`
 * @throws AppError `batch/busy`, `batch/journal-damaged`
 */
export async function judgeResult(
  out: string,
  n: number,
  verdict: 'keep' | 'discard',
): Promise<string | null> {
  const runFolder = join(out, runFolderName);
  const latest = (await journalsOf(runFolder, wholeFolder)).at(-1);
  if (latest === undefined) return null;
  const lock = await lockFolder(runFolder, wholeFolder);
  try {
    const own = (await readRun(latest))?.photos[n]?.own;
    const journal = await Journal.continue(latest);
    const wasFinished = { t: 'finished' as const, at: new Date().toISOString() };
    await journal.append({ t: 'verdict', n, verdict }, wasFinished).finally(() => journal.close());
    if (own === undefined) return null;
    const path = join(out, own.out);
    return (await hashOf(path)) === own.sha256 ? path : null;
  } finally {
    await lock.release();
  }
}
