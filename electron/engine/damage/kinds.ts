/**
 * Where the blocks of a mosaic lie, in pixels of the window it describes.
 * Block (i, j) covers x in [offsetX + i * pitchX, offsetX + (i + 1) * pitchX), y likewise. Pitches may be
 * fractional (a mosaic that was resized afterwards); offsets are in [0, pitch).
 */
export interface MosaicGrid {
  readonly pitchX: number;
  readonly pitchY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** What is wrong inside a region, with the measure a restoration needs. */
export type Damage =
  | { readonly kind: 'blur'; readonly sigmaPx: number }
  | { readonly kind: 'mosaic'; readonly grid: MosaicGrid }
  | { readonly kind: 'stain' }
  /** `guessed` by analysis: there may be blots as well, which a person's own word rules out. */
  | { readonly kind: 'scratch'; readonly guessed?: true }
  | { readonly kind: 'fill' }
  /** A grey or faded picture that is to get colours; only a person can say so. */
  | { readonly kind: 'colour' };

export type DamageKind = Damage['kind'];
