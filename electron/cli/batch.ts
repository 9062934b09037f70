import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { ReportLanguage } from '../batch/report/words.ts';
import { mergeReports } from '../batch/report/write.ts';
import type { BatchConfiguration, BatchMethods, RunEnd, RunNews } from '../hosts/batch/contract.ts';
import { superviseRun } from '../hosts/batch/supervised-run.ts';
import { forkLauncher } from '../hosts/forked-host.ts';
import { SupervisedHost } from '../hosts/supervised-host.ts';
import { userDataFolder } from '../user-folders.ts';
import { type BatchFlags, languageOption, settingsOf, withBatchOptions } from './batch-options.ts';
import { BatchProgress } from './batch-progress.ts';
import { tryBatch } from './batch-try.ts';
import { exitCodes } from './failure.ts';
import { resourcesFolder } from './resources.ts';
import { withToolOptions } from './tools.ts';

/** `photomend batch FOLDER` */
export function batchCommand(): Command {
  const command = new Command('batch')
    .description('Repair all photos of a folder and its sub-folders. The originals are never changed.')
    .argument('<folder>', 'folder with photos');
  withBatchOptions(command).addHelpText(
    'after',
    `
Examples:
  photomend batch scans --out repaired --regions found
  photomend batch scans --regions found --try
  photomend batch party --regions rect --rect 30,20,380,60 --corner bottom-right --damage fill
  photomend batch archive --out repaired --regions masks --masks stains --shard 0/8 --resume

Exit codes: 0 all photos done, 1 failed or stopped, 2 wrong usage, 3 some photos failed.`,
  );
  return withToolOptions(command).action(runBatch);
}

/** `photomend report DIR` */
export function reportCommand(): Command {
  return new Command('report')
    .description('Write one report on all shards of a batch.')
    .argument('<dir>', 'folder with the results')
    .addOption(languageOption())
    .action(async (dir: string, { language }: { readonly language: ReportLanguage }) => {
      const paths = await mergeReports(resolve(dir), language);
      process.stdout.write(`${paths.join('\n')}\n`);
    });
}

async function runBatch(folder: string, flags: BatchFlags): Promise<void> {
  const whole = resolve(folder);
  const request: BatchMethods['run']['in'] = {
    folder: whole,
    out: resolve(flags.out ?? join(dirname(whole), `${basename(whole)}-restored`)),
    shard: flags.shard,
    settings: settingsOf(flags),
    ...(flags.masks !== undefined && { masks: resolve(flags.masks) }),
    unfinished: flags.resume ? 'resume' : 'refuse',
    program: 'photomend',
    afterCrash: false,
    diskPatienceMs: 60_000 * flags.waitForDisk,
    language: flags.language,
  };
  const configuration: BatchConfiguration = {
    resourcesFolder: resourcesFolder(),
    userDataFolder: userDataFolder(),
    models: 'paths',
  };
  const program = fileURLToPath(new URL('./batch-host.js', import.meta.url));
  const host = new SupervisedHost<BatchMethods>({
    launch: forkLauncher(program, configuration),
    onState: () => {},
    // A run that was interrupted goes on from its journal instead.
    isRepeatable: () => false,
  });
  const progress = new BatchProgress(request.out, flags.json);
  const stop = () => {
    progress.stopping();
    process.once('SIGINT', () => process.exit(130));
    void host.call('stop', {}).catch(() => undefined);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    if (flags.try) {
      process.exitCode = await tryBatch(host, request, flags.json);
      return;
    }
    const end = await superviseRun(host, request, (news: RunNews) => progress.news(news));
    progress.end(end);
    process.exitCode = exitCodeOf(end);
  } finally {
    progress.close();
    host.close();
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

function exitCodeOf({ end, progress }: RunEnd): number {
  if (end === 'stopped') return exitCodes.failed;
  const { failed } = progress.counts;
  if (failed === 0) return exitCodes.ok;
  return failed === progress.total ? exitCodes.failed : exitCodes.partly;
}
