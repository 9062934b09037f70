import type { BrowserWindow, Dialog } from 'electron';
import type { Layers, Saved } from '../ipc/contract.ts';
import type { PhotoDocument } from '../ipc/document.ts';
import type { Translate } from './language.ts';
import type { OpenPhoto, OpenPhotos } from './open/open-photos.ts';

export interface ClosingParts {
  readonly photos: OpenPhotos;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly t: () => Translate;
  readonly saveCopy: (photo: OpenPhoto, layers: Layers) => Promise<Saved>;
  /** Shows an error where the person looks. */
  readonly onSaveFailed: (error: unknown) => void;
  /** Forgets everything that was not saved. */
  readonly discardAll: () => Promise<void>;
}

/** Asks before the window closes over unsaved work; the answer decides whether it may. */
export class Closing {
  readonly #parts: ClosingParts;
  #mayClose = false;
  #isAsking = false;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /**
   * To be called for every window.
   * @param afterwards what was interrupted by the question: closing, or quitting
   * @param stay the person thought better of it
   */
  watch(window: BrowserWindow, afterwards: () => void, stay: () => void = () => {}): void {
    this.#mayClose = false;
    window.on('close', (event) => {
      if (this.#mayClose) return;
      event.preventDefault();
      if (this.#isAsking) return;
      this.#isAsking = true;
      void this.#ask(window)
        .then(async (mayClose) => {
          if (!mayClose) {
            stay();
            return;
          }
          await this.#parts.discardAll();
          this.#mayClose = true;
          afterwards();
        })
        .finally(() => {
          this.#isAsking = false;
        });
    });
  }

  async #ask(window: BrowserWindow): Promise<boolean> {
    const { dialog, photos, saveCopy, onSaveFailed } = this.#parts;
    const unsaved = photos.all().filter((photo) => photo.hasUnsavedEdits);
    if (unsaved.length === 0) return true;
    const t = this.#parts.t();
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: t('ask.unsaved', { count: unsaved.length }),
      detail: t('ask.unsavedDetail', { names: unsaved.map(({ info }) => info.name).join('\n') }),
      buttons: [t('ask.save'), t('ask.close'), t('ask.cancel')],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 2) return false;
    if (response === 1) return true;
    try {
      for (const photo of unsaved) {
        if ((await saveCopy(photo, layersOf(photo.document))) === null) return false;
      }
      return true;
    } catch (error) {
      onSaveFailed(error);
      return false;
    }
  }
}

/** What a document shows. */
export function layersOf({ edits }: PhotoDocument): Layers {
  return edits
    .filter(({ enabled }) => enabled)
    .flatMap(({ patches, strength }) => patches.map(({ id }) => ({ patch: id, strength })));
}
