import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../engine/errors.ts';
import { writeSafely } from '../../engine/photo/safe-write.ts';
import { document, rect } from '../../ipc/document.ts';

/** Of project files. */
export const projectExtension = 'photomend';

/** Larger ones are none that this app wrote. */
const maxBytes = 1 << 30;

const base64 = z.string().max(maxBytes);

const projectFile = z.strictObject({
  format: z.literal('photomend-project'),
  version: z.literal(1),
  photo: z.strictObject({
    name: z.string().min(1).max(1000),
    /** From the project's folder, with `/` between folders. */
    path: z.string().max(32_768),
    /** Tells the photo from another one in its place. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    tolerant: z.boolean(),
    /** The photo itself, where it is in no file of the person's own. */
    content: base64.optional(),
  }),
  document,
  patches: z.array(z.strictObject({ id: z.uuid(), rect, png: base64 })).max(100_000),
});

/**
 * The work on one photo in a file: its regions, its repairs and their patches. The photo itself stays where it is; the
 * project says where that was, seen from the project, and how to know it.
 */
export type ProjectFile = z.infer<typeof projectFile>;

export function isProject(path: string): boolean {
  return path.toLowerCase().endsWith(`.${projectExtension}`);
}

/** @throws AppError `project/unreadable`, `photo/not-found`, `photo/no-permission` */
export async function readProject(path: string): Promise<ProjectFile> {
  const text = await readText(path);
  try {
    return projectFile.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Replaces a project of that name. @throws AppError `save/disk-full` and the like */
export async function writeProject(path: string, project: ProjectFile): Promise<void> {
  await writeSafely(path, [Buffer.from(`${JSON.stringify(project)}\n`)], {
    replace: true,
    mode: undefined,
    signal: undefined,
  });
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > maxBytes) throw unreadable();
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new AppError('photo/not-found', 'The file is not there.');
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('photo/no-permission', 'The file may not be read.');
    }
    throw unreadable(error);
  }
}

function unreadable(cause?: unknown): AppError {
  return new AppError('project/unreadable', 'The project is damaged or was made by a newer Photomend.', {
    hint: 'Get the file again, or update Photomend.',
    ...(cause !== undefined && { cause }),
  });
}
