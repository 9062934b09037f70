/**
 * When a mark that a network made in a whole photo counts as damage. Belongs to one network, in whose manifest it
 * stands; `photomend evaluate FOLDER --find --tune` measures it.
 */
export interface FindThresholds {
  /** Logit from which a pixel may be damaged. */
  readonly likelyLogit: number;
  /**
   * Weights of a mark's log odds: constant, mean logit and greatest logit above `likelyLogit`, logarithms of its area,
   * extent and thickness in pixels; then its relief: ten times its ridge, consistency, ten times its unevenness.
   */
  readonly weights: readonly number[];
  /** A photo is left alone unless one of its marks is at least so certain, 0..1. */
  readonly gate: number;
  /** In a photo that passed the gate, marks of at least this confidence count. */
  readonly least: { readonly stain: number; readonly scratch: number; readonly dust: number };
}

/** For networks whose manifest says nothing: cautious. */
export const cautiousThresholds: FindThresholds = {
  likelyLogit: 1,
  weights: [-4, 0.14, 1.22, -2.55, 2.93, 0.72, 0, 0, 0],
  gate: 0.9,
  least: { stain: 0.7, scratch: 0.7, dust: 0.8 },
};
