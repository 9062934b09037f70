import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { ModelEntry } from '../engine/models/entry.ts';
import { importWeights } from '../training/import-weights.ts';
import { writeModelFolder } from '../training/model-folder.ts';
import { failureRecord } from './failure.ts';
import { openRegistry } from './tools.ts';

/** `photomend models list|import|export|remove|verify` */
export function modelsCommand(): Command {
  const models = new Command('models').exitOverride().description('Look at, check and exchange networks.');
  models.command('list').description('list all networks').option('--json', 'print JSON', false).action(list);
  models
    .command('import <path>')
    .description('add a network: a folder with manifest.json, a bare .onnx file, or .safetensors weights')
    .action(async (path: string) => {
      const { manifest, folder } = /\.safetensors$/i.test(path)
        ? await importSafetensors(resolve(path))
        : await openRegistry().import(resolve(path));
      process.stdout.write(`imported ${manifest.id} (${manifest.adapter}) to ${folder}\n`);
    });
  models
    .command('export <id> <folder>')
    .description('copy a network with its manifest to a folder')
    .action(async (id: string, folder: string) => {
      process.stdout.write(`exported to ${await openRegistry().export(id, resolve(folder))}\n`);
    });
  models
    .command('remove <id>')
    .description('delete a network that was imported or trained')
    .action(async (id: string) => {
      await openRegistry().remove(id);
      process.stdout.write(`removed ${id}\n`);
    });
  models
    .command('verify [id]')
    .description('compare the files of one or all networks with their checksums')
    .action(verify);
  return models;
}

/** Builds the model that weights belong to and imports it. */
async function importSafetensors(path: string): Promise<ModelEntry> {
  const { preset, spec, weights } = await importWeights(path);
  const stem = basename(path, extname(path));
  const id =
    stem
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || preset;
  const folder = await mkdtemp(join(tmpdir(), 'photomend-import-'));
  try {
    const facts = { id, name: stem, version: '1', licence: 'unknown', priority: 1, training: {} };
    await writeModelFolder(folder, { preset, spec }, weights, {
      ...facts,
      source: `weights of ${basename(path)}`,
    });
    return await openRegistry().import(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function list({ json }: { json: boolean }): Promise<void> {
  const listed = await openRegistry().list();
  if (json) {
    process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
    return;
  }
  for (const model of listed) {
    if (model.state === 'unusable') {
      process.stdout.write(`! ${model.folder}: ${model.reason} [${model.code}]\n`);
      continue;
    }
    const { id, name, adapter, damage, bytes, licence } = model.manifest;
    const megabytes = (bytes / 1e6).toFixed(1);
    process.stdout.write(
      `${id.padEnd(22)} ${name} | ${adapter} | for ${damage.join(', ')} | ${megabytes} MB | ${licence}\n`,
    );
  }
  if (listed.length === 0) process.stdout.write('There are no models.\n');
}

async function verify(id: string | undefined): Promise<void> {
  const registry = openRegistry();
  const listed = await registry.list();
  const entries = id === undefined ? listed : [{ state: 'ok' as const, ...(await registry.get(id)) }];
  for (const model of entries) {
    const name = model.state === 'ok' ? model.manifest.id : model.folder;
    try {
      if (model.state === 'unusable') throw new Error(model.reason);
      await registry.verify(model);
      process.stdout.write(`ok ${name}\n`);
    } catch (error) {
      process.exitCode = 1;
      process.stdout.write(`FAILED ${name}: ${failureRecord(error).message}\n`);
    }
  }
}
