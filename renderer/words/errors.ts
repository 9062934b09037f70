import type { ErrorInfo } from '../../electron/ipc/contract.ts';
import type { Language } from '../i18n/language.svelte.ts';

export interface ErrorWords {
  readonly message: string;
  /** What the person can do next. */
  readonly hint: string | undefined;
}

/** An error in the person's language; errors without a translation keep their own words. */
export function errorWords(language: Language, { code, message, hint, data }: ErrorInfo): ErrorWords {
  const key = `errors:${code.replaceAll('/', '.')}`;
  if (!language.has(key)) return { message, hint };
  const hintKey = `${key}.hint`;
  return {
    message: language.t(key, data),
    hint: language.has(hintKey) ? language.t(hintKey, data) : undefined,
  };
}
