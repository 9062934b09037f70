import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { AppError } from '../engine/errors.ts';
import { type CatalogueModel, readCatalogue } from '../engine/models/catalogue.ts';
import { fetchModel } from '../engine/models/fetch-model.ts';
import { userDataFolder } from '../user-folders.ts';
import { resourcesFolder } from './resources.ts';
import { openRegistry } from './tools.ts';

export function openCatalogue(): Promise<readonly CatalogueModel[]> {
  return readCatalogue(join(resourcesFolder(), 'catalogue.json'));
}

/** `photomend models catalogue` */
export function catalogueCommand(): Command {
  return new Command('catalogue')
    .description('list public networks, where they are published and under what licence')
    .option('--json', 'print JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const models = await openCatalogue();
      if (json) {
        process.stdout.write(`${JSON.stringify(models, null, 2)}\n`);
        return;
      }
      for (const { id, name, family, licence, commercial, page, download } of models) {
        const use = commercial ? licence : `${licence}, NON-COMMERCIAL USE ONLY`;
        const size = download === null ? 'import by hand' : `${(download.bytes / 1e6).toFixed(1)} MB`;
        process.stdout.write(`${id.padEnd(18)} ${name} | ${family} | ${use} | ${size} | ${page}\n`);
      }
    });
}

interface DownloadFlags {
  readonly allowNetwork: boolean;
}

/** `photomend models download ID` */
export function downloadCommand(): Command {
  return new Command('download')
    .argument('<id>')
    .description('download a network of the catalogue and import it')
    .option(
      '--allow-network',
      'connect to the site that publishes it; nothing is connected without this',
      false,
    )
    .action(runDownload);
}

async function runDownload(id: string, { allowNetwork }: DownloadFlags): Promise<void> {
  const model = (await openCatalogue()).find((its) => its.id === id);
  if (model === undefined) {
    throw new AppError('model/not-found', `The catalogue has no model named "${id}".`, {
      hint: 'Run "photomend models catalogue" to see which there are.',
    });
  }
  if (!allowNetwork) {
    throw new AppError(
      'download/offline',
      `Photomend stays offline; "${id}" is published at ${model.page}.`,
      {
        hint: 'Add --allow-network to let it connect to that site.',
      },
    );
  }
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{bar} {percentage} %, {eta} s left',
        stream: process.stderr,
        clearOnComplete: true,
      })
    : undefined;
  bar?.start(model.download?.bytes ?? 1, 0);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  try {
    const { manifest } = await fetchModel(model, openRegistry(), join(userDataFolder(), 'models'), {
      signal: controller.signal,
      onProgress: (bytes) => bar?.update(bytes),
    });
    process.stdout.write(`downloaded and imported ${manifest.id}: ${model.name}, ${model.licence}\n`);
    if (!model.commercial) process.stdout.write('note: its licence allows non-commercial use only\n');
  } finally {
    bar?.stop();
  }
}
