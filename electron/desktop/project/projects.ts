import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import type { BrowserWindow, Dialog } from 'electron';
import { AppError } from '../../engine/errors.ts';
import { readStoredPatch, writeStoredPatch } from '../../engine/region/stored-patch.ts';
import type { PhotoDocument } from '../../ipc/document.ts';
import { freeName } from '../free-name.ts';
import type { Translate } from '../language.ts';
import type { OpenPhoto } from '../open/open-photos.ts';
import { type ProjectFile, projectExtension, readProject, writeProject } from './project-file.ts';
import { findPhoto, pathFromProject, sha256Of } from './project-photo.ts';

export interface ProjectParts {
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  readonly window: () => BrowserWindow | undefined;
  readonly t: () => Translate;
  /** Where projects go whose photo comes from no folder. */
  readonly picturesFolder: string;
}

/** What a project leads to: a photo, and the work on it. */
export interface OpenedProject {
  readonly photoPath: string;
  readonly photo: ProjectFile['photo'];
  readonly document: PhotoDocument;
}

/** Saves the work on a photo as a project. Asks where once. Undefined where the person closed the dialog. */
export async function saveProject(
  photo: OpenPhoto,
  document: PhotoDocument,
  parts: ProjectParts,
): Promise<string | undefined> {
  const to = photo.projectPath ?? (await askWhere(photo, parts));
  if (to === undefined) return undefined;
  const project = await projectOf(photo, document, to);
  await writeProject(to, project);
  photo.projectPath = to;
  return to;
}

/**
 * Reads a project, and puts its patches into a work folder.
 * @throws AppError `project/unreadable`, `project/photo-missing`, `project/photo-changed`
 */
export async function unpackProject(path: string, workFolder: string): Promise<OpenedProject> {
  const { photo, document, patches } = await readProject(path);
  await mkdir(workFolder, { recursive: true });
  // Ids of this run: those of the file may be taken, by the same project for instance.
  const ids = new Map(patches.map(({ id }) => [id, randomUUID()]));
  for (const { id, rect, png } of patches) {
    await writeStoredPatch(workFolder, ids.get(id) ?? id, { rect, png: Buffer.from(png, 'base64') });
  }
  const photoPath =
    photo.content === undefined
      ? await findPhoto(path, photo)
      : await unpackPhoto(join(workFolder, 'photo'), photo.content);
  return { photoPath, photo, document: withIds(document, ids) };
}

async function unpackPhoto(path: string, content: string): Promise<string> {
  await writeFile(path, Buffer.from(content, 'base64'));
  return path;
}

function withIds(document: PhotoDocument, ids: ReadonlyMap<string, string>): PhotoDocument {
  return {
    ...document,
    edits: document.edits.map((edit) => ({
      ...edit,
      patches: edit.patches.map(({ id, rect }) => ({ id: ids.get(id) ?? id, rect })),
    })),
  };
}

async function projectOf(photo: OpenPhoto, document: PhotoDocument, to: string): Promise<ProjectFile> {
  const { path, tolerant, workFolder } = photo.source;
  const ids = new Set(document.edits.flatMap(({ patches }) => patches.map(({ id }) => id)));
  const patches: ProjectFile['patches'] = [];
  for (const id of ids) {
    const { rect, png } = await readStoredPatch(workFolder, id).catch((cause) => {
      throw new AppError('work/unreadable', 'A stored repair cannot be read.', { cause });
    });
    patches.push({ id, rect, png: Buffer.from(png).toString('base64') });
  }
  const isOwnFile = photo.info.origin === 'file';
  const sha256 = await sha256Of(path).catch(() => {
    throw new AppError('photo/vanished', 'The file is no longer there.');
  });
  return {
    format: 'photomend-project',
    version: 1,
    photo: {
      name: photo.info.name,
      path: isOwnFile ? pathFromProject(to, path) : '',
      sha256,
      tolerant,
      ...(!isOwnFile && { content: (await readFile(path)).toString('base64') }),
    },
    document,
    patches,
  };
}

async function askWhere(photo: OpenPhoto, parts: ProjectParts): Promise<string | undefined> {
  const { dialog, window, t, picturesFolder } = parts;
  const folder = photo.info.origin === 'file' ? dirname(photo.source.path) : picturesFolder;
  const options = {
    title: t()('dialog.saveProject'),
    defaultPath: await freeName(folder, parse(photo.info.name).name, projectExtension),
    filters: [{ name: t()('format.project'), extensions: [projectExtension] }],
    properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const],
  };
  const owner = window();
  const { canceled, filePath } = await (owner === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(owner, options));
  if (canceled || filePath === '') return undefined;
  return filePath.toLowerCase().endsWith(`.${projectExtension}`)
    ? filePath
    : `${filePath}.${projectExtension}`;
}
