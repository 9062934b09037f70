import type { Language, TextKey } from '../i18n/language.svelte.ts';

/** The engine says in English how a repair went; this is told again in the person's language. */
const notices: readonly (readonly [RegExp, TextKey])[] = [
  [/provider-failed|failed: going on with the processor/, 'notice.processor'],
  [/cannot load the model: going on with the processor/, 'notice.processor'],
  [/Too much for .* at once/, 'notice.smaller-tiles'],
];

/** What a person should know about how a repair went; what is not known stays as it is. */
export function noticeWords(t: Language['t'], notice: string): string {
  const key = notices.find(([pattern]) => pattern.test(notice))?.[1];
  return key === undefined ? notice : t(key);
}
