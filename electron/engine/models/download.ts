import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { type DownloadRules, publicRules } from './download-rules.ts';
import { get } from './http.ts';

/** A file somewhere, known by its size and checksum. */
export interface RemoteFile {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (receivedBytes: number) => void;
  readonly rules?: DownloadRules;
}

/** How an attempt ended that may be worth another. */
class CutOff extends Error {}

/**
 * Fetches a file to `path`. What is there of it already (from a download that was cut or cancelled) is continued; a
 * connection that is cut is taken up again some times. Nothing counts before its checksum is right.
 * @throws AppError `download/cancelled`, `download/failed`, `download/refused`, `download/wrong-file`,
 *   `download/disk-full`, `model/cannot-write`
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions = {}): Promise<void> {
  const { signal, onProgress = () => {}, rules = publicRules } = options;
  await requireRoom(file, path);
  for (let attempt = 0; ; attempt++) {
    try {
      const there = await sizeOf(path);
      if (there < file.bytes) await fetchRest(file, path, { signal, onProgress, rules });
      break;
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      if (error instanceof AppError && error.code === 'download/wrong-file') await rm(path, { force: true });
      if (!(error instanceof CutOff) || attempt >= rules.pausesMs.length) throw asAppError(error, path);
      await pause(rules.pausesMs[attempt], undefined, { signal }).catch(() => {
        throw cancelled();
      });
    }
  }
  if ((await sizeOf(path)) === file.bytes && (await hashOf(path)) === file.sha256) return;
  await rm(path, { force: true });
  throw wrongFile();
}

async function fetchRest(
  file: RemoteFile,
  path: string,
  {
    signal,
    onProgress,
    rules,
  }: Required<Omit<DownloadOptions, 'signal'>> & { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const there = await sizeOf(path);
  const response = await get(file.url, { from: there, signal, rules }).catch((error) => {
    throw error instanceof AppError ? error : new CutOff(String(error), { cause: error });
  });
  const from = startOf(response, there);
  const handle = await open(path, from === 0 ? 'w' : 'r+');
  try {
    await receive(response, handle, from, file.bytes, onProgress);
  } finally {
    await handle.close();
  }
}

/** Where the answer begins; servers that know no ranges begin at the start. */
function startOf(response: IncomingMessage, asked: number): number {
  if (response.statusCode === 200) return 0;
  const range = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '');
  if (response.statusCode === 206 && Number(range?.[1]) === asked) return asked;
  response.destroy();
  throw failed(`it answered with ${response.statusCode} ${response.headers['content-range'] ?? ''}`.trim());
}

async function receive(
  response: IncomingMessage,
  handle: FileHandle,
  from: number,
  mostBytes: number,
  onProgress: (receivedBytes: number) => void,
): Promise<void> {
  let at = from;
  onProgress(at);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (at + chunk.length > mostBytes) {
        // Not worth another byte.
        throw wrongFile();
      }
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      onProgress(at);
    }
  } catch (error) {
    if (error instanceof AppError || isOfDisk(error)) throw error;
    throw new CutOff(String(error), { cause: error });
  }
  await handle.sync();
  if (at < mostBytes) throw new CutOff(`ended after ${at} of ${mostBytes} bytes`);
}

const diskErrors = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO'];

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && diskErrors.includes(String(error.code));
}

function asAppError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof CutOff) return failed(error.message, error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  return new AppError('model/cannot-write', `${path} cannot be written.`, { cause: error });
}

function failed(reason: string, cause?: unknown): AppError {
  return new AppError('download/failed', `The download failed: ${reason}.`, {
    hint: 'What has come so far is kept: try again later.',
    data: { reason },
    ...(cause !== undefined && { cause }),
  });
}

function wrongFile(): AppError {
  return new AppError('download/wrong-file', 'What was downloaded is not the file that was expected.', {
    hint: 'It was deleted. Its publisher may have replaced it; get it from its page and import it.',
  });
}

function diskFull(cause?: unknown): AppError {
  return new AppError('download/disk-full', 'There is not enough room on the disk for this model.', {
    ...(cause !== undefined && { cause }),
  });
}

function cancelled(): AppError {
  return new AppError('download/cancelled', 'The download was cancelled. What has come so far is kept.');
}

/** Twice: the download, and the model that is made of it. */
async function requireRoom({ bytes }: RemoteFile, path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new AppError('model/cannot-write', `${folder} cannot be written.`, { cause });
  }
  const disk = await statfs(folder).catch(() => undefined);
  if (disk !== undefined && disk.bavail * disk.bsize < 2 * bytes - (await sizeOf(path))) throw diskFull();
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
