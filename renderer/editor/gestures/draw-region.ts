import { repairedPlaces } from '../edits.ts';
import { rectFromDrag } from '../geometry.ts';
import { smallestAround } from '../hit-test.ts';
import type { PhotoSession } from '../photo-session.svelte.ts';
import { type Gesture, isClick, type PointerPlace } from './gesture.ts';

/** Draws a new rectangle. A click instead deselects, or selects the proposal or the restoration under it. */
export class DrawRegionGesture implements Gesture {
  readonly cursor = 'crosshair';
  readonly #session: PhotoSession;
  readonly #from: PointerPlace;
  #isDrawing = false;
  #drawn: string | undefined;

  constructor(session: PhotoSession, from: PointerPlace) {
    this.#session = session;
    this.#from = from;
  }

  move(to: PointerPlace): void {
    const session = this.#session;
    const rect = rectFromDrag(this.#from.photo, to.photo, session.info, to.shift);
    if (!this.#isDrawing) {
      if (isClick(this.#from, to)) return;
      this.#isDrawing = true;
      session.beginGesture();
      this.#drawn = session.addRegion(rect);
    } else if (this.#drawn !== undefined) {
      session.changeRegion(this.#drawn, { rect });
    }
  }

  end(): void {
    const session = this.#session;
    if (this.#isDrawing) {
      session.endGesture();
    } else if (!this.#from.mod && !this.#from.shift) {
      const at = this.#from.photo;
      const { finding } = session.whole;
      const proposal = smallestAround(
        finding.shown.map(({ id, rect }) => ({ rect, value: id })),
        at,
      );
      session.select(undefined);
      finding.select(proposal);
      if (proposal !== undefined) session.panelPart = 'regions';
      else session.selectedEditId = smallestAround(repairedPlaces(session.document.edits), at);
    }
  }

  cancel(): void {
    if (this.#isDrawing) this.#session.cancelGesture();
  }
}
