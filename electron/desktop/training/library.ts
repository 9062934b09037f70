import { randomInt } from 'node:crypto';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../engine/errors.ts';
import type { ScannedLibrary } from '../../hosts/trainer/contract.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { Library, TrainingFolder } from '../../ipc/training.ts';
import { readJson, writeJson } from '../store/json-file.ts';
import { IdMap } from './id-map.ts';
import type { TrainerHost } from './trainer-process.ts';

const storeSchema = z.object({
  folders: z.array(z.string()).max(100),
  excluded: z.array(z.string()).max(100_000),
});
const samplePhotos = 48;
const mostFoldersShown = 400;
const mostSkippedShown = 200;
/** Several clicks make one scan. */
const rescanDelayMs = 400;

export interface LibraryParts {
  readonly trainingFolder: string;
  readonly host: () => TrainerHost;
  readonly onChange: () => void;
}

/** The folders that a person trains on, what is left out of them, and what was found there. */
export class TrainingLibrary {
  readonly #parts: LibraryParts;
  readonly #ids = new IdMap();
  #folders: string[] = [];
  #excluded = new Set<string>();
  #scan: ScannedLibrary | undefined;
  #sample: readonly string[] = [];
  #progress: { readonly done: number; readonly total: number } | undefined;
  #error: AppError | undefined;
  #stop: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    const stored = await readJson(this.#storePath, storeSchema);
    this.#folders = stored?.folders ?? [];
    this.#excluded = new Set(stored?.excluded ?? []);
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  get excluded(): readonly string[] {
    return [...this.#excluded];
  }

  /** Photos found by the last scan. */
  get photos(): number {
    return this.#scan?.photos ?? 0;
  }

  pathOf(id: string): string | undefined {
    return this.#ids.pathOf(id);
  }

  async add(paths: readonly string[]): Promise<void> {
    // A folder inside another would be counted twice.
    const all = [...new Set([...this.#folders, ...paths])].sort();
    this.#folders = all.filter((path) => !all.some((other) => other !== path && isInside(path, other)));
    await this.#store();
    void this.scan();
  }

  async remove(id: string): Promise<void> {
    const path = this.#need(id);
    this.#folders = this.#folders.filter((folder) => folder !== path);
    await this.#store();
    if (this.#folders.length > 0) void this.scan();
    else {
      this.#stop?.abort();
      this.#scan = undefined;
      this.#sample = [];
      this.#error = undefined;
      this.#parts.onChange();
    }
  }

  async exclude(id: string, isExcluded: boolean): Promise<void> {
    const path = this.#need(id);
    if (isExcluded) this.#excluded.add(path);
    else this.#excluded.delete(path);
    await this.#store();
    this.#parts.onChange();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.scan({ keepsSample: true }), rescanDelayMs);
  }

  /** Looks through the folders; files that did not change since the last time are not read again. */
  async scan({ keepsSample = false } = {}): Promise<void> {
    this.#stop?.abort();
    if (this.#folders.length === 0) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#progress = { done: 0, total: 0 };
    this.#error = undefined;
    this.#parts.onChange();
    try {
      const argument = { folders: this.#folders, excluded: this.excluded };
      const scan = await this.#parts.host().call('scan', argument, {
        signal: stop.signal,
        onProgress: (progress) => {
          if (this.#stop !== stop) return;
          this.#progress = progress;
          this.#parts.onChange();
        },
      });
      if (this.#stop !== stop) return;
      this.#scan = scan;
      if (!keepsSample || this.#sample.length === 0) await this.#drawSample();
    } catch (error) {
      if (this.#stop !== stop) return;
      if (!stop.signal.aborted) {
        const { code, message, hint, data } = errorInfo(error);
        this.#error = new AppError(code, message, { ...(hint !== undefined && { hint }), data });
      }
    }
    this.#stop = undefined;
    this.#progress = undefined;
    this.#parts.onChange();
  }

  cancelScan(): void {
    this.#stop?.abort();
  }

  async shuffle(): Promise<void> {
    await this.#drawSample();
    this.#parts.onChange();
  }

  async #drawSample(): Promise<void> {
    const argument = { seed: randomInt(2 ** 31), count: samplePhotos };
    this.#sample = await this.#parts.host().call('sample', argument);
  }

  get state(): Library {
    const scan = this.#scan;
    return {
      state:
        this.#progress !== undefined
          ? 'scanning'
          : this.#error !== undefined
            ? 'failed'
            : scan === undefined
              ? 'empty'
              : 'ready',
      done: this.#progress?.done ?? 0,
      total: this.#progress?.total ?? 0,
      ...(this.#error !== undefined && { error: errorInfo(this.#error) }),
      photos: scan?.photos ?? 0,
      megapixels: (scan?.pixels ?? 0) / 1e6,
      duplicates: scan?.duplicates ?? 0,
      unreadable: scan?.unreadable ?? 0,
      tooSmall: scan?.tooSmall ?? 0,
      excludedPhotos: scan?.excludedPhotos ?? 0,
      skipped: (scan?.skipped ?? [])
        .slice(0, mostSkippedShown)
        .map(({ path, code }) => ({ name: path, code })),
      folders: this.#shownFolders(),
      sample: this.#sample.map((path) => ({
        id: this.#ids.idOf(path),
        name: basename(path),
        isExcluded: this.#isExcluded(path),
      })),
    };
  }

  /** Chosen folders with those inside them that hold photos. */
  #shownFolders(): TrainingFolder[] {
    const found = this.#scan?.folders ?? [];
    return this.#folders
      .flatMap((root) => {
        const inside = found.filter(({ path }) => path !== root && isInside(path, root));
        const own = [root, ...inside.map(({ path }) => path)];
        return own.map((path) => ({
          id: this.#ids.idOf(path),
          name: path === root ? basename(path) || path : relative(root, path),
          level: path === root ? 0 : 1,
          photos:
            path === root
              ? found.reduce((sum, folder) => sum + (isInside(folder.path, root) ? folder.photos : 0), 0)
              : (found.find((folder) => folder.path === path)?.photos ?? 0),
          isExcluded: this.#isExcluded(path),
        }));
      })
      .slice(0, mostFoldersShown);
  }

  #isExcluded(path: string): boolean {
    for (const out of this.#excluded) if (isInside(path, out)) return true;
    return false;
  }

  #need(id: string): string {
    const path = this.#ids.pathOf(id);
    if (path === undefined) throw new AppError('photo/not-found', 'There is no such file.');
    return path;
  }

  get #storePath(): string {
    return join(this.#parts.trainingFolder, 'library.json');
  }

  async #store(): Promise<void> {
    await writeJson(this.#storePath, { folders: this.#folders, excluded: [...this.#excluded] });
  }
}

/** Whether a path is a folder or lies in it. */
function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
