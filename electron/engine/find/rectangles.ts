import type { Rect } from '../pixels/planes.ts';

/** Sums over rectangles of a table of zeros and ones, in constant time (summed-area table, Crow 1984). */
export class AreaSums {
  readonly columns: number;
  readonly rows: number;
  readonly #sums: Uint32Array;

  constructor(table: Uint8Array, columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#sums = new Uint32Array((columns + 1) * (rows + 1));
    for (let y = 0; y < rows; y++) {
      let row = 0;
      for (let x = 0; x < columns; x++) {
        row += table[y * columns + x];
        this.#sums[(y + 1) * (columns + 1) + x + 1] = this.#sums[y * (columns + 1) + x + 1] + row;
      }
    }
  }

  /** The sum within a rectangle that lies in the table. */
  within({ x, y, width, height }: Rect): number {
    const at = (u: number, v: number) => this.#sums[v * (this.columns + 1) + u];
    return at(x + width, y + height) - at(x, y + height) - at(x + width, y) + at(x, y);
  }
}

/**
 * The rectangles of ones that no other contains, both sides at least `leastSide`: for each row the bars of ones that
 * end there, whose rectangles a stack gives (the method of the largest rectangle under a histogram).
 */
export function maximalRectangles(
  table: Uint8Array,
  columns: number,
  rows: number,
  leastSide: number,
): Rect[] {
  const sums = new AreaSums(table, columns, rows);
  const heights = new Uint32Array(columns + 1);
  const found: Rect[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) heights[x] = table[y * columns + x] === 1 ? heights[x] + 1 : 0;
    const open: { x: number; height: number }[] = [];
    for (let x = 0; x <= columns; x++) {
      const height = x < columns ? heights[x] : 0;
      let from = x;
      for (let last = open.at(-1); last !== undefined && last.height > height; last = open.at(-1)) {
        open.pop();
        from = last.x;
        const width = x - from;
        if (width < leastSide || last.height < leastSide) continue;
        const box = { x: from, y: y - last.height + 1, width, height: last.height };
        // One that goes on below is met again in the next row.
        if (y + 1 < rows && sums.within({ x: from, y: y + 1, width, height: 1 }) === width) continue;
        found.push(box);
      }
      if (height > 0 && open.at(-1)?.height !== height) open.push({ x: from, height });
    }
  }
  return found;
}
