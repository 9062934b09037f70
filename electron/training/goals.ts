import { type DamageMix, usualMix } from './dataset/mix.ts';
import type { PresetName } from './plan.ts';
import type { GoalName } from './runs/run-folder.ts';

/** What a goal in plain words means for the training. */
export interface Goal {
  readonly preset: PresetName;
  readonly mix: DamageMix;
  /** The bundled model that the training goes on from. */
  readonly startModel: string;
}

/** Of a preset's learning rate, for trainings that go on from a model that knows its work already. */
export const gentleRateShare = 0.2;

export const goals: Readonly<Record<GoalName, Goal>> = {
  /** Faces are mostly out of focus, seldom in squares. */
  portraits: { preset: 'photomend', mix: { ...usualMix, blurShare: 0.7 }, startModel: 'restorer' },
  /** Dust, hairs, scratches and folds rather than ink. */
  scans: {
    preset: 'defects',
    mix: { ...usualMix, stainShare: 0.15, lineShare: 0.65 },
    startModel: 'defects',
  },
  mosaics: { preset: 'photomend', mix: { ...usualMix, blurShare: 0.1 }, startModel: 'restorer' },
  general: { preset: 'photomend', mix: usualMix, startModel: 'restorer' },
};
