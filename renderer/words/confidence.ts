import type { Confidence } from '../../electron/ipc/contract.ts';
import type { Language } from '../i18n/language.svelte.ts';
import { pixels } from './damage.ts';

export interface ConfidenceWords {
  /** One or two words. */
  readonly mark: string;
  /** What stands behind them. */
  readonly sentence: string;
}

/** How far a repair can be trusted, and why. */
export function confidenceWords(t: Language['t'], confidence: Confidence): ConfidenceWords {
  const mark = t(`trust.${confidence.level}`);
  if (confidence.check === 'continued') {
    const reach = t(`trust.continued-${confidence.level}`, {
      px: Math.max(1, Math.round(confidence.reachPx)),
    });
    return { mark, sentence: reach };
  }
  const differs = confidence.differs < 0.1 ? '0.1' : pixels(confidence.differs);
  return { mark, sentence: `${t('trust.again', { differs })} ${t(`trust.detail-${confidence.level}`)}` };
}
