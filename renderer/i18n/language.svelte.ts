import i18next, { type i18n } from 'i18next';
import { createContext } from 'svelte';
import englishApp from '../../resources/locales/en/app.json';
import englishEditor from '../../resources/locales/en/editor.json';
import englishErrors from '../../resources/locales/en/errors.json';
import englishTraining from '../../resources/locales/en/training.json';
import englishWhole from '../../resources/locales/en/whole.json';
import chineseApp from '../../resources/locales/zh-CN/app.json';
import chineseEditor from '../../resources/locales/zh-CN/editor.json';
import chineseErrors from '../../resources/locales/zh-CN/errors.json';
import chineseTraining from '../../resources/locales/zh-CN/training.json';
import chineseWhole from '../../resources/locales/zh-CN/whole.json';

export type LanguageCode = 'en' | 'zh-CN';

/** Plural forms are chosen by `count`. */
type Stem<Key> = Key extends `${infer Name}_one` | `${infer Name}_other` ? Name : Key;
type AppKey = Stem<keyof typeof englishApp>;
type EditorKey = Stem<keyof typeof englishEditor>;
type TrainingKey = Stem<keyof typeof englishTraining>;
type WholeKey = Stem<keyof typeof englishWhole>;
export type ErrorKey = keyof typeof englishErrors;

/** A text of the window; those of the canvas carry the prefix `editor:`, those of errors `errors:`, and so on. */
export type TextKey =
  | AppKey
  | `editor:${EditorKey}`
  | `errors:${ErrorKey}`
  | `training:${TrainingKey}`
  | `whole:${WholeKey}`;
export type TextValues = Readonly<Record<string, string | number>>;

/** The window's words in the person's language. What reads them follows a change of language by itself. */
export class Language {
  #current = $state<LanguageCode>('en');
  readonly #words: i18n;

  constructor(code: LanguageCode) {
    this.#words = i18next.createInstance();
    void this.#words.init({
      lng: code,
      fallbackLng: 'en',
      initAsync: false,
      ns: ['app', 'editor', 'errors', 'training', 'whole'],
      defaultNS: 'app',
      keySeparator: false,
      interpolation: { escapeValue: false },
      resources: {
        en: {
          app: englishApp,
          editor: englishEditor,
          errors: englishErrors,
          training: englishTraining,
          whole: englishWhole,
        },
        'zh-CN': {
          app: chineseApp,
          editor: chineseEditor,
          errors: chineseErrors,
          training: chineseTraining,
          whole: chineseWhole,
        },
      },
    });
    this.#current = code;
  }

  get current(): LanguageCode {
    return this.#current;
  }

  change(code: LanguageCode): void {
    void this.#words.changeLanguage(code);
    this.#current = code;
  }

  /** The text for a key. */
  readonly t = (key: TextKey, values: TextValues = {}): string =>
    this.#words.t(key, { ...values, lng: this.#current });

  /** Whether there is a text for a key that is only known at run time. */
  has(key: string): key is TextKey {
    return this.#words.exists(key, { lng: this.#current });
  }
}

/** The language of the window, for components. */
export const [useLanguage, provideLanguage] = createContext<Language>();
