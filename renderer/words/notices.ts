import type { Language, TextKey } from '../i18n/language.svelte.ts';

const notices: Readonly<Record<string, TextKey>> = {
  'provider-failed': 'notice.processor',
  'smaller-tiles': 'notice.smaller-tiles',
  'invented-face': 'notice.invented-face',
};

/** What a person should know about how a repair went, from the engine's code; an unknown code stays as it is. */
export function noticeWords(t: Language['t'], notice: string): string {
  const key = notices[notice];
  return key === undefined ? notice : t(key);
}
