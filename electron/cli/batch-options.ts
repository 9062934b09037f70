import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ReportLanguage, reportLanguages } from '../batch/report/words.ts';
import { parseShard, type Shard, wholeFolder } from '../batch/shard.ts';
import { AppError } from '../engine/errors.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { BatchSettings, Corner, How, Naming, PlacedRect, Where } from '../ipc/batch.ts';
import type { DamageSetting } from '../ipc/document.ts';

/** What `photomend batch` was told. */
export interface BatchFlags {
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
  readonly try: boolean;
  readonly waitForDisk: number;
  readonly language: ReportLanguage;
  readonly json: boolean;
}

type Measures = Omit<PlacedRect, 'corner' | 'damage' | 'mask'>;

/** Adds the options of `photomend batch`. */
export function withBatchOptions(command: Command): Command {
  return command
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
    .option('--try', 'only repair three photos, for a look, into DIR-tried', false)
    .option('--resume', 'go on where an earlier run stopped, or begin', false)
    .option('--wait-for-disk <minutes>', 'how long to wait where the disk is full', Number, 10)
    .addOption(languageOption());
}

export function languageOption(): Option {
  return new Option('--language <code>', 'language of the report').choices(reportLanguages).default('en');
}

/** What the options say about where and how. @throws AppError `usage/no-region` */
export function settingsOf(flags: BatchFlags): BatchSettings {
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
