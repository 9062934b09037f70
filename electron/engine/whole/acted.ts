import { planCleaning } from './cleaning.ts';
import type { WholeReport } from './restore-whole.ts';

/** Which steps changed a photo, and how much there was to put right. */
export interface ActedSteps {
  /** Places that were found and repaired. */
  readonly marks: number;
  /** 0..1: how faded it was; 0 where its tones were left alone. */
  readonly fading: number;
  /** Levels of 255 of the noise that was cleaned away, `null` where none was. */
  readonly noise: number | null;
  /** Quality 1..100 of the compression whose traces were cleaned away, `null` where none were. */
  readonly jpeg: number | null;
}

/** What was measured but not worth touching is no news. */
export function actedSteps({
  found,
  fading,
  noise,
  jpeg,
}: Pick<WholeReport, 'found' | 'fading' | 'noise' | 'jpeg'>): ActedSteps {
  const hasNoise = noise !== undefined && planCleaning(noise, undefined) !== undefined;
  const hasTraces = jpeg !== undefined && planCleaning(undefined, jpeg) !== undefined;
  return {
    marks: found.length,
    fading,
    noise: hasNoise ? Math.max(noise.luma, noise.chroma) : null,
    jpeg: hasTraces ? jpeg.quality : null,
  };
}
