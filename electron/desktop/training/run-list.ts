import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import type { RunDetails, TrainingRun } from '../../ipc/training.ts';
import { framesOf } from '../../training/runs/live-frames.ts';
import {
  listRunFolders,
  type Run,
  readPhotos,
  readRun,
  readStatus,
  runFiles,
} from '../../training/runs/run-folder.ts';
import { readCurves } from '../../training/runs/run-log.ts';
import { readVerdict } from '../../training/runs/verdict-file.ts';

/** The trainings on this computer, whoever began them. */
export class RunList {
  readonly #runsFolder: string;
  readonly #folders = new Map<string, string>();
  #runs: TrainingRun[] = [];

  constructor(runsFolder: string) {
    this.#runsFolder = runsFolder;
  }

  /** As it was when last read. */
  get runs(): TrainingRun[] {
    return this.#runs;
  }

  /** Reads all; the newest first. Folders that are damaged are passed over. */
  async refresh(): Promise<void> {
    const runs: TrainingRun[] = [];
    for (const folder of await listRunFolders(this.#runsFolder)) {
      const run = await readRun(folder).catch(() => undefined);
      if (run === undefined) continue;
      this.#folders.set(run.id, folder);
      runs.push(await describe(folder, run));
    }
    this.#runs = runs.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  /** @throws AppError `train/no-run` */
  folderOf(id: string): string {
    const folder = this.#folders.get(id);
    if (folder === undefined) throw new AppError('train/no-run', 'This training is no longer there.');
    return folder;
  }

  /** All that can be seen of a run. */
  async details(id: string): Promise<RunDetails> {
    const folder = this.folderOf(id);
    const run = await describe(folder, await readRun(folder));
    const live = join(folder, runFiles.live);
    const { training, validation } = await readCurves(folder);
    return {
      run,
      photos: (await readPhotos(folder))?.length ?? 0,
      curves: { training, validation },
      frames: await framesOf(live),
      hasCurrent: await isThere(join(live, 'current.png')),
      verdict: (await readVerdict(folder)) ?? null,
    };
  }
}

async function describe(folder: string, run: Run): Promise<TrainingRun> {
  const status = await readStatus(folder);
  return {
    id: run.id,
    name: run.name,
    createdAt: run.createdAt,
    goal: run.goal,
    preset: run.plan.preset,
    baseChannels: run.plan.spec.baseChannels,
    state: status?.state ?? 'paused',
    ...(status?.error !== undefined && { error: status.error }),
    ...(status?.decision !== undefined && { decision: status.decision }),
    step: status?.step ?? 0,
    progress: Math.min(1, status?.progress ?? 0),
    hasVerdict: await isThere(join(folder, runFiles.verdict)),
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
