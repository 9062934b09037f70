import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import { type Point, type Rect, sameRect } from '../geometry.ts';
import type { PhotoSession } from '../photo-session.svelte.ts';
import {
  contextOf,
  createFullMask,
  createMask,
  decodeMask,
  encodeMask,
  isEmpty,
  type MaskCanvas,
  movedMask,
} from './mask-image.ts';
import { extendStroke, paintStroke, rectAfterStroke, type Stroke } from './stroke.ts';

/** A mask as it is shown. */
export interface ShownMask {
  readonly rect: Rect;
  /** Undefined where the whole rectangle counts. */
  readonly mask: MaskCanvas | undefined;
}

/** A stroke that has not reached the document yet. */
interface OpenStroke {
  readonly regionId: string;
  /** The region is made by this stroke, or by one before it that is on its way. */
  readonly makesRegion: boolean;
  stroke: Stroke;
}

/** Masks of a photo's regions as pictures, and the strokes that change them. */
export class Masks {
  readonly #session: PhotoSession;
  readonly #decoded = new Map<string, { readonly base64: string; canvas: MaskCanvas | undefined }>();
  #open: readonly OpenStroke[] = [];
  #version = $state(0);
  /** Strokes reach the document in their order. */
  #queue: Promise<void> = Promise.resolve();

  constructor(session: PhotoSession) {
    this.#session = session;
  }

  /** Changes whenever there is something new to draw. */
  get version(): number {
    return this.#version;
  }

  /** Strokes that are not part of a mask yet, with the region they will belong to. */
  get open(): readonly { readonly regionId: string; readonly stroke: Stroke }[] {
    return this.#open;
  }

  /** The mask of a region; undefined while it is being decoded. */
  shown({ id, rect, mask }: MaskedRegion): ShownMask | undefined {
    if (mask === undefined) return { rect, mask: undefined };
    const known = this.#decoded.get(id);
    if (known?.base64 === mask) {
      return known.canvas && { rect, mask: known.canvas };
    }
    const entry: { base64: string; canvas: MaskCanvas | undefined } = { base64: mask, canvas: undefined };
    this.#decoded.set(id, entry);
    void decodeMask(mask, rect).then(
      (canvas) => {
        entry.canvas = canvas;
        this.#version++;
      },
      // The engine says so when the region is used.
      () => undefined,
    );
    return undefined;
  }

  /** Lets go of the masks of regions that are no longer there. */
  retain(regions: readonly MaskedRegion[]): void {
    for (const id of this.#decoded.keys()) {
      if (!regions.some((region) => region.id === id)) this.#decoded.delete(id);
    }
  }

  /** Begins a stroke on a region, or on a new one; strokes in quick succession share the new one. */
  begin(regionId: string | undefined, mode: Stroke['mode'], at: Point): OpenStroke {
    const coming = this.#open.findLast(({ makesRegion }) => makesRegion)?.regionId;
    const open = {
      regionId: regionId ?? coming ?? crypto.randomUUID(),
      makesRegion: regionId === undefined,
      stroke: { mode, sizePx: this.#session.brushSizePx, points: [at] },
    };
    this.#open = [...this.#open, open];
    this.#version++;
    return open;
  }

  extend(open: OpenStroke, to: Point): void {
    open.stroke = extendStroke(open.stroke, to);
    this.#version++;
  }

  drop(open: OpenStroke): void {
    this.#open = this.#open.filter((other) => other !== open);
    this.#version++;
  }

  /** Puts a finished stroke into its region's mask, and that into the document. */
  finish(open: OpenStroke): void {
    this.#queue = this.#queue
      .then(() => this.#apply(open))
      .catch(() => {
        const message = 'What was painted in this region cannot be read.';
        this.#session.reportError({ code: 'region/bad-mask', message, data: {} });
      })
      .finally(() => this.drop(open));
    this.#session.awaitMask(this.#queue);
  }

  async #apply({ regionId, makesRegion, stroke }: OpenStroke): Promise<void> {
    const session = this.#session;
    const region = session.region(regionId);
    if (region === undefined && !makesRegion) return;
    const rect = rectAfterStroke(region?.rect, stroke, session.info);
    if (rect === undefined) return;
    const isCoveredAlready = region !== undefined && region.mask === undefined && stroke.mode === 'brush';
    if (isCoveredAlready && sameRect(rect, region.rect)) return;
    const mask = await this.#startOf(region, rect);
    const context = contextOf(mask);
    context.translate(-rect.x, -rect.y);
    paintStroke(context, stroke);
    context.resetTransform();
    if ((region === undefined || stroke.mode === 'erase') && isEmpty(mask)) {
      session.deleteRegion(regionId);
      return;
    }
    const base64 = await encodeMask(mask);
    this.#decoded.set(regionId, { base64, canvas: mask });
    if (region === undefined) session.addRegion(rect, base64, regionId);
    else session.changeRegion(regionId, { rect, mask: base64 });
  }

  /** The region's mask as it is, in a canvas of its own and of the new rectangle's size. */
  async #startOf(region: MaskedRegion | undefined, rect: Rect): Promise<MaskCanvas> {
    if (region === undefined) return createMask(rect);
    if (region.mask === undefined) return movedMask(createFullMask(region.rect), region.rect, rect);
    const known = this.#decoded.get(region.id);
    const before = known?.base64 === region.mask ? known.canvas : undefined;
    return movedMask(before ?? (await decodeMask(region.mask, region.rect)), region.rect, rect);
  }
}
