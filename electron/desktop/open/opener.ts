import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import type { Opened, OpenFailure, PhotoInfo } from '../../ipc/contract.ts';
import type { PhotoDocument } from '../../ipc/document.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { Engine } from '../engine.ts';
import { isProject } from '../project/project-file.ts';
import { unpackProject } from '../project/projects.ts';
import type { RecentStore } from '../store/recent-store.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { OpenPhoto, OpenPhotos } from './open-photos.ts';
import { expandFolders } from './photo-files.ts';

export interface OpenerParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly photos: OpenPhotos;
  readonly work: WorkStore;
  readonly recent: RecentStore;
  /** Told of every file that was opened, for the system's own list. */
  readonly onOpened: (path: string) => void;
}

interface OpenSettings {
  readonly id?: string;
  readonly origin: PhotoInfo['origin'];
  readonly tolerant: boolean;
  readonly document?: PhotoDocument;
  readonly hasUnsavedEdits?: boolean;
  readonly name?: string;
  readonly projectPath?: string;
}

/** Files looked at side by side; more would only wait for the disk. */
const atOnce = 4;
const emptyDocument: PhotoDocument = { regions: [], edits: [] };

/** Turns paths, which only main and the person know, into open photos, which the window knows by their ids. */
export class Opener {
  readonly #parts: OpenerParts;
  /** Truncated files that can be opened as far as they go. */
  readonly #retries = new Map<string, string>();

  constructor(parts: OpenerParts) {
    this.#parts = parts;
  }

  /** Opens files, and the photos in folders. Never throws: what cannot be opened is in `failures`. */
  async open(paths: readonly string[]): Promise<Opened> {
    const files = await expandFolders(paths);
    const results: (OpenPhoto | OpenFailure)[] = [];
    for (let at = 0; at < files.length; at += atOnce) {
      const group = files.slice(at, at + atOnce);
      results.push(...(await Promise.all(group.map((path) => this.#try(path)))));
    }
    return this.#answer(results);
  }

  /** Opens what can be read of a truncated photo. */
  async openTolerant(retry: string): Promise<Opened> {
    const path = this.#retries.get(retry);
    if (path === undefined) throw new AppError('photo/closed', 'This photo is no longer open.');
    this.#retries.delete(retry);
    return this.#answer([await this.#try(path, { origin: 'file', tolerant: true })]);
  }

  async openSample(path: string, name: string): Promise<Opened> {
    const known = this.#parts.photos.all().find(({ info }) => info.origin === 'sample');
    return this.#answer([known ?? (await this.#try(path, { origin: 'sample', tolerant: false, name }))]);
  }

  /** Opens a picture that is in no file yet. */
  async openPasted(png: Uint8Array, name: string): Promise<Opened> {
    const id = randomUUID();
    const folder = await this.#parts.work.create(id);
    const path = join(folder, 'pasted.png');
    await writeFile(path, png);
    return this.#answer([await this.#try(path, { id, origin: 'pasted', tolerant: false, name })]);
  }

  /** Opens the photo of stored work together with the work. @throws AppError `work/unreadable` */
  async resume(id: string): Promise<Opened> {
    const stored = await this.#parts.work.read(id);
    if (stored === undefined) {
      throw new AppError('work/unreadable', 'The stored work cannot be read.', {
        hint: 'Open the photo again and repair it anew.',
      });
    }
    const { origin, tolerant, document, hasUnsavedEdits, name } = stored;
    const settings = { id, origin, tolerant, document, hasUnsavedEdits, name };
    return this.#answer([await this.#try(stored.path, settings)]);
  }

  async #try(
    path: string,
    settings: OpenSettings = { origin: 'file', tolerant: false },
  ): Promise<OpenPhoto | OpenFailure> {
    try {
      return isProject(path) ? await this.#openProject(path) : await this.#open(path, settings);
    } catch (error) {
      const info = errorInfo(error);
      const failure: OpenFailure = { name: basename(path), error: info };
      if (info.code !== 'photo/truncated' || settings.tolerant) return failure;
      const retry = randomUUID();
      this.#retries.set(retry, path);
      return { ...failure, retry };
    }
  }

  /** The photo of a project together with the work on it. */
  async #openProject(projectPath: string): Promise<OpenPhoto> {
    const { photos, work } = this.#parts;
    const known = photos.withProject(projectPath);
    if (known !== undefined) return known;
    const id = randomUUID();
    try {
      const { photoPath, photo, document } = await unpackProject(projectPath, work.folderOf(id));
      const { name, tolerant, content } = photo;
      const origin = content === undefined ? 'file' : 'pasted';
      return await this.#open(photoPath, { id, origin, tolerant, document, name, projectPath });
    } catch (error) {
      await work.discard(id);
      throw error;
    }
  }

  async #open(path: string, settings: OpenSettings): Promise<OpenPhoto> {
    const { engine, photos, work, recent } = this.#parts;
    const { origin, tolerant, document, hasUnsavedEdits = false, projectPath } = settings;
    const found = await engine.call('probe', { path, tolerant });
    const known = origin === 'file' ? photos.withFile(found.file.realPath) : undefined;
    if (known !== undefined && document === undefined) return known;
    const id = settings.id ?? randomUUID();
    const { format, width, height, depth, flags, file, view, isDirect } = found;
    const photo: OpenPhoto = {
      info: {
        id,
        name: settings.name ?? basename(path),
        format,
        width,
        height,
        depth,
        sizeBytes: file.sizeBytes,
        flags: [...flags],
        view,
        origin,
      },
      source: { id, path, file, tolerant, workFolder: await work.create(id) },
      isDirect: isDirect && !tolerant,
      view: undefined,
      copyPath: undefined,
      projectPath,
      document: document ?? emptyDocument,
      hasUnsavedEdits,
    };
    photos.add(photo);
    if (origin === 'file' || projectPath !== undefined) {
      await recent.add(projectPath ?? path);
      this.#parts.onOpened(projectPath ?? path);
    }
    return photo;
  }

  #answer(results: readonly (OpenPhoto | OpenFailure)[]): Opened {
    return {
      photos: results.flatMap((result) => ('info' in result ? [openedPhoto(result)] : [])),
      failures: results.flatMap((result) => ('info' in result ? [] : [result])),
    };
  }
}

/** As the window is told of it. */
export function openedPhoto({ info, document, hasUnsavedEdits }: OpenPhoto): Opened['photos'][number] {
  return { info, document, hasUnsavedEdits };
}
