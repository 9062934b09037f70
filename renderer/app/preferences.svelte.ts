import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { EventData } from '../../electron/ipc/contract.ts';
import type { Settings, SettingsChange } from '../../electron/ipc/settings.ts';
import type { Language } from '../i18n/language.svelte.ts';
import type { Status } from './status.svelte.ts';

export interface PreferencesParts {
  readonly api: PhotomendApi;
  readonly language: Language;
  readonly status: Status;
}

/** The person's settings; main stores them and tells what came of a change. */
export class Preferences {
  #settings = $state.raw() as Settings;
  readonly #parts: PreferencesParts;

  constructor(settings: Settings, parts: PreferencesParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Takes effect at once; goes back where it cannot be stored. */
  async change(change: SettingsChange): Promise<void> {
    const before = this.#settings;
    this.#settings = { ...before, ...change } as Settings;
    const reply = await this.#parts.api['settings.change'](change);
    if (reply.ok) {
      this.#settings = reply.value;
    } else {
      this.#settings = before;
      this.#parts.status.fail(reply.error);
    }
  }

  /** Follows a change that main tells of. */
  take({ settings, language }: EventData<'settings.changed'>): void {
    this.#settings = settings;
    this.#parts.language.change(language);
  }
}
