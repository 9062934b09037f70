import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AppError } from '../engine/errors.ts';
import { adapterNames } from '../engine/models/adapters/by-name.ts';
import { type ImportAnswers, importAnswersSchema } from '../engine/models/answers.ts';
import { knownAnswers } from '../engine/models/catalogue.ts';
import { describeFile } from '../engine/models/describe.ts';
import type { ModelEntry } from '../engine/models/entry.ts';
import { ModelsInUse } from '../engine/models/models-in-use.ts';
import { channelOrders, sampleRanges } from '../engine/models/signature.ts';
import { importWeights } from '../training/import-weights.ts';
import { writeModelFolder } from '../training/model-folder.ts';
import { userDataFolder } from '../user-folders.ts';
import { failureRecord } from './failure.ts';
import { catalogueCommand, downloadCommand, openCatalogue } from './models-catalogue.ts';
import { openRegistry } from './tools.ts';

function modelsInUse(): ModelsInUse {
  return new ModelsInUse(openRegistry(), join(userDataFolder(), 'models'));
}

/** `photomend models list|import|export|remove|verify|default|roll-back|fidelity|catalogue|download` */
export function modelsCommand(): Command {
  const models = new Command('models').exitOverride().description('Look at, check and exchange networks.');
  models.command('list').description('list all networks').option('--json', 'print JSON', false).action(list);
  models.addCommand(importCommand().exitOverride());
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
  models
    .command('roll-back')
    .description('take back the last change of which network is used')
    .action(async () => {
      const name = await modelsInUse().rollBack();
      process.stdout.write(
        name === undefined ? 'There is nothing to go back to.\n' : `in use again: ${name}\n`,
      );
    });
  models
    .command('default <id>')
    .description('use a network wherever it suits and no other is chosen')
    .option('--off', 'no longer', false)
    .action(async (id: string, { off }: { off: boolean }) => {
      if (off) await openRegistry().setDefault(id, false);
      else await modelsInUse().use(id);
      process.stdout.write(off ? `${id} is no longer used by itself\n` : `${id} is used where it suits\n`);
    });
  models
    .command('fidelity <id> <w>')
    .description("set CodeFormer's weight: 0 the finest picture, 1 the closest to what was there")
    .action(async (id: string, w: string) => {
      const fidelity = Number(w);
      if (!(fidelity >= 0 && fidelity <= 1)) {
        throw new AppError('usage/bad-number', 'The fidelity lies between 0 and 1.');
      }
      await openRegistry().setFidelity(id, fidelity);
      process.stdout.write(`${id} has the fidelity ${fidelity}\n`);
    });
  models.addCommand(catalogueCommand().exitOverride());
  models.addCommand(downloadCommand().exitOverride());
  return models;
}

interface ImportFlags extends Pick<ImportAnswers, 'adapter' | 'range' | 'outputRange' | 'order' | 'hole'> {
  readonly scale?: string;
  readonly fidelity?: string;
  readonly id?: string;
  readonly name?: string;
  readonly licence?: string;
}

/** `photomend models import PATH` */
function importCommand(): Command {
  return new Command('import')
    .argument('<path>')
    .description('add a network: a folder with manifest.json, a bare .onnx file, or .safetensors weights')
    .addOption(
      new Option('--adapter <kind>', 'what kind of network an .onnx file is').choices([...adapterNames]),
    )
    .addOption(new Option('--range <range>', 'how its input is scaled').choices([...sampleRanges]))
    .addOption(new Option('--output-range <range>', 'how its output is scaled').choices([...sampleRanges]))
    .addOption(new Option('--order <order>', 'order of its colour channels').choices([...channelOrders]))
    .addOption(new Option('--hole <value>', 'what is to be filled in its mask').choices(['one', 'zero']))
    .option('--scale <n>', 'how many times larger its output is, 1 to 8')
    .option('--fidelity <w>', "CodeFormer's weight: 0 the finest picture, 1 the closest to what was there")
    .option('--id <id>', 'what it is called on the command line')
    .option('--name <name>', 'what it is called in the app')
    .option('--licence <text>', 'under what licence it was published')
    .addHelpText(
      'after',
      `
What a file does not tell is guessed, said, and can be given by the flags above (see docs/models.md).`,
    )
    .action(runImport);
}

async function runImport(path: string, flags: ImportFlags): Promise<void> {
  const whole = resolve(path);
  if (/\.safetensors$/i.test(path)) {
    report(await importSafetensors(whole));
    return;
  }
  const { scale, fidelity, ...rest } = flags;
  const answers = importAnswersSchema.safeParse({
    ...rest,
    ...(scale !== undefined && { scale: Number(scale) }),
    ...(fidelity !== undefined && { fidelity: Number(fidelity) }),
  });
  if (!answers.success) {
    const [issue] = answers.error.issues;
    throw new AppError('usage/bad-flag', `--${issue.path.join('.')}: ${issue.message}.`);
  }
  if (!/\.onnx$/i.test(path)) {
    report(await openRegistry().import(whole, answers.data));
    return;
  }
  const { manifest, guessed } = await describeFile(whole, answers.data);
  const known = knownAnswers(await openCatalogue(), manifest.sha256);
  report(await openRegistry().import(whole, { ...known, ...answers.data }));
  if (known !== undefined) return;
  for (const guess of guessed) process.stdout.write(`note: ${guessWords[guess]}\n`);
}

const guessWords = {
  adapter: 'it is taken for a network of faces; for any other picture, import it with --adapter image',
  range: 'its input is taken to be 0..1; if results look wrong, import it with another --range',
  order: 'its channels are taken to be red, green, blue; if colours are exchanged, use --order bgr',
} as const;

function report({ manifest, folder }: ModelEntry): void {
  const { id, adapter, damage } = manifest;
  const use = damage.length > 0 ? `for ${damage.join(', ')}` : 'to find faces';
  process.stdout.write(`imported ${id} (${adapter}, ${use}) to ${folder}\n`);
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
  const defaults = await openRegistry().defaults();
  for (const model of listed) {
    if (model.state === 'unusable') {
      process.stdout.write(`! ${model.folder}: ${model.reason} [${model.code}]\n`);
      continue;
    }
    const { id, name, adapter, damage, bytes, licence } = model.manifest;
    const megabytes = (bytes / 1e6).toFixed(1);
    process.stdout.write(
      `${id.padEnd(22)} ${name} | ${adapter} | for ${damage.join(', ') || 'finding faces'} | ${megabytes} MB | ${licence}${defaults.includes(id) ? ' | default' : ''}\n`,
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
