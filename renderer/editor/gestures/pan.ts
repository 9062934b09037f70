import type { Viewport } from '../viewport.svelte.ts';
import type { Gesture, PointerPlace } from './gesture.ts';

/** Drags the photo along. */
export class PanGesture implements Gesture {
  readonly cursor = 'grabbing';
  readonly #viewport: Viewport;
  #at: PointerPlace;

  constructor(viewport: Viewport, from: PointerPlace) {
    this.#viewport = viewport;
    this.#at = from;
  }

  move(to: PointerPlace): void {
    this.#viewport.panBy(to.screen.x - this.#at.screen.x, to.screen.y - this.#at.screen.y);
    this.#at = to;
  }

  end(): void {}

  cancel(): void {}
}
