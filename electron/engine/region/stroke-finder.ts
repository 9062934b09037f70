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

  /** Pixels that hang together over gaps of less than `reachPx` (1: neighbours, corners too). */
  strokes(pixels: readonly number[], reachPx: number): number[][] {
    for (const at of pixels) this.#waiting[at] = 1;
    const found: number[][] = [];
    for (const seed of pixels) {
      if (this.#waiting[seed] === 0) continue;
      this.#waiting[seed] = 0;
      const stroke = [seed];
      for (let next = 0; next < stroke.length; next++) this.#takeNear(stroke[next], reachPx, stroke);
      found.push(stroke);
    }
    return found;
  }

  #takeNear(at: number, reachPx: number, stroke: number[]): void {
    const x = at % this.#width;
    const y = (at - x) / this.#width;
    const right = Math.min(this.#width - 1, x + reachPx);
    const bottom = Math.min(this.#height - 1, y + reachPx);
    for (let v = Math.max(0, y - reachPx); v <= bottom; v++) {
      for (let u = Math.max(0, x - reachPx); u <= right; u++) {
        const near = v * this.#width + u;
        if (this.#waiting[near] === 0) continue;
        this.#waiting[near] = 0;
        stroke.push(near);
      }
    }
  }
}
