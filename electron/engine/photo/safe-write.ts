import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';

export interface SafeWriteOptions {
  /** Whether a file of that name may be replaced; if not, none that appears meanwhile is replaced either. */
  readonly replace: boolean;
  /** Permission bits of the new file. */
  readonly mode: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Opens the temporary file; another one lets a test fill the disk. */
  readonly openFile?: typeof open;
}

/** The content of a file, one after the other; may be made while it is written. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file so that its name shows either the old content or the whole new one, whatever happens in between: a
 * temporary file in the same folder, fsync, rename. Nothing is left behind on failure.
 * @throws AppError `save/exists`, `save/disk-full`, `save/no-permission`, `save/folder-missing`, `save/bad-name`,
 * `save/failed`
 */
export async function writeSafely(path: string, pieces: Pieces, options: SafeWriteOptions): Promise<void> {
  const folder = dirname(path);
  // Short, so that a long name does not make the temporary one too long.
  const temporary = join(folder, `.photomend-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeTemporary(temporary, pieces, options);
    options.signal?.throwIfAborted();
    if (options.replace) await rename(temporary, path);
    else await renameWithoutReplacing(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    options.signal?.throwIfAborted();
    throw saveError(error);
  }
}

async function writeTemporary(
  path: string,
  pieces: Pieces,
  { mode, signal, openFile = open }: SafeWriteOptions,
): Promise<void> {
  const handle = await openFile(path, 'wx');
  try {
    if (mode !== undefined) await handle.chmod(mode);
    // Each goes on where the one before stopped.
    for await (const piece of pieces) await handle.writeFile(piece, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link fails where a name is taken, which a rename does not; file systems without them get a rename. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || code === 'ENOENT' || code === 'ENAMETOOLONG') throw error;
    await rename(from, to);
    return;
  }
  await rm(from, { force: true });
}

/** Makes the new name itself survive a power cut; systems that cannot sync a folder do so by themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function saveError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  switch (codeOf(cause)) {
    case 'EEXIST':
      return new AppError('save/exists', 'A file of that name is there already.', { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('save/disk-full', 'The disk is full; nothing was saved.', {
        hint: 'Make room, or save to another disk.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError('save/no-permission', 'Nothing may be written in that folder.', {
        hint: 'Save to another folder.',
        cause,
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('save/folder-missing', 'The folder to save into does not exist.', { cause });
    case 'ENAMETOOLONG':
    case 'EINVAL':
    case 'EISDIR':
      return new AppError('save/bad-name', 'The file cannot have that name.', { cause });
    default:
      return new AppError('save/failed', 'The file could not be written.', { cause });
  }
}
