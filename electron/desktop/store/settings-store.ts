import { join } from 'node:path';
import { z } from 'zod';
import { defaultSettings, type Settings, type SettingsChange, settings } from '../../ipc/settings.ts';
import { readJson, writeJson } from './json-file.ts';

/** The person's settings; unknown or damaged ones fall back to the defaults one by one. */
export class SettingsStore {
  readonly #path: string;
  #current: Settings;

  private constructor(path: string, current: Settings) {
    this.#path = path;
    this.#current = current;
  }

  static async open(userDataFolder: string): Promise<SettingsStore> {
    const path = join(userDataFolder, 'settings.json');
    const stored = (await readJson(path, z.record(z.string(), z.unknown()))) ?? {};
    const known = Object.entries(settings.shape).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(stored[name]);
      return parsed.success ? [[name, parsed.data]] : [];
    });
    return new SettingsStore(path, { ...defaultSettings, ...Object.fromEntries(known) });
  }

  get current(): Settings {
    return this.#current;
  }

  async change(change: SettingsChange): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.#current = settings.parse({ ...this.#current, ...given });
    await writeJson(this.#path, this.#current);
    return this.#current;
  }
}
