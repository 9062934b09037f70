import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import { dragHandle, type Handle, type Rect } from '../geometry.ts';
import { handlePlace } from '../hit-test.ts';
import type { PhotoSession } from '../photo-session.svelte.ts';
import type { Gesture, PointerPlace } from './gesture.ts';

/** Drags a handle; it keeps its distance from the pointer. */
export class ResizeRegionGesture implements Gesture {
  readonly cursor: string;
  readonly #session: PhotoSession;
  readonly #id: string;
  readonly #before: Rect;
  readonly #handle: Handle;
  readonly #gripX: number;
  readonly #gripY: number;

  constructor(session: PhotoSession, { id, rect }: MaskedRegion, handle: Handle, from: PointerPlace) {
    this.#session = session;
    this.#id = id;
    this.#before = rect;
    this.#handle = handle;
    this.cursor = cursorOf(handle);
    const place = handlePlace(handle);
    this.#gripX = rect.x + place.x * rect.width - from.photo.x;
    this.#gripY = rect.y + place.y * rect.height - from.photo.y;
    session.beginGesture();
  }

  move(to: PointerPlace): void {
    const { info } = this.#session;
    const at = { x: to.photo.x + this.#gripX, y: to.photo.y + this.#gripY };
    const rect = dragHandle(this.#before, this.#handle, at, info, to.shift);
    this.#session.changeRegion(this.#id, { rect });
  }

  end(): void {
    this.#session.endGesture();
  }

  cancel(): void {
    this.#session.cancelGesture();
  }
}

export function cursorOf({ x, y }: Handle): string {
  if (x === 0) return 'ns-resize';
  if (y === 0) return 'ew-resize';
  return x === y ? 'nwse-resize' : 'nesw-resize';
}
