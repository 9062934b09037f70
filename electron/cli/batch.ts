import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { mergeReports } from '../batch/report/write.ts';
import { parseShard, type Shard, wholeFolder } from '../batch/shard.ts';
import { AppError } from '../engine/errors.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { BatchConfiguration, BatchMethods, RunEnd, RunNews } from '../hosts/batch/contract.ts';
import { superviseRun } from '../hosts/batch/supervised-run.ts';
import { forkLauncher } from '../hosts/forked-host.ts';
import { SupervisedHost } from '../hosts/supervised-host.ts';
import type { BatchSettings, Corner, How, Naming, PlacedRect, Where } from '../ipc/batch.ts';
import type { DamageSetting } from '../ipc/document.ts';
import { userDataFolder } from '../user-folders.ts';
import { BatchProgress } from './batch-progress.ts';
import { exitCodes } from './failure.ts';
import { resourcesFolder } from './resources.ts';
import { withToolOptions } from './tools.ts';

interface BatchFlags {
  readonly out?: string;
  readonly regions?: Where['kind'] | 'rect';
  readonly rect: readonly Measures[];
  readonly corner: Corner;
  readonly masks?: string;
  readonly minConfidence: number;
  readonly damage: DamageSetting;
  readonly model?: string;
  readonly provider: ProviderName | 'auto';
  readonly strength: number;
  readonly format: How['format'];
  readonly quality: number;
  readonly names: string;
  readonly exists: Naming['exists'];
  readonly clean: How['clean'];
  readonly stripMetadata: boolean;
  readonly mark: boolean;
  readonly tolerant: boolean;
  readonly shard: Shard;
  readonly resume: boolean;
  readonly waitForDisk: number;
  readonly json: boolean;
}

type Measures = Omit<PlacedRect, 'corner' | 'damage' | 'mask'>;

/** `photomend batch FOLDER` */
export function batchCommand(): Command {
  const command = new Command('batch')
    .description('Repair all photos of a folder and its sub-folders. The originals are never changed.')
    .argument('<folder>', 'folder with photos')
    .option('--out <dir>', 'folder for the results (default: FOLDER-restored beside it)')
    .addOption(
      new Option('--regions <where>', 'where photos are repaired').choices([
        'found',
        'rect',
        'masks',
        'sidecar',
        'whole',
      ]),
    )
    .addOption(
      new Option(
        '--rect <x,y,w,h>',
        'the same rectangle on every photo, in pixels or percent; may be given several times',
      )
        .argParser(parseRect)
        .default([] as Measures[], 'none'),
    )
    .addOption(
      new Option('--corner <corner>', 'from which corner X and Y count, inward')
        .choices(['top-left', 'top-right', 'bottom-left', 'bottom-right'])
        .default('top-left'),
    )
    .option('--masks <path>', 'folder with a mask per photo (same path and stem), or one mask for all')
    .option(
      '--min-confidence <c>',
      'leave found damage alone that is less sure than this, 0 to 1',
      parseShare,
      0.5,
    )
    .addOption(
      new Option('--damage <kind>', 'what is wrong in rectangles, masks or the whole photo')
        .choices(['auto', 'blur', 'mosaic', 'stain', 'scratch', 'fill'])
        .default('auto'),
    )
    .option('--strength <s>', 'how much of the result shows, 0 to 1', parseShare, 1)
    .addOption(
      new Option('--format <format>', 'file format of the results')
        .choices(['same', 'jpeg', 'png', 'webp', 'avif', 'tiff'])
        .default('same'),
    )
    .option('--quality <q>', '1 to 100 for JPEG, WebP and AVIF (default: as the original)', parseQuality, 0)
    .option('--names <pattern>', 'names of the results: {name}, {number}, {folder}, {date}', '{name}')
    .addOption(
      new Option('--exists <what>', 'what to do where a result of that name is there')
        .choices(['skip', 'number', 'replace-own'])
        .default('skip'),
    )
    .addOption(
      new Option('--clean <what>', 'what to do with photos in good order')
        .choices(['copy', 'skip'])
        .default('copy'),
    )
    .option('--strip-metadata', 'leave Exif, XMP and IPTC out', false)
    .option('--no-mark', 'do not note in the metadata that parts were reconstructed')
    .option('--tolerant', 'also repair photos that are cut off, as far as they can be read', false)
    .option('--shard <i/n>', 'only the i-th of n equal parts, from 0', readShard, wholeFolder)
    .option('--resume', 'go on where an earlier run stopped, or begin', false)
    .option('--wait-for-disk <minutes>', 'how long to wait where the disk is full', Number, 10)
    .addHelpText(
      'after',
      `
Examples:
  photomend batch scans --out repaired --regions found
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
    .action(async (dir: string) => {
      const { paths } = await mergeReports(resolve(dir));
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

function settingsOf(flags: BatchFlags): BatchSettings {
  return {
    where: whereOf(flags),
    how: {
      model: flags.model ?? 'auto',
      provider: flags.provider,
      strength: flags.strength,
      format: flags.format,
      quality: flags.quality,
      keepMetadata: !flags.stripMetadata,
      markAsReconstructed: flags.mark,
      tolerant: flags.tolerant,
      clean: flags.clean,
    },
    naming: { pattern: flags.names, exists: flags.exists },
  };
}

function whereOf({ regions, rect, masks, corner, damage, minConfidence }: BatchFlags): Where {
  const kind = regions ?? (rect.length > 0 ? 'rect' : masks !== undefined ? 'masks' : 'found');
  switch (kind) {
    case 'rect':
    case 'rects':
      if (rect.length === 0) throw new AppError('usage/no-region', 'Say where: --rect X,Y,W,H.');
      return { kind: 'rects', rects: rect.map((measures) => ({ ...measures, corner, damage })) };
    case 'masks':
      if (masks === undefined) throw new AppError('usage/no-region', 'Say where the masks are: --masks DIR.');
      return { kind, damage };
    case 'found':
      return { kind, minConfidence };
    case 'sidecar':
      return { kind };
    case 'whole':
      return { kind, damage };
  }
}

function parseRect(text: string, before: readonly Measures[]): Measures[] {
  const parts = text.split(',');
  const isPart = parts.every((part) => part.endsWith('%'));
  const [x, y, width, height] = parts.map((part) =>
    isPart ? Number(part.slice(0, -1)) / 100 : Number(part),
  );
  const isValid = parts.length === 4 && x >= 0 && y >= 0 && width > 0 && height > 0;
  if (!isValid || (!isPart && ![x, y, width, height].every(Number.isSafeInteger))) {
    throw new InvalidArgumentError(
      'It must be X,Y,WIDTH,HEIGHT, all in whole pixels or all in percent, for example 120,80,200,150 or 0%,90%,30%,10%.',
    );
  }
  return [...before, { unit: isPart ? 'part' : 'px', x, y, width, height }];
}

function parseShare(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}

function parseQuality(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError('It must be 1 to 100.');
  return value;
}

function readShard(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : '');
  }
}
