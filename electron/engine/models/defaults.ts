import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import { AppError } from '../errors.ts';

const schema = z.strictObject({ models: z.array(z.string().max(64)).max(100) });

/** Which models the person made default; kept beside the models, so that app and command line share it. */
export class ModelDefaults {
  readonly #folder: string;

  /** @param folder of the person's models; need not be there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Ids, the latest first; none where nothing was chosen, or the file is damaged. */
  async read(): Promise<readonly string[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (text === undefined) return [];
    try {
      return schema.parse(JSON.parse(text)).models;
    } catch {
      return [];
    }
  }

  /** @param instead of these ids, which it takes the place of */
  async put(id: string, instead: readonly string[]): Promise<void> {
    const others = (await this.read()).filter((other) => other !== id && !instead.includes(other));
    await this.#write([id, ...others]);
  }

  async remove(id: string): Promise<void> {
    const models = await this.read();
    if (models.includes(id)) await this.#write(models.filter((other) => other !== id));
  }

  get #path(): string {
    return join(this.#folder, 'defaults.json');
  }

  async #write(models: readonly string[]): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFileAtomic(this.#path, `${JSON.stringify({ models })}\n`);
    } catch (cause) {
      throw new AppError('model/cannot-write', `${this.#path} cannot be written.`, { cause });
    }
  }
}
