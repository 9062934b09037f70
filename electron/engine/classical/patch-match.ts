import type { Random } from '../pixels/random.ts';

/** Patches are squares of this many pixels to each side of their centre. */
export const patchRadiusPx = 3;
const side = 2 * patchRadiusPx + 1;

/** A picture whose hole is being filled: RGB interleaved, `rgb[3 * (y * width + x) + c]`. */
export interface HolePicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
  /** 1 on the pixels to fill. */
  readonly hole: Uint8Array;
}

/** For patches that reach into the hole, by their centres: the whole patch elsewhere that is most like each. */
export interface PatchField {
  /** Centres of the patches that reach into the hole and lie in the picture. */
  readonly targets: Int32Array;
  /** 1 on centres of patches without a pixel of the hole. */
  readonly isSource: Uint8Array;
  /** The source's centre for each target's; -1 elsewhere. */
  readonly nearest: Int32Array;
  /** Sum of squared differences between the two. */
  readonly distance: Float32Array;
}

/**
 * A field in which every target has a source by chance, or the one that `guess` proposes.
 * @param guess a centre, which need not be one of a source
 * @returns undefined where the picture has no source
 */
export function startField(
  picture: HolePicture,
  random: Random,
  guess: (target: number) => number | undefined,
): PatchField | undefined {
  const { width, height, hole } = picture;
  const holes = countsAround(hole, width, height);
  const targets: number[] = [];
  const sources: number[] = [];
  const isSource = new Uint8Array(hole.length);
  for (let y = patchRadiusPx; y < height - patchRadiusPx; y++) {
    for (let x = patchRadiusPx; x < width - patchRadiusPx; x++) {
      const at = y * width + x;
      if (holes(x, y) > 0) targets.push(at);
      else {
        sources.push(at);
        isSource[at] = 1;
      }
    }
  }
  if (sources.length === 0) return undefined;
  const nearest = new Int32Array(hole.length).fill(-1);
  for (const target of targets) {
    const guessed = guess(target);
    const isGood = guessed !== undefined && isSource[guessed] === 1;
    nearest[target] = isGood ? guessed : sources[random.integer(0, sources.length)];
  }
  return {
    targets: Int32Array.from(targets),
    isSource,
    nearest,
    distance: new Float32Array(hole.length),
  };
}

/** How many marked pixels a patch around (x, y) holds. */
function countsAround(marked: Uint8Array, width: number, height: number): (x: number, y: number) => number {
  const across = width + 1;
  const sums = new Int32Array(across * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += marked[y * width + x];
      sums[(y + 1) * across + x + 1] = sums[y * across + x + 1] + row;
    }
  }
  return (x, y) => {
    const [left, right] = [x - patchRadiusPx, x + patchRadiusPx + 1];
    const top = (y - patchRadiusPx) * across;
    const bottom = (y + patchRadiusPx + 1) * across;
    return sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
  };
}

/** Sum of squared differences of two patches; given up, with a number too small, from `limit` on. */
function difference({ width, rgb }: HolePicture, a: number, b: number, limit: number): number {
  let sum = 0;
  for (let row = -patchRadiusPx * width; row <= patchRadiusPx * width; row += width) {
    const from = 3 * (a + row - patchRadiusPx);
    const to = 3 * (b + row - patchRadiusPx);
    for (let i = 0; i < 3 * side; i++) {
      const apart = rgb[from + i] - rgb[to + i];
      sum += apart * apart;
    }
    if (sum >= limit) return sum;
  }
  return sum;
}

/**
 * Improves a field in place: sources of neighbours, moved along, and others at random, ever nearer to the best one
 * (Barnes, Shechtman, Finkelstein and Goldman, "PatchMatch", SIGGRAPH 2009).
 */
export function improveField(picture: HolePicture, field: PatchField, passes: number, random: Random): void {
  const { width, height } = picture;
  const { targets, isSource, nearest, distance } = field;
  for (const target of targets) {
    distance[target] = difference(picture, target, nearest[target], Number.POSITIVE_INFINITY);
  }
  for (let pass = 0; pass < passes; pass++) {
    const isForward = pass % 2 === 0;
    const step = isForward ? 1 : -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targets[isForward ? k : targets.length - 1 - k];
      let best = nearest[target];
      let least = distance[target];
      const consider = (source: number) => {
        if (isSource[source] !== 1 || source === best) return;
        const apart = difference(picture, target, source, least);
        if (apart >= least) return;
        least = apart;
        best = source;
      };
      for (const way of [step, step * width]) {
        const beside = nearest[target - way];
        if (beside >= 0) consider(beside + way);
      }
      for (let reach = Math.max(width, height); reach >= 1; reach >>= 1) {
        const x = (best % width) + Math.floor((2 * random.next() - 1) * reach);
        const y = Math.floor(best / width) + Math.floor((2 * random.next() - 1) * reach);
        if (x >= 0 && y >= 0 && x < width && y < height) consider(y * width + x);
      }
      nearest[target] = best;
      distance[target] = least;
    }
  }
}
