import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { AppError } from '../../engine/errors.ts';
import { providerNames } from '../../engine/runtime/providers.ts';
import type { LibraryPhoto } from '../dataset/library.ts';
import { planSchema } from '../plan.ts';

/*
 * A training's folder, the same for the app and the command line, so that each continues what the other began:
 *   run.json         what was asked for
 *   photos.jsonl     the photos it learns from, fixed when it began
 *   checkpoint.json, state-N.safetensors
 *   status.json      how it stands
 *   log.jsonl        curves and notices
 *   quitting         there while the app waits for the last checkpoint; see `last-state.ts`
 *   live/            what the network made of held-back photos, over time
 *   best.* last.*    weights; model/ the finished network; samples.png, verdict.json, pairs/
 */

export const goalNames = ['portraits', 'scans', 'mosaics', 'general'] as const;
export type GoalName = (typeof goalNames)[number];

export const runSchema = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  name: z.string().min(1).max(120),
  /** ISO 8601. */
  createdAt: z.string(),
  /** What the person wants it for; null where all was set by hand. */
  goal: z.enum(goalNames).nullable(),
  folders: z.array(z.string()).min(1).max(100),
  /** Folders and photos left out. */
  excluded: z.array(z.string()).max(100_000),
  plan: planSchema,
  /** Weights to start from: a file, or null for random ones. */
  startWeights: z.string().nullable(),
  provider: z.enum(['auto', ...providerNames]),
  /** Processor cores; null takes all. */
  threads: z.int().min(1).max(512).nullable(),
  /** In how many parts batches are computed, for want of memory. */
  parts: z.int().min(1).max(1024),
  /** What it may take on the processor, decoded photos included; more parts where it needs more. */
  memoryBytes: z.number().positive().optional(),
  checkpointSeconds: z.number().positive(),
  validateEverySteps: z.int().min(1),
});
export type Run = z.infer<typeof runSchema>;

export const statusSchema = z.strictObject({
  state: z.enum(['running', 'paused', 'stopped', 'finished', 'failed']),
  /** Why it failed. */
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** What became of the result. */
  decision: z.enum(['used', 'kept', 'discarded']).optional(),
  step: z.int().min(0).default(0),
  progress: z.number().min(0).default(0),
});
export type RunStatus = z.infer<typeof statusSchema>;

export const runFiles = {
  run: 'run.json',
  photos: 'photos.jsonl',
  status: 'status.json',
  lock: 'run.lock',
  quit: 'quitting',
  live: 'live',
  model: 'model',
  verdict: 'verdict.json',
  pairs: 'pairs',
} as const;

/** Where runs, library index and measurements lie below the app's own folder. */
export function trainingFolders(userDataFolder: string) {
  const root = join(userDataFolder, 'training');
  return { root, runs: join(root, 'runs'), index: join(root, 'index') };
}

/** Makes the folder of a new run. */
export async function createRun(
  folder: string,
  asked: Omit<Run, 'version' | 'id' | 'createdAt'>,
): Promise<Run> {
  const run: Run = { version: 1, id: randomUUID(), createdAt: new Date().toISOString(), ...asked };
  await mkdir(folder, { recursive: true });
  await writeRun(folder, run);
  return run;
}

export async function writeRun(folder: string, run: Run): Promise<void> {
  await writeFileAtomic(join(folder, runFiles.run), `${JSON.stringify(run, null, 2)}\n`);
}

/** @throws AppError `train/no-run` where the folder is none of a training's */
export async function readRun(folder: string): Promise<Run> {
  try {
    return runSchema.parse(JSON.parse(await readFile(join(folder, runFiles.run), 'utf8')));
  } catch (cause) {
    throw new AppError('train/no-run', `There is no training in ${folder}.`, { cause });
  }
}

export async function readStatus(folder: string): Promise<RunStatus | undefined> {
  try {
    return statusSchema.parse(JSON.parse(await readFile(join(folder, runFiles.status), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Says how a run stands; what is not given stays. A full disk must not end a training: failures are passed over. */
export async function changeStatus(folder: string, change: Partial<RunStatus>): Promise<void> {
  const { error: _, ...before } = (await readStatus(folder)) ?? { state: 'paused', step: 0, progress: 0 };
  const status = statusSchema.parse({ ...before, ...change });
  await writeFileAtomic(join(folder, runFiles.status), `${JSON.stringify(status)}\n`).catch(() => undefined);
}

/** The photos of a run, in their order; undefined before they were chosen. */
export async function readPhotos(folder: string): Promise<LibraryPhoto[] | undefined> {
  const text = await readFile(join(folder, runFiles.photos), 'utf8').catch(() => undefined);
  return text
    ?.split('\n')
    .filter(Boolean)
    .map((line) => {
      const [hash, path] = JSON.parse(line) as [string, string];
      return { hash, path };
    });
}

export async function writePhotos(folder: string, photos: readonly LibraryPhoto[]): Promise<void> {
  const lines = photos.map(({ hash, path }) => JSON.stringify([hash, path]));
  await writeFileAtomic(join(folder, runFiles.photos), `${lines.join('\n')}\n`);
}

/** Folders of all runs below `runsFolder`, and of those elsewhere that were noted. */
export async function listRunFolders(runsFolder: string): Promise<string[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const inside = names.filter((name) => !name.startsWith('.')).map((name) => join(runsFolder, name));
  const found: string[] = [];
  for (const folder of [
    ...inside.filter((path) => !path.endsWith('.json')),
    ...(await elsewhere(runsFolder)),
  ]) {
    if ((await stat(join(folder, runFiles.run)).catch(() => undefined)) !== undefined) found.push(folder);
  }
  return found;
}

async function elsewhere(runsFolder: string): Promise<string[]> {
  try {
    const list: unknown = JSON.parse(await readFile(join(runsFolder, 'elsewhere.json'), 'utf8'));
    return z.array(z.string()).parse(list);
  } catch {
    return [];
  }
}

/** Notes a run outside the app's own folder, so that the app lists it. */
export async function noteRun(runsFolder: string, folder: string): Promise<void> {
  const path = resolve(folder);
  if (path.startsWith(resolve(runsFolder))) return;
  const known = await elsewhere(runsFolder);
  if (known.includes(path)) return;
  await mkdir(runsFolder, { recursive: true });
  await writeFileAtomic(join(runsFolder, 'elsewhere.json'), JSON.stringify([...known, path]));
}

/**
 * Takes a run for this process; returns how to give it back. A lock that a killed process left is no lock.
 * @throws AppError `train/already-running`
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, runFiles.lock);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (cause) {
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (holder > 0 && holder !== process.pid && isAlive(holder)) {
        throw new AppError('train/already-running', 'This training is running already.', {
          hint: 'Pause it in the app, or end the other command, then try again.',
          cause,
        });
      }
      await rm(path, { force: true });
    }
  }
  return async () => {};
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
