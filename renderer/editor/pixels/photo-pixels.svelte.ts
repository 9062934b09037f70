import type { ErrorInfo, PhotoInfo } from '../../../electron/ipc/contract.ts';
import type { PhotoDocument } from '../../../electron/ipc/document.ts';
import { cropUrl, patchUrl, thumbnailUrl, viewUrl } from '../../../electron/ipc/urls.ts';
import { containsRect, type Rect, type Size } from '../geometry.ts';
import { fetchPicture, PictureError } from './fetch-picture.ts';
import { TiledPicture } from './tiled-picture.ts';

/** Patches kept for undo beside those of the document. */
const greatestIdlePatchCount = 40;
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
  readonly #patches = new Map<string, TiledPicture | 'coming'>();
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
    return patch === 'coming' ? undefined : patch;
  }

  /** Fetches the patches of a document, switched off or on, so that switching shows at once. */
  follow({ edits }: PhotoDocument): void {
    const wanted = new Set(edits.flatMap(({ patches }) => patches.map(({ id }) => id)));
    for (const id of wanted) if (!this.#patches.has(id)) void this.#loadPatch(id);
    const idle = [...this.#patches].filter(([id, patch]) => patch !== 'coming' && !wanted.has(id));
    for (const [id, patch] of idle.slice(0, -greatestIdlePatchCount)) {
      if (patch !== 'coming') patch.close();
      this.#patches.delete(id);
    }
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
    this.#partFetch?.abort();
    this.#stop.abort();
    this.#preview?.close();
    this.#part?.picture.close();
    this.#base?.close();
    for (const patch of this.#patches.values()) if (patch !== 'coming') patch.close();
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

  async #loadPatch(id: string): Promise<void> {
    const { signal } = this.#stop;
    this.#patches.set(id, 'coming');
    try {
      const picture = await fetchPicture(patchUrl(this.#info.id, id), signal);
      this.#patches.set(id, await TiledPicture.make(picture, signal));
      this.#version++;
    } catch (error) {
      this.#patches.delete(id);
      this.#report(error);
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
