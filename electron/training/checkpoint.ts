import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import { AppError } from '../engine/errors.ts';
import { type Parameter, parametersOf, type Weights } from './parameters.ts';
import { planSchema } from './plan.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors.ts';
import type { TrainingState } from './stepper.ts';

/** What a checkpoint knows besides tensors. Data order and random state follow from seed and step alone. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  plan: planSchema,
  step: z.int().min(0),
  /** Seconds of training behind this state, over all resumes. */
  elapsedSeconds: z.number().min(0),
  /** Best validation score so far (higher is better), null before the first validation. */
  bestScore: z.number().nullable(),
  bestStep: z.int(),
  /** Hash of the photos' hashes: a resume on other photos is another training. */
  libraryHash: z.string(),
  /** Halved each time the loss was no finite number. */
  rateFactor: z.number().positive().default(1),
  file: z.string().regex(/^state-\d+\.safetensors$/),
  sha256: z.string(),
});
export type CheckpointRecord = z.infer<typeof recordSchema>;

const recordName = 'checkpoint.json';
const parts = ['weights', 'first', 'second', 'average'] as const;

/** Named tensors of weights, with the shapes that `parameters` give. */
export function namedTensors(parameters: readonly Parameter[], weights: Weights): Map<string, NamedTensor> {
  return new Map(
    parameters.flatMap(({ name, shape }) => {
      const data = weights.get(name);
      return data === undefined ? [] : [[name, { shape, data }]];
    }),
  );
}

/**
 * Saves a state in `folder` and removes the checkpoint before it. The tensors are written first and the record that
 * names them last, so that a kill at any moment leaves a whole checkpoint.
 */
export async function saveCheckpoint(
  folder: string,
  record: Omit<CheckpointRecord, 'version' | 'file' | 'sha256' | 'step'>,
  state: TrainingState,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const parameters = parametersOf(record.plan.spec);
  const tensors = new Map<string, NamedTensor>();
  for (const part of parts) {
    for (const [name, tensor] of namedTensors(parameters, state[part]))
      tensors.set(`${part}/${name}`, tensor);
  }
  const bytes = encodeSafetensors(tensors);
  const file = `state-${state.step}.safetensors`;
  await writeFileAtomic(join(folder, file), bytes);
  const whole: CheckpointRecord = {
    version: 1,
    ...record,
    step: state.step,
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(whole, null, 2)}\n`);
  for (const other of await readdir(folder)) {
    if (/^state-\d+\.safetensors$/.test(other) && other !== file)
      await rm(join(folder, other), { force: true });
  }
}

/** Whether a training folder has a checkpoint, sound or not. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await stat(join(folder, recordName)).catch(() => undefined)) !== undefined;
}

/** Why a checkpoint could not be written, for people. */
export function checkpointFailure(cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('train/disk-full', 'The disk is full: the state of the training cannot be saved.', {
      hint: 'Make room on the disk. The training tries again by itself.',
      cause,
    });
  }
  return new AppError('train/cannot-save', `The state of the training cannot be saved: ${String(cause)}`, {
    hint: 'Is the drive still there, and may Photomend write to it?',
    cause,
  });
}

/**
 * Loads the checkpoint of a training folder.
 * @throws AppError `train/no-checkpoint` where there is none, `train/bad-checkpoint` where it is damaged.
 */
export async function loadCheckpoint(
  folder: string,
): Promise<{ record: CheckpointRecord; state: TrainingState }> {
  let text: string;
  try {
    text = await readFile(join(folder, recordName), 'utf8');
  } catch (cause) {
    throw new AppError('train/no-checkpoint', `There is no checkpoint in ${folder}.`, { cause });
  }
  try {
    const record = recordSchema.parse(JSON.parse(text));
    const bytes = await readFile(join(folder, record.file));
    if (createHash('sha256').update(bytes).digest('hex') !== record.sha256) throw new Error('checksum');
    const { tensors } = decodeSafetensors(bytes);
    const collect = (part: (typeof parts)[number]): Weights =>
      new Map(
        [...tensors].flatMap(([name, { data }]) =>
          name.startsWith(`${part}/`) ? [[name.slice(part.length + 1), data] as const] : [],
        ),
      );
    const state: TrainingState = {
      step: record.step,
      weights: collect('weights'),
      first: collect('first'),
      second: collect('second'),
      average: collect('average'),
    };
    return { record, state };
  } catch (cause) {
    throw new AppError('train/bad-checkpoint', `The checkpoint in ${folder} is damaged.`, { cause });
  }
}
