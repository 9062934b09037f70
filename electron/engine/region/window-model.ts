import type { Planes } from '../pixels/planes.ts';

/** A model that sees a whole window: (window RGB, mask) in, window RGB out. */
export interface WindowModel {
  readonly id: string;
  /**
   * `fill`: what it gives counts in the holes that the mask marks.
   * `remake`: it makes the picture of the region anew, whatever is wrong with it.
   */
  readonly use: 'fill' | 'remake';
  /** About how many runs a window takes, for progress. */
  runs(mask: Planes): number;
  /** @param mask [1, H, W]; above 0 is to be filled or made anew */
  run(window: Planes, mask: Planes, runDone: () => Promise<void>): Promise<Planes>;
}
