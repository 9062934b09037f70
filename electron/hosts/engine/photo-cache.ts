import { AppError } from '../../engine/errors.ts';
import { openPhoto, probePhoto } from '../../engine/photo/open.ts';
import type { FileIdentity, Photo } from '../../engine/photo/photo.ts';
import type { PhotoSource } from './contract.ts';

/** Decoded photos are kept up to so many pixels altogether; the one in use is always kept. */
const maxCachedPixels = 120_000_000;

/** Decoded photos, the latest used last. What was dropped is decoded again from the file when it is needed. */
export class PhotoCache {
  readonly #photos = new Map<string, Promise<Photo>>();
  readonly #pixels = new Map<string, number>();

  /**
   * The decoded photo.
   * @throws AppError `photo/changed` where the file is no longer the one that was opened, and those of `openPhoto`
   */
  get(source: PhotoSource): Promise<Photo> {
    const known = this.#photos.get(source.id);
    if (known !== undefined) {
      this.#photos.delete(source.id);
      this.#photos.set(source.id, known);
      return known;
    }
    const loading = load(source);
    this.#photos.set(source.id, loading);
    loading.then(
      ({ width, height }) => {
        this.#pixels.set(source.id, width * height);
        this.#shrink(source.id);
      },
      () => this.forget(source.id),
    );
    return loading;
  }

  forget(id: string): void {
    this.#photos.delete(id);
    this.#pixels.delete(id);
  }

  #shrink(keep: string): void {
    let total = [...this.#pixels.values()].reduce((sum, pixels) => sum + pixels, 0);
    for (const id of [...this.#photos.keys()]) {
      if (total <= maxCachedPixels) return;
      if (id === keep) continue;
      total -= this.#pixels.get(id) ?? 0;
      this.forget(id);
    }
  }
}

/** Damage inside a file that its header does not tell is met with patience: the person sees the photo already. */
async function load({ path, file, tolerant }: PhotoSource): Promise<Photo> {
  const probe = await probePhoto(path);
  if (!isSame(probe.file, file)) {
    throw new AppError('photo/changed', 'The file was changed by another program since it was opened.', {
      hint: 'Close the photo and open it again.',
    });
  }
  try {
    return await openPhoto(probe, { tolerant });
  } catch (error) {
    const isDamaged =
      error instanceof AppError && ['photo/truncated', 'photo/unreadable'].includes(error.code);
    if (tolerant || !isDamaged) throw error;
    return openPhoto(probe, { tolerant: true });
  }
}

function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs;
}
