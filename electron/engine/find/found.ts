import type { Damage } from '../damage/kinds.ts';
import type { Rect } from '../pixels/planes.ts';

export const foundKinds = ['stain', 'scratch', 'dust', 'mosaic', 'blur'] as const;
export type FoundKind = (typeof foundKinds)[number];

/** A damaged part of a whole photo; may be handed to `restore` as it is. */
export interface FoundRegion {
  /** What it looks like. */
  readonly kind: FoundKind;
  /** In pixels of the upright photo. */
  readonly rect: Rect;
  /** `mask[y * rect.width + x]`, 0 or 255; without it the whole rectangle is damaged. */
  readonly mask?: Uint8Array;
  /**
   * How to repair it: `fill` with the exact mask for stains, scratches and dust; mosaics and blurs with their measure
   * (a grid's offsets count from the rectangle's corner).
   */
  readonly damage: Damage;
  /** 0..1. */
  readonly confidence: number;
}

/** From this certainty on, what was found counts as damage. */
export const leastCertainty = 0.5;

/**
 * How certain a region is damage on a scale that is the same for all kinds, 0..1: {@link leastCertainty} where its
 * confidence just suffices. What suffices differs from kind to kind and from network to network.
 */
export function certaintyOf(confidence: number, least: number): number {
  if (confidence < least) return (leastCertainty * confidence) / least;
  return least >= 1 ? 1 : leastCertainty + ((1 - leastCertainty) * (confidence - least)) / (1 - least);
}
