import i18next, { type i18n } from 'i18next';
import english from '../../resources/locales/en/desktop.json' with { type: 'json' };
import chinese from '../../resources/locales/zh-CN/desktop.json' with { type: 'json' };
import type { Settings } from '../ipc/settings.ts';

export type Language = 'en' | 'zh-CN';

/** The language to show: the chosen one, else the first of the system's that there is. */
export function languageFor(chosen: Settings['language'], preferred: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  for (const language of preferred) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

/** Plural forms are chosen by `count`. */
type WithoutPlural<Key> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;
export type Translate = (
  key: WithoutPlural<keyof typeof english>,
  values?: Record<string, string | number>,
) => string;

/** Words of menus and system dialogs. */
export async function translations(language: Language): Promise<{
  readonly t: Translate;
  change(language: Language): Promise<void>;
}> {
  const instance: i18n = i18next.createInstance();
  await instance.init({
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'desktop',
    keySeparator: false,
    interpolation: { escapeValue: false },
    resources: { en: { desktop: english }, 'zh-CN': { desktop: chinese } },
  });
  return {
    t: (key, values) => instance.t(key, values ?? {}),
    change: async (its) => {
      await instance.changeLanguage(its);
    },
  };
}
