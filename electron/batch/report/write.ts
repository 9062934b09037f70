import { join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { collectGarbage } from '../../engine/garbage.ts';
import { writeSafely } from '../../engine/photo/safe-write.ts';
import { journalsOf, runFolderName } from '../run-folder.ts';
import { type Shard, shardName } from '../shard.ts';
import { type ReportedRun, reportOf } from './collect.ts';
import { html } from './html.ts';
import { csv, json } from './table.ts';
import { type ReportLanguage, reportWords } from './words.ts';

const blockLength = 32 << 10;
/** After so many blocks, a hundred photos or so, what was read and written is collected: V8 would wait for far more. */
const collectedBlocks = 4;

/**
 * Writes `photomend-report.html`, `.csv` and `.json` into the folder of results, from a shard's last journal; the
 * page is in a person's language.
 * @returns their paths
 */
export async function writeReports(
  { out, runFolder }: { readonly out: string; readonly runFolder: string },
  shard: Shard,
  language: ReportLanguage,
): Promise<string[]> {
  const latest = (await journalsOf(runFolder, shard)).at(-1);
  const report = latest === undefined ? undefined : await reportOf(latest);
  const name = shard.count === 1 ? 'photomend-report' : `photomend-report-${shardName(shard)}`;
  return report === undefined ? [] : writeAll(out, name, [report], language);
}

/**
 * Writes one report from the last journals of all shards.
 * @throws AppError `batch/no-journal`
 */
export async function mergeReports(out: string, language: ReportLanguage): Promise<string[]> {
  const latest = new Map<string, ReportedRun>();
  for (const path of await journalsOf(join(out, runFolderName))) {
    const report = await reportOf(path);
    // The oldest come first, so that the latest of each shard stays.
    if (report !== undefined) latest.set(shardName(report.run.shard), report);
  }
  const runs = [...latest.values()].sort((a, b) => a.run.shard.index - b.run.shard.index);
  if (runs.length === 0) throw new AppError('batch/no-journal', 'No batch has written into that folder.');
  return writeAll(out, 'photomend-report', runs, language);
}

async function writeAll(
  out: string,
  name: string,
  runs: readonly ReportedRun[],
  language: ReportLanguage,
): Promise<string[]> {
  const files = [
    [`${name}.html`, html(runs, reportWords(language))],
    [`${name}.csv`, csv(runs)],
    [`${name}.json`, json(runs)],
  ] as const;
  const paths: string[] = [];
  for (const [file, content] of files) {
    const path = join(out, file);
    await writeSafely(path, inBlocks(content), { replace: true, mode: undefined, signal: undefined });
    paths.push(path);
  }
  return paths;
}

/** Not a write for every photo. */
async function* inBlocks(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let block = '';
  let blocks = 0;
  for await (const text of texts) {
    block += text;
    if (block.length < blockLength) continue;
    yield Buffer.from(block);
    block = '';
    if (++blocks % collectedBlocks === 0) collectGarbage();
  }
  yield Buffer.from(block);
}
