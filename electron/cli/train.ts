import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import { encodePng } from '../engine/photo/encode-png.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import { namedTensors } from '../training/checkpoint.ts';
import { scanLibrary } from '../training/dataset/library.ts';
import { splitLibrary } from '../training/dataset/split.ts';
import { exportModel } from '../training/export.ts';
import { importWeights } from '../training/import-weights.ts';
import { writeModelFolder } from '../training/model-folder.ts';
import { parametersOf, type Weights } from '../training/parameters.ts';
import {
  type PlanChanges,
  type PresetName,
  planOf,
  presetNames,
  type TrainingPlan,
} from '../training/plan.ts';
import { encodeSafetensors } from '../training/safetensors.ts';
import { sampleSheet } from '../training/sample-sheet.ts';
import { type TrainingEvent, train } from '../training/trainer.ts';
import { pickProvider, providerOption } from './tools.ts';
import { TrainingLog } from './training-log.ts';

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function positiveInteger(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

interface TrainFlags {
  readonly preset: PresetName;
  readonly baseChannels?: number;
  readonly minutes?: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly size?: number;
  readonly rate?: number;
  readonly seed?: number;
  readonly out: string;
  readonly resume?: string;
  readonly checkpointSeconds: number;
  readonly validateEvery: number;
  readonly threads?: number;
  readonly weights?: string;
  readonly provider: ProviderName | 'auto';
  readonly json: boolean;
}

/** `photomend train LIBRARY` */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a network on the photos of a folder. Nothing leaves this computer.')
    .argument('<library>', 'folder with photos; sub-folders count')
    .addOption(
      new Option('--preset <name>', 'which network to train').choices([...presetNames]).default('photomend'),
    )
    .option('--base-channels <n>', 'channels of the finest stage', positiveInteger)
    .addOption(
      new Option('--minutes <m>', 'how long to train').argParser(positive).conflicts(['steps', 'epochs']),
    )
    .addOption(
      new Option('--steps <n>', 'how many steps to train').argParser(positiveInteger).conflicts(['epochs']),
    )
    .option('--epochs <n>', 'how many times to see every photo', positive)
    .option('--batch <n>', 'samples per step', positiveInteger)
    .option('--size <px>', 'side of a training sample', positiveInteger)
    .option('--rate <r>', 'highest learning rate', positive)
    .option('--seed <s>', 'seed of weights and samples', positiveInteger)
    .option('--out <folder>', 'where checkpoints, log and the finished model go', 'photomend-training')
    .option('--resume <folder>', 'go on with the training in this folder')
    .option('--checkpoint-seconds <s>', 'save a checkpoint this often', positive, 120)
    .option('--validate-every <n>', 'steps between validations', positiveInteger, 250)
    .option('--weights <file>', 'start from these weights (.safetensors) instead of random ones')
    .addOption(providerOption())
    .option('--threads <n>', 'processor cores to use', positiveInteger)
    .option('--json', 'print events as JSON lines', false)
    .action(runTrain);
}

function changesOf(flags: TrainFlags): PlanChanges {
  const { minutes, steps, epochs } = flags;
  const limit =
    minutes !== undefined
      ? { minutes }
      : steps !== undefined
        ? { steps }
        : epochs !== undefined
          ? { epochs }
          : undefined;
  return {
    ...(flags.baseChannels !== undefined && { baseChannels: flags.baseChannels }),
    ...(flags.batch !== undefined && { batch: flags.batch }),
    ...(flags.size !== undefined && { sizePx: flags.size }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.rate !== undefined && { learningRate: flags.rate }),
    ...(limit !== undefined && { limit }),
  };
}

async function runTrain(library: string, flags: TrainFlags): Promise<void> {
  const folder = resolve(flags.resume ?? flags.out);
  await mkdir(folder, { recursive: true });
  const log = new TrainingLog(folder, flags.json);
  const scan = await scanLibrary(resolve(library), {
    onProgress: (done, total) => log.scanning(done, total),
  });
  log.scanned(scan);
  const start = flags.weights === undefined ? undefined : await importWeights(resolve(flags.weights));
  const preset = start?.preset ?? flags.preset;
  const chosen = planOf(preset, changesOf(flags));
  const plan = start === undefined ? chosen : { ...chosen, spec: start.spec };
  const provider = await pickProvider(flags.provider);
  const session = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    ...(flags.threads !== undefined && { intraOpNumThreads: flags.threads }),
  };
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  try {
    const result = await train({
      plan,
      photos: scan.photos,
      libraryHash: scan.hash,
      folder,
      ...(start !== undefined && { startWeights: start.weights }),
      resume: flags.resume !== undefined,
      session,
      checkpointSeconds: flags.checkpointSeconds,
      validateEverySteps: flags.validateEvery,
      signal: stop.signal,
      onEvent: (event: TrainingEvent) => log.event(event),
      onBest: (weights) => saveWeights(folder, 'best', plan, weights),
    });
    await saveWeights(folder, 'last', plan, result.weights);
    await writeModelFolder(join(folder, 'model'), plan, result.weights, {
      id: `own-${plan.preset}`,
      name: `Own ${plan.preset} network`,
      version: new Date().toISOString().slice(0, 10),
      licence: 'yours',
      source: `trained on ${scan.photos.length} photos of this computer`,
      // Above the bundled ones: who trains a network means to use it.
      priority: 200,
      training: JSON.parse(
        JSON.stringify({ plan, steps: result.step, seconds: Math.round(result.elapsedSeconds) }),
      ),
    });
    const sheet = await sampleSheet(plan, splitLibrary(scan.photos).validation, result.weights, session);
    await writeFileAtomic(join(folder, 'samples.png'), await encodePng(sheet));
    log.finished(result);
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}

/** Writes `<name>.safetensors` and `<name>.onnx`. */
async function saveWeights(
  folder: string,
  name: string,
  plan: TrainingPlan,
  weights: Weights,
): Promise<void> {
  const tensors = namedTensors(parametersOf(plan.spec), weights);
  const metadata = { spec: JSON.stringify(plan.spec), preset: plan.preset };
  await writeFileAtomic(join(folder, `${name}.safetensors`), encodeSafetensors(tensors, metadata));
  await writeFileAtomic(join(folder, `${name}.onnx`), exportModel(plan.spec, weights, 'fp16', metadata));
}
