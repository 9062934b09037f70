import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../engine/errors.ts';
import type { BatchSettings } from '../ipc/batch.ts';
import { Journal } from './journal.ts';
import { type ListedFile, listPhotos } from './list.ts';
import { type Lock, lockFolder } from './lock.ts';
import { checkPattern } from './names.ts';
import { planPhotos } from './plan.ts';
import type { RunRecord } from './records.ts';
import { type Shard, shardName, wholeFolder } from './shard.ts';
import { type RunState, readRun, tracked } from './state.ts';

/** Within the folder of results: journals, locks and small pictures for the report. */
export const runFolderName = '.photomend';

export interface RunRequest {
  readonly folder: string;
  readonly out: string;
  readonly shard: Shard;
  readonly settings: BatchSettings;
  readonly masks?: string;
  /** Only these, by their paths within the folder. */
  readonly only?: readonly string[];
  /** What to do about a run that was interrupted: go on with it (or begin, where there is none), or refuse. */
  readonly unfinished: 'resume' | 'refuse';
  readonly program: string;
}

/** A run that is ready to go on. The folder of results is locked until it is closed. */
export interface OpenedRun {
  readonly state: RunState;
  readonly journal: Journal;
  /** Absolute. */
  readonly folder: string;
  readonly out: string;
  readonly runFolder: string;
  /** Small pictures of photos before and after. */
  readonly thumbnails: string;
  close(): Promise<void>;
}

/**
 * Begins a run, or goes on with one.
 * @throws AppError `batch/no-folder`, `batch/out-is-folder`, `batch/out-unwritable`, `batch/busy`, `batch/unfinished`,
 *   `batch/bad-pattern`, `batch/journal-damaged`
 */
export async function openRun(request: RunRequest): Promise<OpenedRun> {
  checkPattern(request.settings.naming.pattern);
  const folder = await realFolder(request.folder);
  const out = resolve(request.out);
  const runFolder = join(out, runFolderName);
  await makeRunFolder(folder, out, runFolder);
  const lock = await lockFolder(runFolder, request.shard);
  try {
    const { journal, state } = await openJournal(request, folder, out, runFolder);
    if (state.run.settings.naming.exists === 'replace-own') await rememberOwn(runFolder, state);
    await sweep(out, runFolder, state);
    const thumbnails = join(runFolder, 'thumbnails', state.run.id);
    await mkdir(thumbnails, { recursive: true });
    return { state, journal, folder, out, thumbnails, runFolder, close: () => closeRun(journal, lock) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function closeRun(journal: Journal, lock: Lock): Promise<void> {
  await journal.close();
  await lock.release();
}

async function realFolder(path: string): Promise<string> {
  const folder = await realpath(path).catch(() => undefined);
  const isFolder = folder !== undefined && (await stat(folder)).isDirectory();
  if (!isFolder) throw new AppError('batch/no-folder', 'The folder of photos is not there.');
  return folder;
}

async function makeRunFolder(folder: string, out: string, runFolder: string): Promise<void> {
  try {
    await mkdir(runFolder, { recursive: true });
  } catch (cause) {
    throw new AppError('batch/out-unwritable', 'Results cannot be written into that folder.', {
      hint: 'Choose another folder for the results.',
      cause,
    });
  }
  if ((await realpath(out)) !== folder) return;
  throw new AppError('batch/out-is-folder', 'Results cannot go into the folder of the photos themselves.', {
    hint: 'Choose another folder for the results.',
  });
}

async function openJournal(
  request: RunRequest,
  folder: string,
  out: string,
  runFolder: string,
): Promise<{ journal: Journal; state: RunState }> {
  const paths = await journalsOf(runFolder, request.shard);
  const latest = paths.at(-1);
  const known = latest === undefined ? undefined : await readRun(latest);
  if (latest !== undefined && known?.isPlanned && (!known.isFinished || request.unfinished === 'resume')) {
    if (request.unfinished === 'refuse') throw unfinished();
    return { journal: await Journal.continue(latest), state: known };
  }
  // A plan that was not completed had no consequences.
  if (latest !== undefined && !known?.isPlanned) await rm(latest);
  return begin(request, folder, out, runFolder);
}

function unfinished(): AppError {
  return new AppError('batch/unfinished', 'An earlier batch into this folder was interrupted.', {
    hint: 'Go on with it (--resume), or choose another folder for the results.',
  });
}

/** A shard's journals, the oldest first. */
export async function journalsOf(runFolder: string, shard?: Shard): Promise<string[]> {
  const start = shard === undefined ? 'journal-' : `journal-${shardName(shard)}-2`;
  const names = await readdir(runFolder).catch(() => []);
  return names
    .filter((name) => name.startsWith(start) && name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(runFolder, name));
}

async function begin(
  request: RunRequest,
  folder: string,
  out: string,
  runFolder: string,
): Promise<{ journal: Journal; state: RunState }> {
  const { settings, shard, masks, program } = request;
  const at = new Date().toISOString();
  const problems: string[] = [];
  const files = await collect(request, folder, out, problems);
  const earlier = settings.naming.exists === 'replace-own' ? await ownResults(runFolder) : new Map();
  const plan = await planPhotos(files, {
    out,
    naming: settings.naming,
    format: settings.how.format,
    shard,
    date: at.slice(0, 10),
    isOwn: async (path) => earlier.has(path),
  });
  const stamp = at.replace(/[-:]/g, '').replace(/\..*/, '');
  const id = `${stamp}-${process.hrtime.bigint().toString(36)}`;
  const journal = await Journal.create(join(runFolder, `journal-${shardName(shard)}-${id}.jsonl`));
  const run: RunRecord = {
    t: 'run',
    version: 1,
    id,
    program,
    folder,
    shard,
    settings,
    ...(masks !== undefined && { masks: resolve(masks) }),
    at,
  };
  await journal.note(run);
  for (let at = 0; at < plan.length; at += 1000) {
    await journal.note(...plan.slice(at, at + 1000).map((photo) => ({ t: 'photo' as const, ...photo })));
  }
  await journal.append({ t: 'planned', photos: plan.length, problems });
  return {
    journal,
    state: { run, photos: plan.map(tracked), isPlanned: true, isFinished: false, provider: '', problems },
  };
}

async function collect(
  { masks, only }: RunRequest,
  folder: string,
  out: string,
  problems: string[],
): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const wanted = only && new Set(only);
  const leaveOut = [out, ...(masks === undefined ? [] : [resolve(masks)])].filter((path) =>
    isInside(path, folder),
  );
  const onProblem = ({ path, message }: { path: string; message: string }) => {
    problems.push(`${path}: ${message}`);
  };
  for await (const file of listPhotos(folder, { leaveOut, onProblem })) {
    if (wanted === undefined || wanted.has(file.path)) files.push(file);
  }
  return files;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

/** What earlier runs into this folder wrote, by path. */
async function ownResults(runFolder: string): Promise<Map<string, { out: string; sha256: string }>> {
  const own = new Map<string, { out: string; sha256: string }>();
  for (const path of await journalsOf(runFolder)) {
    const state = await readRun(path).catch(() => undefined);
    for (const photo of state?.photos ?? []) if (photo.own !== undefined) own.set(photo.own.out, photo.own);
  }
  return own;
}

/** Photos whose results of earlier runs may be replaced. */
async function rememberOwn(runFolder: string, { photos }: RunState): Promise<void> {
  const earlier = await ownResults(runFolder);
  for (const photo of photos) photo.own ??= earlier.get(photo.out) ?? earlier.get(photo.copyOut);
}

/** Removes half-written files that a kill left beside results, unless another shard may be writing them. */
async function sweep(out: string, runFolder: string, { photos }: RunState): Promise<void> {
  const locks = (await readdir(runFolder)).filter((name) => name.startsWith('lock-'));
  if (locks.length !== 1) return;
  const { birthtimeMs: since } = await stat(join(runFolder, locks[0]));
  const folders = new Set([out, ...photos.map((photo) => dirname(join(out, photo.out)))]);
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!/^\.photomend-[0-9a-f]{12}\.tmp$/.test(name)) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < since) await rm(path, { force: true });
    }
  }
}

/** Whether the last run over a whole folder was interrupted. */
export async function isUnfinished(out: string): Promise<boolean> {
  const latest = (await journalsOf(join(out, runFolderName), wholeFolder)).at(-1);
  const state = latest === undefined ? undefined : await readRun(latest).catch(() => undefined);
  return state?.isPlanned === true && !state.isFinished;
}
