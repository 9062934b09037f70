import { connectedComponents } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { colourDistance } from '../pixels/colour-distance.ts';
import { bridgeGaps } from './bridge-gaps.ts';
import { type Colour, colourAt, rgbOf } from './levels.ts';
import type { PaintedScene } from './painted-scene.ts';
import { isStroke, isThinLine, leastContrast, leastExcess, leastStroke } from './stroke-rules.ts';

/** Share of a line's pixels that must have its very colour: a JPEG's differ a little from each other. */
const exactShare = 0.8;
/** Gaps are closed over pixels that are nearer to the line's colour than this part of its contrast. */
const mostUnlike = 0.6;
/** The longest gap that is closed. */
const mostGapPx = 24;

/** A thin line of one colour: the pixels that it covers wholly. */
export interface SparseLine {
  readonly colour: Colour;
  readonly pixels: readonly number[];
}

/**
 * Finds thin lines with antialiased edges. Such a line covers few pixels wholly, now and then one, but on what was marked
 * they have one colour far more often than chance would have it.
 */
export class SparseLines {
  readonly #scene: PaintedScene;
  /** Which marked area a pixel is on, -1: none. */
  readonly #areaOf: Int32Array;
  readonly #areaSizes: readonly number[];

  constructor(scene: PaintedScene) {
    const { count, starts, pixels } = connectedComponents(scene.areas, scene.width, () => true);
    this.#scene = scene;
    this.#areaOf = new Int32Array(scene.areas.length).fill(-1);
    for (let k = 0; k < count; k++) {
      for (const at of pixels.subarray(starts[k], starts[k + 1])) this.#areaOf[at] = k;
    }
    this.#areaSizes = Array.from({ length: count }, (_, k) => starts[k + 1] - starts[k]);
  }

  /**
   * The wholly covered pixels of lines of one colour, line by line.
   * @param pixels those of the colour or nearly so
   * @param density how many of them there are per pixel where nothing is damaged
   */
  find(pixels: readonly number[], colour: Colour, density: number): number[][] {
    const { levels, width } = this.#scene;
    const onArea = new Map<number, number[]>();
    for (const at of pixels) {
      const area = this.#areaOf[at];
      if (area < 0) continue;
      const found = onArea.get(area);
      if (found === undefined) onArea.set(area, [at]);
      else found.push(at);
    }
    return [...onArea]
      .filter(([area, found]) => {
        if (found.length < Math.max(leastStroke, leastExcess * density * this.#areaSizes[area])) return false;
        const exact = found.filter((at) => colourAt(levels, at) === colour).length;
        return (
          exact >= exactShare * found.length &&
          isThinLine(found, width) &&
          isStroke(this.#scene, found, false, false)
        );
      })
      .map(([, found]) => found);
  }
}

/** Adds to `painted` what joins the pieces of lines; what was taken back of them since stays unpainted. */
export async function closeGaps(
  { width, window, background, region }: PaintedScene,
  lines: readonly SparseLine[],
  painted: Uint8Array,
  pause: Pause,
): Promise<void> {
  for (const { colour, pixels } of lines) {
    const paint = rgbOf(colour);
    const isMixture = (at: number) => {
      const contrast = colourDistance(background, at, paint);
      return (
        region.data[at] > 0 &&
        contrast >= leastContrast &&
        colourDistance(window, at, paint) < mostUnlike * contrast
      );
    };
    const left = pixels.filter((at) => painted[at] === 1);
    for (const at of bridgeGaps(width, window.height, left, isMixture, mostGapPx)) painted[at] = 1;
    await pause();
  }
}
