import { open, realpath, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { FileIdentity } from './photo.ts';

/** Node reads at most this much into one buffer. */
const maxFileBytes = 2 ** 31 - 1;

export interface PhotoFile {
  readonly bytes: Buffer;
  readonly identity: FileIdentity;
}

export interface ReadFileOptions {
  /** Read only so many bytes from the start. */
  readonly headBytes?: number;
  /** The file was seen before: if it is gone, it has vanished rather than never been there. */
  readonly wasSeen?: boolean;
}

/**
 * Reads a photo's file into memory, so that nothing that happens to it later can matter.
 * @throws AppError `photo/not-found`, `photo/vanished`, `photo/no-permission`, `photo/is-folder`, `photo/empty`,
 * `photo/file-too-large`, `photo/unreadable`
 */
export async function readPhotoFile(path: string, options: ReadFileOptions = {}): Promise<PhotoFile> {
  try {
    const identity = await identify(path);
    if (identity.sizeBytes === 0) {
      throw new AppError('photo/empty', 'The file is empty.', {
        hint: 'Its copy or download may have failed.',
      });
    }
    const wanted = Math.min(identity.sizeBytes, options.headBytes ?? identity.sizeBytes);
    if (wanted > maxFileBytes) {
      const gibibytes = Math.round(identity.sizeBytes / 2 ** 30);
      throw new AppError(
        'photo/file-too-large',
        `The file has ${gibibytes} GiB; up to 2 GiB can be opened.`,
        {
          data: { bytes: identity.sizeBytes, limit: maxFileBytes },
        },
      );
    }
    return { bytes: await readStart(path, wanted), identity };
  } catch (error) {
    throw error instanceof AppError ? error : fileError(error, options.wasSeen === true);
  }
}

/** Which file a path leads to, whatever links it goes through. Throws what the file system throws. */
export async function identify(path: string): Promise<FileIdentity> {
  const found = await stat(path, { bigint: true });
  if (found.isDirectory()) throw new AppError('photo/is-folder', 'This is a folder, not a photo.');
  // Opening a pipe would wait for ever.
  if (!found.isFile()) throw new AppError('photo/unreadable', 'This is a device or a pipe, not a photo.');
  return {
    realPath: await realpath(path),
    id: fileId(found),
    sizeBytes: Number(found.size),
    modifiedMs: Number(found.mtimeMs),
  };
}

/** Device and inode. Some network drives give every file the inode 0, which is then no id. */
export function fileId({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return ino === 0n ? '' : `${dev}-${ino}`;
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    // Not from Node's shared pool, which would keep 8 KiB of strangers' bytes beside a small file.
    const bytes = Buffer.from(new ArrayBuffer(length));
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, filled);
      // The file became shorter while it was read.
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

function fileError(cause: unknown, wasSeen: boolean): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return wasSeen
        ? new AppError('photo/vanished', 'The photo has been moved or deleted in the meantime.', { cause })
        : new AppError('photo/not-found', 'There is no such file.', { cause });
    case 'EACCES':
    case 'EPERM':
      return new AppError('photo/no-permission', 'The photo may not be read.', {
        hint: 'Ask its owner for permission, or copy it to a place of your own.',
        cause,
      });
    case 'EISDIR':
      return new AppError('photo/is-folder', 'This is a folder, not a photo.', { cause });
    default:
      return new AppError('photo/unreadable', 'The file cannot be read from its disk.', { cause });
  }
}
