/** Pixels that hang together: `pixels[starts[k]]` up to `pixels[starts[k + 1]]` are those of component k. */
export interface Components {
  readonly count: number;
  readonly starts: Int32Array;
  readonly pixels: Int32Array;
}

/**
 * Groups the marked pixels (value above 0) of a width-wide picture by eight-neighbourhood.
 * @param alike whether two neighbouring marked pixels belong together
 */
export function connectedComponents(
  marked: Uint8Array,
  width: number,
  alike: (from: number, to: number) => boolean,
): Components {
  const height = marked.length / width;
  const seen = new Uint8Array(marked.length);
  const pixels = new Int32Array(marked.length);
  const starts: number[] = [0];
  let end = 0;
  for (let seed = 0; seed < marked.length; seed++) {
    if (marked[seed] === 0 || seen[seed] === 1) continue;
    seen[seed] = 1;
    pixels[end++] = seed;
    for (let next = starts[starts.length - 1]; next < end; next++) {
      const at = pixels[next];
      const y = Math.floor(at / width);
      const x = at - y * width;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const to = ny * width + nx;
          if (marked[to] === 0 || seen[to] === 1 || !alike(at, to)) continue;
          seen[to] = 1;
          pixels[end++] = to;
        }
      }
    }
    starts.push(end);
  }
  return { count: starts.length - 1, starts: Int32Array.from(starts), pixels: pixels.subarray(0, end) };
}

/** Marks every pixel within `radiusPx` (a square) of a marked one. */
export function dilate(marked: Uint8Array, width: number, radiusPx: number): Uint8Array {
  const height = marked.length / width;
  const rows = new Uint8Array(marked.length);
  const out = new Uint8Array(marked.length);
  for (let at = 0; at < marked.length; at++) {
    if (marked[at] === 0) continue;
    const x = at % width;
    rows.fill(1, at - Math.min(x, radiusPx), at + Math.min(width - 1 - x, radiusPx) + 1);
  }
  for (let at = 0; at < marked.length; at++) {
    if (rows[at] === 0) continue;
    const y = Math.floor(at / width);
    for (let ny = Math.max(0, y - radiusPx); ny <= Math.min(height - 1, y + radiusPx); ny++) {
      out[at + (ny - y) * width] = 1;
    }
  }
  return out;
}

/** Diagonal of the smallest rectangle around some pixels, in pixels. */
export function extentOf(pixels: ArrayLike<number>, width: number): number {
  let left = width;
  let right = 0;
  let top = Number.POSITIVE_INFINITY;
  let bottom = 0;
  for (let k = 0; k < pixels.length; k++) {
    const y = Math.floor(pixels[k] / width);
    const x = pixels[k] - y * width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return Math.hypot(right - left, bottom - top);
}
