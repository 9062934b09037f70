import type { ErrorInfo, PatchInfo, PhotoInfo } from '../../../electron/ipc/contract.ts';
import type { PhotoDocument } from '../../../electron/ipc/document.ts';
import { cropUrl, patchUrl, thumbnailUrl, viewUrl } from '../../../electron/ipc/urls.ts';
import { containsRect, type Rect, type Size } from '../geometry.ts';
import { fetchPicture, PictureError } from './fetch-picture.ts';
import { TiledPicture } from './tiled-picture.ts';

/** Patches kept for undo beside those of the document, and how many pixels they may have. */
const greatestIdlePatchCount = 40;
const greatestIdlePixels = 32_000_000;
/** Patches that are fetched at a time: a whole photo has dozens, and each crosses two processes uncompressed. */
const patchesAtOnce = 4;
/** Windows that nobody sees draw no frames. */
const hiddenWindowMilliseconds = 100;
/** How long the view must rest before a sharper part of a very large photo is fetched. */
const cropRestMilliseconds = 150;
/** Larger photos are shown roughly at once, until their tiles are ready. */
const previewPixels = 2_000_000;
/** Main refuses to cut out more. */
const greatestCropPixels = 60_000_000;

export interface SharpPart {
  readonly rect: Rect;
  readonly picture: ImageBitmap;
}

/** The pixels of one photo and of its patches, fetched when they are needed. */
export class PhotoPixels {
  readonly #info: PhotoInfo;
  readonly #onError: (error: ErrorInfo) => void;
  readonly #stop = new AbortController();
  /** Those that are being fetched end as nothing where they fail, and are fetched again for a document that has them. */
  readonly #patches = new Map<string, TiledPicture | Promise<void>>();
  #waiting: string[] = [];
  /** Patches of the document that is on the screen. */
  #shown: ReadonlySet<string> = new Set();
  #fresh: readonly PatchInfo[] = [];
  #fetching = 0;
  #version = $state(0);
  #base = $state.raw<TiledPicture | undefined>();
  /** What stands for the photo until it is here. */
  #preview: ImageBitmap | undefined;
  #part: SharpPart | undefined;
  #partTimer: ReturnType<typeof setTimeout> | undefined;
  #partFetch: AbortController | undefined;

  constructor(info: PhotoInfo, onError: (error: ErrorInfo) => void) {
    this.#info = info;
    this.#onError = onError;
    void this.#load();
  }

  /** Changes whenever there is something new to draw. */
  get version(): number {
    return this.#version;
  }

  get base(): TiledPicture | undefined {
    return this.#base;
  }

  get preview(): ImageBitmap | undefined {
    return this.#preview;
  }

  /** Patches that are shown although no document has them yet. */
  get fresh(): readonly PatchInfo[] {
    return this.#fresh;
  }

  /** A part of a very large photo at full resolution. */
  get part(): SharpPart | undefined {
    return this.#part;
  }

  /** Of the photo. */
  get size(): Size {
    return this.#info;
  }

  /** Pixels of the photo per pixel of its view. */
  get reduction(): number {
    return this.#info.width / this.#info.view.width;
  }

  patch(id: string): TiledPicture | undefined {
    const patch = this.#patches.get(id);
    return patch instanceof TiledPicture ? patch : undefined;
  }

  /** Fetches the patches of a document, switched off or on, so that switching shows at once. */
  follow({ edits }: PhotoDocument): void {
    const wanted = new Set(edits.flatMap(({ patches }) => patches.map(({ id }) => id)));
    this.#shown = wanted;
    const waiting = new Set(this.#waiting.filter((id) => wanted.has(id)));
    for (const id of wanted) if (!this.#patches.has(id)) waiting.add(id);
    this.#waiting = [...waiting];
    this.#fetchWaiting();
    this.#dropIdle(wanted);
  }

  /**
   * Fetches patches that no document has yet, as many as are fetched at a time. Ends when they are here. What goes wrong
   * is told when a document has them.
   */
  async prefetch(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => !this.#patches.has(id)).slice(0, patchesAtOnce);
    for (const id of missing) this.#patches.set(id, this.#loadPatch(id));
    await Promise.allSettled(ids.map((id) => this.#patches.get(id)));
  }

  /**
   * Shows new patches, which lie over all others, ahead of the document that has them. Ends when they have been drawn, or
   * soon where nothing is drawn.
   */
  async show(patches: readonly PatchInfo[]): Promise<void> {
    if (patches.length === 0) return;
    await this.prefetch(patches.map(({ id }) => id));
    this.#fresh = patches;
    this.#version++;
    const frame = new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    await Promise.race([frame, new Promise((resolve) => setTimeout(resolve, hiddenWindowMilliseconds))]);
  }

  /** The document has the new patches, or will not have them. */
  settle(): void {
    if (this.#fresh.length === 0) return;
    this.#fresh = [];
    this.#version++;
  }

  /** Asks for what is seen at full resolution, once the view rests. */
  lookAt(visible: Rect | undefined, scale: number): void {
    clearTimeout(this.#partTimer);
    if (this.reduction <= 1 || visible === undefined || scale * this.reduction <= 1) return;
    if (visible.width * visible.height > greatestCropPixels) return;
    if (this.#part !== undefined && containsRect(this.#part.rect, visible)) return;
    this.#partTimer = setTimeout(() => void this.#loadPart(visible), cropRestMilliseconds);
  }

  dispose(): void {
    clearTimeout(this.#partTimer);
    this.#waiting = [];
    this.#partFetch?.abort();
    this.#stop.abort();
    this.#preview?.close();
    this.#part?.picture.close();
    this.#base?.close();
    for (const patch of this.#patches.values()) if (patch instanceof TiledPicture) patch.close();
    this.#patches.clear();
  }

  async #load(): Promise<void> {
    const { signal } = this.#stop;
    if (isLarge(this.#info.view)) {
      void fetchPicture(thumbnailUrl(this.#info.id), signal).then(
        (picture) => this.#offerPreview(picture),
        () => undefined,
      );
    }
    try {
      const view = await this.#fetchView();
      if (isLarge(view)) {
        const resizeWidth = Math.round(Math.sqrt((previewPixels * view.width) / view.height));
        this.#offerPreview(await createImageBitmap(view, { resizeWidth, resizeQuality: 'low' }));
      }
      this.#base = await TiledPicture.make(view, signal);
      this.#version++;
    } catch (error) {
      this.#report(error);
    }
  }

  /** The file itself may turn out not to be what the engine sees; then the engine makes the picture. */
  async #fetchView(): Promise<ImageBitmap> {
    const { id, view } = this.#info;
    const { signal } = this.#stop;
    const url = viewUrl(id);
    const picture = await fetchPicture(url, signal).catch((error: unknown) => {
      if (error instanceof PictureError && error.info.code === 'photo/unreadable') return undefined;
      throw error;
    });
    if (picture?.width === view.width && picture.height === view.height) return picture;
    picture?.close();
    return fetchPicture(`${url}?rendered`, signal);
  }

  #offerPreview(picture: ImageBitmap): void {
    const isNews =
      this.#base === undefined && !this.#stop.signal.aborted && picture.width > (this.#preview?.width ?? 0);
    if (!isNews) {
      picture.close();
      return;
    }
    this.#preview?.close();
    this.#preview = picture;
    this.#version++;
  }

  #fetchWaiting(): void {
    while (this.#fetching < patchesAtOnce) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#fetching++;
      const coming = this.#loadPatch(id);
      this.#patches.set(id, coming);
      void coming.finally(() => {
        this.#fetching--;
        this.#fetchWaiting();
      });
    }
  }

  /** Lets go of patches that no document on the screen has, the oldest first. */
  #dropIdle(wanted: ReadonlySet<string>): void {
    let [count, pixels] = [0, 0];
    for (const [id, patch] of [...this.#patches].reverse()) {
      if (!(patch instanceof TiledPicture) || wanted.has(id)) continue;
      count++;
      pixels += patch.width * patch.height;
      if (count <= greatestIdlePatchCount && pixels <= greatestIdlePixels) continue;
      patch.close();
      this.#patches.delete(id);
    }
  }

  async #loadPatch(id: string): Promise<void> {
    const { signal } = this.#stop;
    try {
      const picture = await fetchPicture(patchUrl(this.#info.id, id), signal);
      this.#patches.set(id, await TiledPicture.make(picture, signal));
      if (this.#shown.has(id)) this.#version++;
    } catch (error) {
      this.#patches.delete(id);
      if (this.#shown.has(id)) this.#report(error);
    }
  }

  async #loadPart(rect: Rect): Promise<void> {
    this.#partFetch?.abort();
    const stop = new AbortController();
    this.#partFetch = stop;
    try {
      const { x, y, width, height } = rect;
      const picture = await fetchPicture(cropUrl(this.#info.id, x, y, width, height), stop.signal);
      this.#part?.picture.close();
      this.#part = { rect, picture };
      this.#version++;
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (error instanceof PictureError) this.#onError(error.info);
    else if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}

function isLarge({ width, height }: Size): boolean {
  return width * height > previewPixels;
}
