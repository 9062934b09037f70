import { type ByMarkKind, type MarkKind, markKinds } from './mark-kinds.ts';

/**
 * When a mark that a network made in a whole photo counts as damage. Belongs to one network, in whose manifest it
 * stands; `photomend evaluate FOLDER --find --tune` measures it.
 */
export interface FindThresholds {
  /** Logit from which a pixel may be damaged. */
  readonly likelyLogit: number;
  /** Mean logit along a line from which the line's pixels may be a scratch, though each by itself is too faint. */
  readonly likelyLine: number;
  /**
   * Weights of a mark's log odds: constant, mean logit and greatest logit above `likelyLogit`, logarithms of its area,
   * extent and thickness in pixels; its relief: ten times its ridge, consistency, ten times its unevenness; mean and
   * greatest support by lines through its pixels.
   */
  readonly weights: ByMarkKind<readonly number[]>;
  /** A photo is left alone unless {@link gateMarks} of its marks of a kind are at least so certain, 0..1. */
  readonly gate: ByMarkKind<number>;
  /** In a photo that passed the gate, marks of at least this confidence count. */
  readonly least: ByMarkKind<number>;
}

/** One scratch or stain spoils a photo; one speck may be anything, dust never comes alone. */
export const gateMarks: ByMarkKind<number> = { stain: 1, scratch: 1, dust: 5 };

/** Whether marks show beyond doubt that a photo is damaged. */
export function passesGate(
  marks: readonly { readonly kind: MarkKind; readonly confidence: number }[],
  gate: ByMarkKind<number>,
): boolean {
  const sure = marks.filter(({ kind, confidence }) => confidence >= gate[kind]);
  return markKinds.some((kind) => sure.filter((mark) => mark.kind === kind).length >= gateMarks[kind]);
}

const cautiousWeights = [-4, 0.14, 1.22, -2.55, 2.93, 0.72, 0, 0, 0, 0, 0];

/** For networks whose manifest says nothing: cautious. */
export const cautiousThresholds: FindThresholds = {
  likelyLogit: 1,
  likelyLine: 1,
  weights: { stain: cautiousWeights, scratch: cautiousWeights, dust: cautiousWeights },
  gate: { stain: 0.9, scratch: 0.9, dust: 0.9 },
  least: { stain: 0.7, scratch: 0.7, dust: 0.8 },
};
