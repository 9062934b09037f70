import { forNear } from '../pixels/near.ts';

/** Groups scattered pixels of a picture by nearness, many times over with the same memory. */
export class StrokeFinder {
  readonly #width: number;
  readonly #height: number;
  /** 1 on the pixels that wait to be grouped. */
  readonly #waiting: Uint8Array;

  constructor(width: number, size: number) {
    this.#width = width;
    this.#height = size / width;
    this.#waiting = new Uint8Array(size);
  }

  /**
   * Pixels that hang together over gaps of less than `reachPx` (1: neighbours, corners too).
   * @param seeds some of the pixels: only what hangs together with one of them is looked for
   */
  strokes(pixels: readonly number[], reachPx: number, seeds: readonly number[]): number[][] {
    for (const at of pixels) this.#waiting[at] = 1;
    const found: number[][] = [];
    for (const seed of seeds) {
      if (this.#waiting[seed] === 0) continue;
      this.#waiting[seed] = 0;
      const stroke = [seed];
      for (let next = 0; next < stroke.length; next++) this.#takeNear(stroke[next], reachPx, stroke);
      found.push(stroke);
    }
    for (const at of pixels) this.#waiting[at] = 0;
    return found;
  }

  #takeNear(at: number, reachPx: number, stroke: number[]): void {
    forNear(at, this.#width, this.#height, reachPx, (near) => {
      if (this.#waiting[near] === 0) return;
      this.#waiting[near] = 0;
      stroke.push(near);
    });
  }
}
