/** Numbers of photos in the order in which they are to be done. */
export class Queue {
  #waiting: number[];

  constructor(numbers: readonly number[]) {
    this.#waiting = [...numbers];
  }

  get length(): number {
    return this.#waiting.length;
  }

  get list(): readonly number[] {
    return this.#waiting;
  }

  take(): number | undefined {
    return this.#waiting.shift();
  }

  add(n: number): void {
    if (!this.#waiting.includes(n)) this.#waiting.push(n);
  }

  /** @returns whether it was there */
  remove(n: number): boolean {
    const at = this.#waiting.indexOf(n);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /** Puts some ahead of another one, or at the end. One that has been taken out meanwhile was the first. */
  move(numbers: readonly number[], before: number | undefined): void {
    const moved = new Set(numbers.filter((n) => this.#waiting.includes(n)));
    const rest = this.#waiting.filter((n) => !moved.has(n));
    const at = before === undefined ? rest.length : Math.max(0, rest.indexOf(before));
    rest.splice(at, 0, ...moved);
    this.#waiting = rest;
  }
}
