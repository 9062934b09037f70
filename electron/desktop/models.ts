import { randomUUID } from 'node:crypto';
import { AppError } from '../engine/errors.ts';
import type { EventData } from '../ipc/contract.ts';
import type { ModelAnswers, ModelDraft, ModelInfo } from '../ipc/models.ts';
import type { Settings } from '../ipc/settings.ts';
import type { Engine } from './engine.ts';

export interface ModelsParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly settings: () => Settings;
  readonly onProgress: (data: EventData<'models.progress'>) => void;
}

/** Models that the window imports and downloads: it knows drafts and ids, never paths or addresses. */
export class Models {
  readonly #parts: ModelsParts;
  readonly #drafts = new Map<string, string>();
  readonly #downloads = new Map<string, AbortController>();

  constructor(parts: ModelsParts) {
    this.#parts = parts;
  }

  /** Takes a file that the person has picked. @throws AppError what is wrong with the file */
  async draft(path: string): Promise<ModelDraft> {
    const description = await this.#parts.engine.call('describeModel', { path });
    const draft = randomUUID();
    this.#drafts.set(draft, path);
    return { draft, ...description };
  }

  /** @throws AppError `model/not-found` for a draft of an earlier run, and as an import */
  async import(draft: string, answers: ModelAnswers): Promise<ModelInfo> {
    const path = this.#drafts.get(draft);
    if (path === undefined) throw new AppError('model/not-found', 'The file is to be chosen again.');
    const model = await this.#parts.engine.call('importModel', { path, answers });
    this.#drafts.delete(draft);
    return model;
  }

  /** @throws AppError `download/offline` unless the person has allowed it, and as a download */
  async download(id: string): Promise<ModelInfo> {
    if (this.#parts.settings().offline) {
      throw new AppError('download/offline', 'Photomend stays offline.', {
        hint: 'Switch off "Stay offline" in the settings first.',
      });
    }
    this.#downloads.get(id)?.abort();
    const controller = new AbortController();
    this.#downloads.set(id, controller);
    const onProgress = ({ receivedBytes, bytes }: { receivedBytes: number; bytes: number }) => {
      // From here on it is checked and imported, which is not cut off in the middle.
      if (receivedBytes >= bytes) this.#downloads.delete(id);
      this.#parts.onProgress({ id, receivedBytes, bytes });
    };
    try {
      const { signal } = controller;
      return await this.#parts.engine.call('downloadModel', { id }, { signal, onProgress });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw new AppError('download/cancelled', 'The download was cancelled. What has come so far is kept.');
    } finally {
      if (this.#downloads.get(id) === controller) this.#downloads.delete(id);
    }
  }

  cancelDownload(id: string): void {
    this.#downloads.get(id)?.abort();
  }

  /** To be called when the person goes offline: nothing goes on in the background. */
  cancelAll(): void {
    for (const controller of this.#downloads.values()) controller.abort();
  }
}
