import type { Masks } from '../masks/masks.svelte.ts';
import type { Stroke } from '../masks/stroke.ts';
import type { Gesture, PointerPlace } from './gesture.ts';

/** Paints on a region's mask, or makes a new region of what is painted. */
export class PaintMaskGesture implements Gesture {
  readonly cursor = 'none';
  readonly #masks: Masks;
  readonly #stroke: ReturnType<Masks['begin']>;

  constructor(masks: Masks, regionId: string | undefined, mode: Stroke['mode'], from: PointerPlace) {
    this.#masks = masks;
    this.#stroke = masks.begin(regionId, mode, from.photo);
  }

  move(to: PointerPlace): void {
    this.#masks.extend(this.#stroke, to.photo);
  }

  end(): void {
    this.#masks.finish(this.#stroke);
  }

  cancel(): void {
    this.#masks.drop(this.#stroke);
  }
}
