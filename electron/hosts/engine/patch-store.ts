import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../engine/errors.ts';
import type { PhotoColour } from '../../engine/photo/photo.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import { applyPatch, type Patch } from '../../engine/region/patch.ts';
import { compressPatch, encodePatch, readPatch } from '../../engine/region/patch-file.ts';
import { removeStoredPatch, writeStoredPatch } from '../../engine/region/stored-patch.ts';
import type { Layers } from '../../ipc/contract.ts';
import type { PhotoSource } from './contract.ts';

/** Patches are kept in memory up to this size; all of them are on disk. */
const maxBytes = 256 << 20;
/** The window, which waits, has a patch on the screen by then; compressing takes a core for a moment. */
const storeDelayMs = 200;
/** So many may be on their way to the disk before whoever makes more has to wait. */
const mostWriting = 8;

interface StoredPatch {
  readonly patch: Promise<Patch>;
  bytes: number;
}

interface ExpectedPatch {
  readonly patch: Promise<Patch>;
  readonly resolve: (patch: Patch) => void;
  readonly reject: (error: AppError) => void;
}

/** The patches of open photos. */
export class PatchStore {
  readonly #patches = new Map<string, StoredPatch>();
  /** Those that are being made. */
  readonly #expected = new Map<string, ExpectedPatch>();
  /** Those on their way to the disk, by their ids; failures stay until somebody asks. */
  readonly #writing = new Map<string, Promise<void>>();

  /** The id of a patch that is going to be made. Whoever asks for it waits until it is added or abandoned. */
  expect(): string {
    const id = randomUUID();
    let settle: Pick<ExpectedPatch, 'resolve' | 'reject'> | undefined;
    const patch = new Promise<Patch>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // Nobody may have asked.
    patch.catch(() => undefined);
    if (settle !== undefined) this.#expected.set(id, { patch, ...settle });
    return id;
  }

  /** Patches that will not be made; those that were are not expected any longer. */
  abandon(ids: readonly string[]): void {
    for (const id of ids) {
      this.#expected.get(id)?.reject(new AppError('work/unreadable', 'The repair was not made.'));
      this.#expected.delete(id);
    }
  }

  /**
   * Takes a new patch; it is written to the photo's folder when the window had time to fetch it.
   * @param id one that was expected, or a new one
   */
  add(photo: PhotoSource, patch: Patch, colour: PhotoColour, id: string = randomUUID()): string {
    this.#expected.get(id)?.resolve(patch);
    this.#expected.delete(id);
    this.#keep(id, { patch: Promise.resolve(patch), bytes: patch.data.byteLength });
    const writing = store(photo, id, patch, colour);
    this.#writing.set(id, writing);
    writing.then(
      () => this.#writing.delete(id),
      () => undefined,
    );
    return id;
  }

  /** Ends when few enough patches are on their way to the disk: what is written need not be kept in memory. */
  async roomForMore(): Promise<void> {
    while (this.#writing.size > mostWriting) {
      const [oldest] = this.#writing.values();
      await oldest;
    }
  }

  /** Forgets patches that nobody knows of, in memory and on the disk. */
  async discard(photo: PhotoSource, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.#writing.get(id)?.catch(() => undefined);
      this.#writing.delete(id);
      this.#patches.delete(id);
      await removeStoredPatch(photo.workFolder, id);
    }
  }

  /**
   * Ends when all patches are on the disk.
   * @throws AppError `work/not-kept` where one could not be written
   */
  async written(): Promise<void> {
    const writing = [...this.#writing.values()];
    this.#writing.clear();
    await Promise.all(writing).catch((cause) => {
      throw new AppError('work/not-kept', 'A repair could not be stored in case of a crash.', {
        hint: 'Make room on the disk, and save your work.',
        cause,
      });
    });
  }

  /** @throws AppError `work/unreadable` */
  get(photo: PhotoSource, id: string): Promise<Patch> {
    return this.#find(photo, id).patch;
  }

  /** The patch as a PNG. @throws AppError `work/unreadable` */
  async png(photo: PhotoSource, id: string, colour: () => Promise<PhotoColour>): Promise<Uint8Array> {
    return encodePatch(await this.#find(photo, id).patch, await colour());
  }

  /**
   * A picture with layers on it. The picture itself where there are none: nobody may write to the result.
   * @throws AppError `work/unreadable`
   */
  async compose(photo: PhotoSource, original: Raster, layers: Layers): Promise<Raster> {
    if (layers.length === 0) return original;
    const raster: Raster = { ...original, data: original.data.slice() };
    for (const { patch, strength } of layers) applyPatch(raster, await this.get(photo, patch), strength);
    return raster;
  }

  #find(photo: PhotoSource, id: string): Pick<StoredPatch, 'patch'> {
    const expected = this.#expected.get(id);
    if (expected !== undefined) return expected;
    const known = this.#patches.get(id);
    if (known !== undefined) {
      this.#patches.delete(id);
      this.#patches.set(id, known);
      return known;
    }
    const patch = (this.#writing.get(id) ?? Promise.resolve()).then(() => readPatch(photo.workFolder, id));
    const stored: StoredPatch = { patch, bytes: 0 };
    this.#keep(id, stored);
    patch.then(
      ({ data }) => {
        stored.bytes = data.byteLength;
      },
      () => this.#patches.delete(id),
    );
    return stored;
  }

  #keep(id: string, stored: StoredPatch): void {
    this.#patches.set(id, stored);
    let total = [...this.#patches.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [other, { bytes }] of this.#patches) {
      if (total <= maxBytes || other === id) break;
      total -= bytes;
      this.#patches.delete(other);
    }
  }
}

async function store(photo: PhotoSource, id: string, patch: Patch, colour: PhotoColour): Promise<void> {
  await setTimeout(storeDelayMs);
  const png = await compressPatch(patch, colour);
  await writeStoredPatch(photo.workFolder, id, { rect: patch.rect, png });
}
