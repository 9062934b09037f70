import { join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { writeSafely } from '../../engine/photo/safe-write.ts';
import { journalsOf, runFolderName } from '../run-folder.ts';
import { type Shard, shardName } from '../shard.ts';
import { type ReportedRun, reportOf } from './collect.ts';
import { html } from './html.ts';
import { csv, rowOf } from './table.ts';

/**
 * Writes `photomend-report.html`, `.csv` and `.json` into the folder of results, from a shard's last journal.
 * @returns their paths
 */
export async function writeReports(out: string, runFolder: string, shard: Shard): Promise<string[]> {
  const latest = (await journalsOf(runFolder, shard)).at(-1);
  const report = latest === undefined ? undefined : await reportOf(latest);
  const name = shard.count === 1 ? 'photomend-report' : `photomend-report-${shardName(shard)}`;
  return report === undefined ? [] : writeAll(out, name, [report]);
}

/**
 * Writes one report from the last journals of all shards.
 * @throws AppError `batch/no-journal`
 */
export async function mergeReports(out: string): Promise<{ paths: string[]; runs: readonly ReportedRun[] }> {
  const latest = new Map<string, ReportedRun>();
  for (const path of await journalsOf(join(out, runFolderName))) {
    const report = await reportOf(path);
    // The oldest come first, so that the latest of each shard stays.
    if (report !== undefined) latest.set(shardName(report.run.shard), report);
  }
  const runs = [...latest.values()].sort((a, b) => a.run.shard.index - b.run.shard.index);
  if (runs.length === 0) throw new AppError('batch/no-journal', 'No batch has written into that folder.');
  return { paths: await writeAll(out, 'photomend-report', runs), runs };
}

async function writeAll(out: string, name: string, runs: readonly ReportedRun[]): Promise<string[]> {
  const rows = runs.flatMap(({ photos }) => photos.map(rowOf));
  const json = runs.map(({ run, photos, problems, finishedAt }) => ({ run, problems, finishedAt, photos }));
  const files = [
    [`${name}.html`, html(runs)],
    [`${name}.csv`, csv(rows)],
    [`${name}.json`, `${JSON.stringify(json, null, 1)}\n`],
  ] as const;
  const paths: string[] = [];
  for (const [file, content] of files) {
    const path = join(out, file);
    await writeSafely(path, [Buffer.from(content)], { replace: true, mode: undefined, signal: undefined });
    paths.push(path);
  }
  return paths;
}
