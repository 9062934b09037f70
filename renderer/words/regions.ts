import type { MaskedRegion } from '../../electron/ipc/document.ts';
import type { RegionAnalysis } from '../editor/analyses.svelte.ts';
import type { Language } from '../i18n/language.svelte.ts';
import { confidenceKey, damageWords, kindWords } from './damage.ts';
import { errorWords } from './errors.ts';
import { foundWords } from './found.ts';

export interface RegionWords {
  readonly title: string;
  /** How sure that is, or what follows from it. */
  readonly note: string | undefined;
}

/**
 * What is wrong in a region, as far as it is known.
 * @param isSound the last repair left the region alone
 */
export function regionWords(
  language: Language,
  region: MaskedRegion,
  analysis: RegionAnalysis | undefined,
  isSound: boolean,
): RegionWords {
  const { t } = language;
  const { damage } = region;
  if (isSound) return { title: t('region.left-alone'), note: undefined };
  if (region.found !== undefined && typeof damage !== 'string') {
    return { title: foundWords(t, { kind: region.found, damage }), note: t('whole:found.looked') };
  }
  if (typeof damage !== 'string') return { title: damageWords(t, damage), note: t('region.by-hand') };
  if (damage !== 'auto') {
    const measured = measureOf(damage, analysis);
    return {
      title: measured === undefined ? kindWords(t, damage) : damageWords(t, measured),
      note: t('region.by-hand'),
    };
  }
  switch (analysis?.state) {
    case undefined:
    case 'running':
      return { title: t('region.looking'), note: undefined };
    case 'failed':
      return { title: t('region.unknown'), note: errorWords(language, analysis.error).message };
    case 'done': {
      const { found } = analysis.analysis;
      return found === null
        ? { title: t('region.sound'), note: undefined }
        : { title: damageWords(t, found.damage), note: t(confidenceKey(found.confidence)) };
    }
  }
}

/** What analysis measured for a kind of damage, whether it is the likeliest or not. */
export function measureOf(kind: string, analysis: RegionAnalysis | undefined) {
  if (analysis?.state !== 'done') return undefined;
  return analysis.analysis.candidates.find(({ damage }) => damage.kind === kind)?.damage;
}
