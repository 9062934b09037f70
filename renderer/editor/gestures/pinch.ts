import type { Point } from '../geometry.ts';
import type { Viewport } from '../viewport.svelte.ts';

/** Two fingers: the photo follows them. */
export class Pinch {
  readonly #viewport: Viewport;
  #middle: Point;
  #distance: number;

  constructor(viewport: Viewport, a: Point, b: Point) {
    this.#viewport = viewport;
    this.#middle = middleOf(a, b);
    this.#distance = distanceOf(a, b);
  }

  move(a: Point, b: Point): void {
    const middle = middleOf(a, b);
    const distance = distanceOf(a, b);
    this.#viewport.panBy(middle.x - this.#middle.x, middle.y - this.#middle.y);
    this.#viewport.zoomBy(distance / this.#distance, middle);
    this.#middle = middle;
    this.#distance = distance;
  }
}

function middleOf(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Never zero: it is divided by. */
function distanceOf(a: Point, b: Point): number {
  return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
}
