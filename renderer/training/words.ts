import type { TrainingNotice } from '../../electron/training/events.ts';
import type { LanguageCode, TextKey, TextValues } from '../i18n/language.svelte.ts';

/** How long a training takes: the largest unit that says something. */
export function longDuration(seconds: number, language: LanguageCode): string {
  const [unit, divisor] =
    seconds < 90
      ? (['second', 1] as const)
      : seconds < 5400
        ? (['minute', 60] as const)
        : seconds < 172_800
          ? (['hour', 3600] as const)
          : (['day', 86_400] as const);
  const value = seconds / divisor;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: value < 10 && unit !== 'second' ? 1 : 0,
  }).format(value);
}

/** A case of the verdict, `blur:3` and the like, as a text's key and values. */
export function caseWords(name: string): { readonly key: TextKey; readonly values: TextValues } {
  const [kind, strength = ''] = name.split(':');
  const known = ['blur', 'mosaic', 'ink', 'scratch', 'fill'] as const;
  const found = known.find((its) => its === kind) ?? 'fill';
  return { key: `training:case.${found}`, values: { strength } };
}

type Notice = TrainingNotice | { readonly code: 'restarted' };

export function noticeWords(notice: Notice): { readonly key: TextKey; readonly values: TextValues } {
  switch (notice.code) {
    case 'batch-in-parts':
      return {
        key: notice.batchNorm ? 'training:notice.batch-in-parts-norm' : 'training:notice.batch-in-parts',
        values: { parts: notice.parts },
      };
    case 'on-processor':
      return { key: 'training:notice.on-processor', values: {} };
    case 'rate-halved':
      return {
        key: 'training:notice.rate-halved',
        values: { step: notice.step, percent: Math.round(100 * notice.rateFactor) },
      };
    case 'not-saved':
      return notice.diskFull
        ? { key: 'training:notice.not-saved-full', values: {} }
        : { key: 'training:notice.not-saved-other', values: { message: notice.message } };
    case 'saved-again':
      return { key: 'training:notice.saved-again', values: {} };
    case 'restarted':
      return { key: 'training:notice.restarted', values: {} };
  }
}
