import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import type { DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { roleOf } from './adapters/by-name.ts';
import { copyModel, type ModelEntry, readEntry } from './entry.ts';
import type { ModelRegistry } from './registry.ts';

const historySchema = z.array(z.array(z.string())).max(1000);
const mostRemembered = 50;

/** Which models are default, with the changes remembered, so that they can be taken back. */
export class ModelsInUse {
  readonly #registry: ModelRegistry;
  readonly #userFolder: string;

  /** @param userFolder of the person's models */
  constructor(registry: ModelRegistry, userFolder: string) {
    this.#registry = registry;
    this.#userFolder = userFolder;
  }

  /** The kinds of damage that a model is used for where the person chooses none. */
  async usesOf({ manifest }: Pick<ModelEntry, 'manifest'>): Promise<DamageKind[]> {
    const uses: DamageKind[] = [];
    for (const kind of manifest.damage) {
      const entry = await this.#registry.forDamage(kind, roleOf(manifest.adapter));
      if (entry?.manifest.id === manifest.id) uses.push(kind);
    }
    return uses;
  }

  /**
   * Puts a model in use for all it treats.
   * @throws AppError `model/not-found`, `model/no-default`, `model/cannot-write`
   */
  async use(id: string): Promise<void> {
    const before = await this.#registry.defaults();
    await this.#registry.setDefault(id, true);
    await this.#remember([...(await this.#history()), [...before]].slice(-mostRemembered));
  }

  /**
   * Goes back to the models before the last change; those that are gone since are passed over.
   * @returns what is in use then for the damage in question, or undefined where there is nothing to go back to
   */
  async rollBack(): Promise<string | undefined> {
    const history = await this.#history();
    const before = history.pop();
    if (before === undefined) return undefined;
    const now = await this.#registry.defaults();
    const latest = now[0] === undefined ? undefined : await this.#registry.get(now[0]).catch(() => undefined);
    for (const id of now) if (!before.includes(id)) await this.#registry.setDefault(id, false);
    for (const id of before.toReversed()) {
      if (!now.includes(id)) await this.#registry.setDefault(id, true).catch(() => undefined);
    }
    await this.#remember(history);
    if (latest === undefined) return '';
    const { adapter, damage } = latest.manifest;
    return (await this.#registry.forDamage(damage[0], roleOf(adapter)))?.manifest.name ?? '';
  }

  /**
   * Takes a model that this computer trained into the person's models; further files come along.
   * @throws AppError `model/cannot-write`, `model/corrupt`, `model/bad-manifest`
   */
  async adopt(folder: string, extraFiles: readonly string[]): Promise<ModelEntry> {
    const source = await readEntry(folder, false);
    const { id } = source.manifest;
    const known = await this.#registry.get(id).catch(() => undefined);
    if (known?.manifest.sha256 === source.manifest.sha256) return known;
    // A training that went on has a newer network under the same name.
    if (known !== undefined) await this.#registry.remove(id);
    const target = join(this.#userFolder, id);
    await copyModel(source, target);
    for (const name of extraFiles) {
      const bytes = await readFile(join(folder, name)).catch(() => undefined);
      if (bytes !== undefined) await writeFileAtomic(join(target, name), bytes);
    }
    return readEntry(target, false);
  }

  async #history(): Promise<string[][]> {
    try {
      return historySchema.parse(JSON.parse(await readFile(this.#historyPath, 'utf8')));
    } catch {
      return [];
    }
  }

  async #remember(history: readonly (readonly string[])[]): Promise<void> {
    try {
      await mkdir(dirname(this.#historyPath), { recursive: true });
      await writeFileAtomic(this.#historyPath, JSON.stringify(history));
    } catch (cause) {
      throw new AppError('model/cannot-write', `${this.#historyPath} cannot be written.`, { cause });
    }
  }

  get #historyPath(): string {
    return join(this.#userFolder, 'default-history.json');
  }
}
