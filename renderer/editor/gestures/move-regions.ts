import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import type { PhotoSession } from '../photo-session.svelte.ts';
import { type Gesture, isClick, type PointerPlace } from './gesture.ts';

/** Moves the selected regions together. Pressing selects; with Ctrl, Cmd or Shift it adds to the selection. */
export class MoveRegionsGesture implements Gesture {
  readonly cursor = 'move';
  readonly #session: PhotoSession;
  readonly #pressed: MaskedRegion;
  readonly #from: PointerPlace;
  readonly #wasSelected: boolean;
  #isMoving = false;
  #movedX = 0;
  #movedY = 0;

  constructor(session: PhotoSession, pressed: MaskedRegion, from: PointerPlace) {
    this.#session = session;
    this.#pressed = pressed;
    this.#from = from;
    this.#wasSelected = session.selectedRegionIds.includes(pressed.id);
    if (!this.#wasSelected) session.select(pressed.id, this.#isAdditive);
  }

  move(to: PointerPlace): void {
    if (!this.#isMoving) {
      if (isClick(this.#from, to)) return;
      this.#isMoving = true;
      this.#session.beginGesture();
    }
    const before = this.#place();
    if (before === undefined) return;
    const wantedX = Math.round(to.photo.x - this.#from.photo.x);
    const wantedY = Math.round(to.photo.y - this.#from.photo.y);
    this.#session.moveSelected(wantedX - this.#movedX, wantedY - this.#movedY);
    const after = this.#place() ?? before;
    this.#movedX += after.x - before.x;
    this.#movedY += after.y - before.y;
  }

  end(): void {
    if (this.#isMoving) this.#session.endGesture();
    else if (this.#wasSelected) this.#session.select(this.#pressed.id, this.#isAdditive);
  }

  cancel(): void {
    if (this.#isMoving) this.#session.cancelGesture();
  }

  get #isAdditive(): boolean {
    return this.#from.mod || this.#from.shift;
  }

  #place() {
    return this.#session.region(this.#pressed.id)?.rect;
  }
}
