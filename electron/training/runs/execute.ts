import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { AppError } from '../../engine/errors.ts';
import { encodePng } from '../../engine/photo/encode-png.ts';
import type { ProviderName } from '../../engine/runtime/providers.ts';
import { hasCheckpoint, loadCheckpoint } from '../checkpoint.ts';
import { type LibraryPhoto, type LibraryScan, libraryHash, scanLibrary } from '../dataset/library.ts';
import { splitLibrary } from '../dataset/split.ts';
import type { TrainingEvent } from '../events.ts';
import { importWeights } from '../import-weights.ts';
import { cacheWithin, inPartsNotice, partsWithin } from '../memory.ts';
import { writeModelFolder } from '../model-folder.ts';
import { initialWeights, parametersOf, type Weights } from '../parameters.ts';
import type { TrainingPlan } from '../plan.ts';
import { sampleSheet } from '../sample-sheet.ts';
import { startThresholds } from '../start-thresholds.ts';
import { type TrainerOptions, type TrainingResult, train } from '../trainer.ts';
import { trainingSession } from '../training-session.ts';
import { LiveSheet } from './live-sheet.ts';
import { saveWeights, weightsFile } from './results.ts';
import {
  changeStatus,
  lockRun,
  type Run,
  readPhotos,
  readRun,
  runFiles,
  writePhotos,
  writeRun,
} from './run-folder.ts';
import type { RunLog } from './run-log.ts';
import { weightsName } from './weights-name.ts';

export interface ExecuteOptions {
  /** Where the library's index is kept between scans. */
  readonly indexFolder: string;
  readonly log: RunLog;
  readonly pickProvider: (wanted: Run['provider']) => Promise<ProviderName>;
  /** The `.onnx` file of the model in use for a plan, to be shown beside the new one. */
  readonly currentModel?: ((plan: TrainingPlan) => Promise<string | undefined>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly turn?: TrainerOptions['turn'];
  readonly takeStoodMs?: TrainerOptions['takeStoodMs'];
  readonly onScan?: ((done: number, total: number) => void) | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

export interface Executed {
  readonly run: Run;
  readonly result: TrainingResult;
  readonly provider: ProviderName;
  readonly test: readonly LibraryPhoto[];
}

/**
 * Begins or continues the training of a folder, whoever began it, and leaves its results there: `best` and `last`
 * weights, `model/`, `samples.png`.
 * @throws AppError those of {@link train}, {@link scanLibrary} and `lockRun`
 */
export async function executeRun(folder: string, options: ExecuteOptions): Promise<Executed> {
  const run = await readRun(folder);
  const unlock = await lockRun(folder);
  try {
    await rm(join(folder, runFiles.quit), { force: true });
    await changeStatus(folder, { state: 'running' });
    return await execute(folder, run, options);
  } catch (error) {
    const isEnd = options.signal?.aborted === true;
    const { code, message } =
      error instanceof AppError ? error : { code: 'internal/unexpected', message: String(error) };
    await changeStatus(folder, isEnd ? { state: 'paused' } : { state: 'failed', error: { code, message } });
    throw error;
  } finally {
    await unlock();
  }
}

async function execute(folder: string, asked: Run, options: ExecuteOptions): Promise<Executed> {
  const { log, signal, onEvent } = options;
  const photos = (await readPhotos(folder)) ?? (await choosePhotos(folder, asked, options));
  const { run, startWeights } = await beginning(folder, asked);
  const provider = await options.pickProvider(run.provider);
  const session = (device: ProviderName) => trainingSession(device, run.threads ?? undefined);
  const resume = await hasCheckpoint(folder);
  const plan = resume ? (await loadCheckpoint(folder)).record.plan : run.plan;
  const parts = provider === 'cpu' ? partsWithin(plan, run.memoryBytes, run.parts) : run.parts;
  const tell = (event: TrainingEvent) => {
    log.event(event);
    onEvent?.(event);
  };
  if (parts > run.parts) tell({ kind: 'notice', notice: inPartsNotice(parts, plan) });
  const { validation, test } = splitLibrary(photos, plan.keepsTestPhotos);
  const live = new LiveFrames(folder, plan, validation, session('cpu'), options.currentModel, startWeights);
  try {
    const result = await train({
      plan,
      photos,
      libraryHash: libraryHash(photos.map(({ hash }) => hash)),
      folder,
      startWeights,
      resume,
      session,
      device: provider,
      parts,
      cacheBytes: cacheWithin(plan, run.memoryBytes, parts),
      checkpointSeconds: run.checkpointSeconds,
      validateEverySteps: run.validateEverySteps,
      signal,
      turn: options.turn,
      takeStoodMs: options.takeStoodMs,
      onEvent: tell,
      onValidated: async (weights, _report, step, best) => {
        // What cannot be written is told where checkpoints are saved.
        if (best) await saveWeights(folder, 'best', plan, weights).catch(() => undefined);
        await live.add(weights, step);
      },
    });
    if (signal?.reason !== 'at-once')
      await writeResults(folder, run, plan, result, validation, session('cpu'));
    await changeStatus(folder, {
      state: result.finished ? 'finished' : 'paused',
      step: result.step,
      ...(result.finished && { progress: 1 }),
    });
    const { weights: _, ...summary } = result;
    log.write({ event: result.finished ? 'finished' : 'stopped', ...summary });
    return { run, result, provider, test };
  } finally {
    await live.release();
  }
}

/** The photos of a new run, from now on fixed: what comes to the library later is for the next. */
async function choosePhotos(folder: string, run: Run, options: ExecuteOptions): Promise<LibraryPhoto[]> {
  const { indexFolder, signal, onScan, log } = options;
  const { folders, excluded } = run;
  const scan = await scanLibrary(folders, { indexFolder, signal, excluded, onProgress: onScan });
  log.write(libraryRecord(scan));
  await writePhotos(folder, scan.photos);
  return [...scan.photos];
}

function libraryRecord({ photos, skipped, duplicates }: LibraryScan) {
  return { event: 'library', photos: photos.length, skipped, duplicates };
}

/** Weights to start from bring their network along. */
async function beginning(folder: string, run: Run): Promise<{ run: Run; startWeights: Weights | undefined }> {
  if (run.startWeights === null || (await hasCheckpoint(folder))) return { run, startWeights: undefined };
  const { spec, weights } = await importWeights(run.startWeights);
  const changed = { ...run, plan: { ...run.plan, spec } };
  await writeRun(folder, changed);
  return { run: changed, startWeights: weights };
}

async function writeResults(
  folder: string,
  run: Run,
  plan: TrainingPlan,
  { weights, step, elapsedSeconds, bestScore }: TrainingResult,
  validation: readonly LibraryPhoto[],
  session: ort.InferenceSession.SessionOptions,
): Promise<void> {
  await saveWeights(folder, 'last', plan, weights);
  // The best of the training, where its last is not it.
  const best = await importWeights(join(folder, 'best.safetensors')).catch(() => undefined);
  const chosen = best?.weights ?? weights;
  const photos = (await readPhotos(folder)) ?? [];
  const model = join(folder, runFiles.model);
  const find = plan.preset === 'defects' ? await startThresholds(run.startWeights) : undefined;
  await writeModelFolder(model, plan, chosen, {
    ...(find !== undefined && { find }),
    id: `own-${run.id.slice(0, 8)}`,
    name: run.name,
    version: run.createdAt.slice(0, 10),
    licence: 'yours',
    source: `trained on ${photos.length} photos of this computer`,
    priority: 200,
    training: JSON.parse(
      JSON.stringify({
        plan,
        goal: run.goal,
        photos: photos.length,
        steps: step,
        seconds: Math.round(elapsedSeconds),
        bestScore,
      }),
    ),
  });
  await writeFileAtomic(join(model, weightsName), weightsFile(plan, chosen));
  const sheet = await sampleSheet(plan, validation, chosen, session);
  if (sheet !== undefined) await writeFileAtomic(join(folder, 'samples.png'), await encodePng(sheet));
}

/** The live sheet, made when its first frame comes: a picture must not keep the first step waiting. */
class LiveFrames {
  readonly #make: () => Promise<LiveSheet>;
  #sheet: LiveSheet | undefined;

  constructor(
    folder: string,
    plan: TrainingPlan,
    photos: readonly LibraryPhoto[],
    session: ort.InferenceSession.SessionOptions,
    currentModel: ExecuteOptions['currentModel'],
    startWeights: Weights | undefined,
  ) {
    this.#make = async () => {
      const current = await currentModel?.(plan).catch(() => undefined);
      const sheet = await LiveSheet.create(folder, plan, photos, session, current);
      // What it began with is the first frame.
      if (startWeights !== undefined || plan.spec.family !== 'photomend')
        await sheet.add(startWeights ?? initialWeights(parametersOf(plan.spec), plan.seed), 0);
      return sheet;
    };
  }

  /** Pictures are for looking at: where they cannot be made the training goes on. */
  async add(weights: Weights, step: number): Promise<void> {
    try {
      this.#sheet ??= await this.#make();
      await this.#sheet.add(weights, step);
    } catch (error) {
      console.error('live sheet:', error);
    }
  }

  async release(): Promise<void> {
    await this.#sheet?.release();
  }
}
