import type { Planes } from '../../engine/pixels/planes.ts';

/**
 * How training pairs are made: `article` as the article on undoing mosaics does, `detail` for the network that adds
 * what blurs and mosaics took, `fill` for the network that corrects what filled pixels show, `defects` for the network
 * that finds stains and scratches.
 */
export type Recipe = 'article' | 'detail' | 'fill' | 'defects';

/** A decoded photo: interleaved 8-bit RGB, upright. */
export interface RgbPhoto {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One training pair of `sizePx` squared; layouts [C, H, W]. */
export interface Sample {
  readonly input: Float32Array;
  readonly target: Float32Array;
  /** Where the loss counts, 0..1, one channel. */
  readonly mask: Float32Array;
  /** How much the sample's mean error counts in the loss. */
  readonly weight: number;
  /** For people to look at: RGB, 0..1. */
  readonly damaged: Planes;
  readonly original: Planes;
}

/** Channels that a recipe's input and target have. */
export const recipeChannels: Readonly<Record<Recipe, { input: number; target: number }>> = {
  article: { input: 3, target: 3 },
  detail: { input: 6, target: 3 },
  fill: { input: 6, target: 3 },
  defects: { input: 4, target: 1 },
};
