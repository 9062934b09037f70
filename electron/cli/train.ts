import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../engine/errors.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import { gentleRateShare, goals } from '../training/goals.ts';
import { importWeights } from '../training/import-weights.ts';
import { usualMemoryBytes } from '../training/memory.ts';
import {
  lossNames,
  type PlanChanges,
  type PresetName,
  planOf,
  presetNames,
  scheduleNames,
} from '../training/plan.ts';
import { executeRun } from '../training/runs/execute.ts';
import {
  createRun,
  type GoalName,
  goalNames,
  noteRun,
  type Run,
  readRun,
  trainingFolders,
  writeRun,
} from '../training/runs/run-folder.ts';
import { RunLog } from '../training/runs/run-log.ts';
import { userDataFolder } from '../user-folders.ts';
import { openRegistry, pickProvider, providerOption } from './tools.ts';
import { TrainingDisplay } from './training-display.ts';

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function notNegative(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError('It must be 0 or more.');
  return value;
}

function positiveInteger(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

interface TrainFlags extends Omit<PlanChanges, 'limit' | 'sizePx' | 'learningRate' | 'warmupSteps'> {
  readonly preset?: PresetName;
  readonly goal?: GoalName;
  readonly name?: string;
  readonly minutes?: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly size?: number;
  readonly rate?: number;
  readonly warmup?: number;
  readonly exclude: readonly string[];
  readonly out?: string;
  readonly resume?: string;
  readonly checkpointSeconds: number;
  readonly validateEvery: number;
  readonly threads?: number;
  readonly parts: number;
  readonly memory?: number;
  readonly weights?: string;
  readonly provider: ProviderName | 'auto';
  readonly json: boolean;
}

/** `photomend train LIBRARY...` */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a network on the photos of folders. Nothing leaves this computer.')
    .argument('[library...]', 'folders with photos; sub-folders count; not needed to resume')
    .addOption(new Option('--preset <name>', 'which network to train').choices([...presetNames]))
    .addOption(
      new Option('--goal <name>', 'what it is for, instead of a preset')
        .choices([...goalNames])
        .conflicts('preset'),
    )
    .option('--name <name>', 'what the model will be called')
    .option('--base-channels <n>', 'channels of the finest stage', positiveInteger)
    .option('--stages <n>', 'how often the network halves the resolution', positiveInteger)
    .addOption(
      new Option('--minutes <m>', 'how long to train').argParser(positive).conflicts(['steps', 'epochs']),
    )
    .addOption(
      new Option('--steps <n>', 'how many steps to train').argParser(positiveInteger).conflicts(['epochs']),
    )
    .option('--epochs <n>', 'how many times to see every photo', positive)
    .option('--batch <n>', 'samples per step', positiveInteger)
    .option('--parts <n>', 'compute batches in so many parts, for want of memory', positiveInteger, 1)
    .option('--memory <gib>', 'memory at most, on the processor (default: half of all)', positive)
    .option('--size <px>', 'side of a training sample', positiveInteger)
    .option('--rate <r>', 'highest learning rate', positive)
    .option('--warmup <n>', 'steps until the rate is reached', notNegative)
    .addOption(new Option('--schedule <name>', 'course of the rate').choices([...scheduleNames]))
    .addOption(new Option('--loss <name>', 'what is made small').choices([...lossNames]))
    .option('--clip-norm <n>', 'largest gradient; 0: any', notNegative)
    .option('--weight-decay <n>', 'of AdamW; 0: plain Adam', notNegative)
    .option('--average-decay <n>', 'of the average of the weights; 0: none', notNegative)
    .option('--seed <s>', 'seed of weights and samples', positiveInteger)
    .option(
      '--exclude <path>',
      'leave out a folder or photo; may be repeated',
      (path: string, list: readonly string[]) => [...list, resolve(path)],
      [] as readonly string[],
    )
    .option('--out <folder>', 'where it all goes (default: a new folder that the app lists too)')
    .option('--resume <folder>', 'go on with the training in this folder, whoever began it')
    .option('--checkpoint-seconds <s>', 'save a checkpoint this often', positive, 120)
    .option('--validate-every <n>', 'steps between validations', positiveInteger, 250)
    .option('--weights <file>', 'start from these weights (.safetensors) instead of random ones')
    .addOption(providerOption())
    .option('--threads <n>', 'processor cores to use', positiveInteger)
    .option('--json', 'print events as JSON lines', false)
    .action(runTrain);
}

function changesOf(flags: TrainFlags): PlanChanges {
  const { minutes, steps, epochs, size, rate, warmup, ...same } = flags;
  const limit =
    minutes !== undefined
      ? { minutes }
      : steps !== undefined
        ? { steps }
        : epochs !== undefined
          ? { epochs }
          : undefined;
  return { ...same, limit, sizePx: size, learningRate: rate, warmupSteps: warmup };
}

async function runTrain(library: readonly string[], flags: TrainFlags): Promise<void> {
  const { runs, index } = trainingFolders(userDataFolder());
  const folder = await (flags.resume === undefined
    ? begin(library, flags, runs)
    : continued(resolve(flags.resume), flags));
  await noteRun(runs, folder);
  const display = new TrainingDisplay(flags.json);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  try {
    await executeRun(folder, {
      indexFolder: index,
      log: new RunLog(folder, (record) => display.record(record)),
      pickProvider,
      signal: stop.signal,
      onScan: (done, total) => display.scanning(done, total),
      onEvent: (event) => display.event(event),
    });
    display.say(`The training is in ${folder}`);
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}

/** Makes the folder of a new training. */
async function begin(library: readonly string[], flags: TrainFlags, runs: string): Promise<string> {
  if (library.length === 0) {
    throw new AppError('usage/no-library', 'Which folders with photos? Give one or more.');
  }
  const goal = flags.goal ?? null;
  const startWeights = await startOf(flags);
  const start = startWeights === null ? undefined : await importWeights(startWeights);
  const preset = flags.preset ?? start?.preset ?? (goal === null ? 'photomend' : goals[goal].preset);
  const mix = goal === null ? undefined : goals[goal].mix;
  const stamp = new Date().toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const folder = resolve(flags.out ?? join(runs, `${stamp}-${preset}`));
  await mkdir(folder, { recursive: true });
  await createRun(folder, {
    name: flags.name ?? `Own ${preset} network`,
    goal,
    folders: library.map((path) => resolve(path)),
    excluded: [...flags.exclude],
    plan: planOf(preset, { ...(goal !== null && gentle(preset)), ...given(changesOf(flags)), mix }),
    startWeights,
    ...howOf(flags),
  });
  return folder;
}

/** The weights to start from: those that were named, or those of the model that a goal goes on from. */
async function startOf({ weights, goal }: TrainFlags): Promise<string | null> {
  if (weights !== undefined) return resolve(weights);
  if (goal === undefined) return null;
  return (await openRegistry().get(goals[goal].startModel)).modelPath;
}

/** A model that knows its work already is moved gently. */
function gentle(preset: PresetName): PlanChanges {
  return { learningRate: planOf(preset).learningRate * gentleRateShare };
}

function given(changes: PlanChanges): PlanChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** A run that is continued keeps its plan; how it is computed may change. */
async function continued(folder: string, flags: TrainFlags): Promise<string> {
  await writeRun(folder, { ...(await readRun(folder)), ...howOf(flags) });
  return folder;
}

function howOf(
  flags: TrainFlags,
): Pick<Run, 'provider' | 'threads' | 'parts' | 'memoryBytes' | 'checkpointSeconds' | 'validateEverySteps'> {
  return {
    provider: flags.provider,
    threads: flags.threads ?? availableParallelism(),
    parts: flags.parts,
    memoryBytes: flags.memory === undefined ? usualMemoryBytes() : flags.memory * 2 ** 30,
    checkpointSeconds: flags.checkpointSeconds,
    validateEverySteps: flags.validateEvery,
  };
}
