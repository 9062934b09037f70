/** How well straight lines of evidence run through the pixels of a picture. */
export interface LineSupport {
  /** The mean logit along the best line through a pixel, -4..4. */
  at(x: number, y: number): number;
}

/** One direction after the other, so that a caller can let others work in between. */
export interface LineSearch {
  readonly directions: number;
  run(direction: number): void;
  result(): LineSupport;
}

/** Evidence beyond these logits counts no more: one sure pixel must not make a line, one gap must not break it. */
const mostLogit = 4;
/** Lines are looked at so far to both sides of a pixel. */
const reachPx = 80;
/** Directions in half a turn: at the end of its reach a line is then at most a pixel and a half off. */
const directionCount = 64;
/** Steps of a logit in the cells' integers. */
const scale = 8;
/** What lies beyond the picture's border. */
const outside = -2 * scale;

/**
 * Looks for straight lines in a map of logits: a scratch that is faint everywhere is sure as a whole, a bright speck is
 * not one. Sums along digital lines in all directions (a Radon transform of short pieces; compare Galun, Basri and
 * Brandt, "Multiscale edge detection and fiber enhancement using differences of oriented means", ICCV 2007), on cells of
 * 2x2 pixels, each as sure as its surest pixel.
 * @param logitAt of the pixel `y * width + x`
 */
export function planLineSearch(
  width: number,
  height: number,
  logitAt: (index: number) => number,
): LineSearch {
  const cells = pool(width, height, logitAt);
  const turned = transpose(cells);
  const best = new Int8Array(cells.data.length).fill(-mostLogit * scale);
  const bestTurned = new Int8Array(cells.data.length).fill(-mostLogit * scale);
  return {
    directions: directionCount,
    run(direction) {
      const angle = (Math.PI * direction) / directionCount;
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      if (Math.abs(dx) >= Math.abs(dy)) sweep(cells, dy / dx, Math.abs(dx), best);
      else sweep(turned, dx / dy, Math.abs(dy), bestTurned);
    },
    result() {
      const { width: across, height: down } = cells;
      return {
        at(x, y) {
          const [u, v] = [x >> 1, y >> 1];
          return Math.max(best[v * across + u], bestTurned[u * down + v]) / scale;
        },
      };
    },
  };
}

/** All of a line search at once. */
export function lineSupport(width: number, height: number, logitAt: (index: number) => number): LineSupport {
  const search = planLineSearch(width, height, logitAt);
  for (let direction = 0; direction < search.directions; direction++) search.run(direction);
  return search.result();
}

interface Cells {
  readonly width: number;
  readonly height: number;
  readonly data: Int8Array;
}

function pool(width: number, height: number, logitAt: (index: number) => number): Cells {
  const [across, down] = [(width + 1) >> 1, (height + 1) >> 1];
  const data = new Int8Array(across * down).fill(-mostLogit * scale);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const logit = Math.round(scale * Math.min(mostLogit, logitAt(y * width + x)));
      const cell = (y >> 1) * across + (x >> 1);
      if (logit > data[cell]) data[cell] = logit;
    }
  }
  return { width: across, height: down, data };
}

function transpose({ width, height, data }: Cells): Cells {
  const turned = new Int8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + y] = data[y * width + x];
  }
  return { width: height, height: width, data: turned };
}

/**
 * The means along all lines of one slope (-1..1), into `best` where they are higher.
 * @param shrink how much shorter than along the line its steps are
 */
function sweep({ width, height, data }: Cells, slope: number, shrink: number, best: Int8Array): void {
  const reach = Math.max(1, Math.round((reachPx / 2) * shrink));
  const count = 2 * reach + 1;
  const line = new Int8Array(width + count);
  const offsets = Int32Array.from({ length: width }, (_, x) => Math.round(x * slope));
  const [lowest, highest] = slope < 0 ? [offsets[width - 1], 0] : [0, offsets[width - 1]];
  for (let start = -highest; start < height - lowest; start++) {
    // Where the line lies in the picture.
    let from = 0;
    let to = width - 1;
    while (from <= to && (start + offsets[from] < 0 || start + offsets[from] >= height)) from++;
    while (to >= from && (start + offsets[to] < 0 || start + offsets[to] >= height)) to--;
    if (from > to) continue;
    // The line's values, with what lies beyond it on both sides.
    line.fill(outside, 0, to - from + count);
    for (let x = from; x <= to; x++) line[reach + x - from] = data[(start + offsets[x]) * width + x];
    let sum = 0;
    for (let i = 0; i < count - 1; i++) sum += line[i];
    for (let x = from; x <= to; x++) {
      sum += line[x - from + count - 1];
      const at = (start + offsets[x]) * width + x;
      const mean = Math.round(sum / count);
      if (mean > best[at]) best[at] = mean;
      sum -= line[x - from];
    }
  }
}
