import { AppError } from '../../engine/errors.ts';
import type { PhotoSource } from '../../hosts/engine/contract.ts';
import type { PhotoInfo } from '../../ipc/contract.ts';
import type { PhotoDocument } from '../../ipc/document.ts';

/** A photo that the window knows by its id. */
export interface OpenPhoto {
  readonly info: PhotoInfo;
  readonly source: PhotoSource;
  /** Chromium shows the file itself. */
  readonly isDirect: boolean;
  /** The picture made for the screen where it does not. */
  view: Promise<string> | undefined;
  /** Where "Save a copy" went: the next one replaces it without asking. */
  copyPath: string | undefined;
  /** The project that it was opened from or saved as. */
  projectPath: string | undefined;
  document: PhotoDocument;
  hasUnsavedEdits: boolean;
}

/** The photos that are open; ids are handed out here and nowhere else, so an unknown one leads nowhere. */
export class OpenPhotos {
  readonly #photos = new Map<string, OpenPhoto>();

  add(photo: OpenPhoto): void {
    this.#photos.set(photo.info.id, photo);
  }

  /** @throws AppError `photo/closed` */
  get(id: string): OpenPhoto {
    const photo = this.#photos.get(id);
    if (photo === undefined) throw new AppError('photo/closed', 'This photo is no longer open.');
    return photo;
  }

  /** The open photo of a file, so that a second double-click shows it instead of opening it twice. */
  withFile(realPath: string): OpenPhoto | undefined {
    return this.all().find(({ source, info }) => info.origin === 'file' && source.file.realPath === realPath);
  }

  /** The open photo of a project. */
  withProject(path: string): OpenPhoto | undefined {
    return this.all().find(({ projectPath }) => projectPath === path);
  }

  all(): OpenPhoto[] {
    return [...this.#photos.values()];
  }

  remove(id: string): void {
    this.#photos.delete(id);
  }
}
