import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import type { ProjectFile } from './project-file.ts';

/** Of a file's content. Throws what the file system throws. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** Where a photo lies, seen from a project, so that both can be moved together. */
export function pathFromProject(projectPath: string, photoPath: string): string {
  return relative(dirname(projectPath), photoPath).split(sep).join('/');
}

/**
 * Finds a project's photo where it was, or beside the project.
 * @throws AppError `project/photo-missing`, `project/photo-changed`
 */
export async function findPhoto(projectPath: string, photo: ProjectFile['photo']): Promise<string> {
  const folder = dirname(projectPath);
  const places = [resolve(folder, photo.path), join(folder, photo.name)];
  let isOther = false;
  for (const place of new Set(places.filter((path) => isAllowed(path, projectPath)))) {
    const found = await sha256Of(place).catch(() => undefined);
    if (found === photo.sha256) return place;
    isOther ||= found !== undefined;
  }
  const { name } = photo;
  if (isOther) {
    throw new AppError(
      'project/photo-changed',
      `The photo ${name} was changed since the project was saved.`,
      {
        hint: 'Put the photo back as it was, or open it by itself and repair it anew.',
        data: { name },
      },
    );
  }
  throw new AppError('project/photo-missing', `The project's photo ${name} is not there.`, {
    hint: 'Put the photo beside the project.',
    data: { name },
  });
}

/** A project from elsewhere must not make Windows call another computer. */
function isAllowed(path: string, projectPath: string): boolean {
  const isRemote = (its: string) => /^[\\/]{2}/.test(its);
  return !isRemote(path) || isRemote(projectPath);
}
