/** How often each damage is made; a goal's choice. Recipes take the part that concerns them. */
export interface DamageMix {
  /** Share of blurs among blurs and mosaics (recipe `detail`), 0..1. */
  readonly blurShare: number;
  /** Shares of stains and of lines (scratches, dust, folds); what is left has both (recipe `defects`), 0..1. */
  readonly stainShare: number;
  readonly lineShare: number;
}

/** What the bundled networks were trained on. */
export const usualMix: DamageMix = { blurShare: 0.5, stainShare: 0.4, lineShare: 0.35 };
