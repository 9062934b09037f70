import type { Planes } from '../pixels/planes.ts';

/** A picture in which paint of flat colours is looked for, and what is known of its damage. All of one size. */
export interface PaintedScene {
  readonly width: number;
  /** RGB, 0..1. */
  readonly window: Planes;
  /** The same in levels of 8 bit. */
  readonly levels: Uint8Array;
  /** The photo without what was marked, as its surroundings continue it. */
  readonly background: Planes;
  /** 1 where damage was marked, roughly. */
  readonly areas: Uint8Array;
  /** How likely each pixel is damaged, [1, H, W]. */
  readonly map: Planes;
  /** [1, H, W]; nothing outside is looked for. */
  readonly region: Planes;
  readonly regionPixels: number;
  /** The photo has grain: a flat blot cannot be its own. */
  readonly isGrainy: boolean;
}
