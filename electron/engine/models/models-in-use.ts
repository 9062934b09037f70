import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import { AppError } from '../errors.ts';
import { copyModel, type ModelEntry, manifestName, readEntry } from './entry.ts';
import type { Manifest } from './manifest.ts';
import type { ModelRegistry } from './registry.ts';

/** Above and below the bundled ones. */
const inUsePriority = 200;
const restingPriority = 1;

/** Model by kind of damage, as it was before a change. */
const usesSchema = z.array(z.record(z.string(), z.string())).max(1000);
type Uses = z.infer<typeof usesSchema>;
const mostRemembered = 50;

/**
 * Which models the pipeline takes by itself: those of the highest priority in their manifests. Changes are remembered,
 * so that they can be taken back.
 */
export class ModelsInUse {
  readonly #registry: ModelRegistry;
  readonly #userFolder: string;

  constructor(registry: ModelRegistry, userFolder: string) {
    this.#registry = registry;
    this.#userFolder = userFolder;
  }

  /** The model in use for every kind of damage that a model treats. */
  async current(): Promise<Record<string, string>> {
    const uses: Record<string, string> = {};
    for (const kind of ['blur', 'mosaic', 'stain', 'scratch'] as const) {
      const entry = await this.#registry.forDamage(kind);
      if (entry !== undefined) uses[kind] = entry.manifest.id;
    }
    return uses;
  }

  /**
   * Puts a model in use for all it treats.
   * @throws AppError `model/not-found`, `model/cannot-write`
   */
  async use(id: string): Promise<void> {
    const { manifest } = await this.#registry.get(id);
    const before = await this.current();
    const wanted = { ...before };
    for (const kind of manifest.damage) wanted[kind] = id;
    await this.#apply(wanted);
    const history = await this.#history();
    await this.#remember([...history, before].slice(-mostRemembered));
  }

  /**
   * Goes back to the models before the last change; those that are gone since are passed over.
   * @returns the names of the models then in use, or undefined where there is nothing to go back to
   */
  async rollBack(): Promise<string | undefined> {
    const history = await this.#history();
    const before = history.pop();
    if (before === undefined) return undefined;
    const now = await this.current();
    await this.#apply(before);
    await this.#remember(history);
    const changed = Object.entries(await this.current()).filter(([kind, id]) => now[kind] !== id);
    const ids = [...new Set((changed.length > 0 ? changed : Object.entries(before)).map(([, id]) => id))];
    const names = await Promise.all(ids.map(async (id) => (await this.#registry.get(id)).manifest.name));
    return names.join(', ');
  }

  async canRollBack(): Promise<boolean> {
    return (await this.#history()).length > 0;
  }

  /**
   * Takes a model that this computer trained into the person's models, resting; further files come along.
   * @throws AppError `model/exists`, `model/cannot-write`, `model/corrupt`
   */
  async adopt(folder: string, extraFiles: readonly string[]): Promise<ModelEntry> {
    const source = await readEntry(folder, false);
    const { id } = source.manifest;
    const known = await this.#registry.get(id).catch(() => undefined);
    if (known !== undefined) return known;
    const target = join(this.#userFolder, id);
    const resting = { ...source, manifest: { ...source.manifest, priority: restingPriority } };
    await copyModel(resting, target);
    for (const name of extraFiles) {
      const bytes = await readFile(join(folder, name)).catch(() => undefined);
      if (bytes !== undefined) await writeFileAtomic(join(target, name), bytes);
    }
    return readEntry(target, false);
  }

  async #apply(wanted: Readonly<Record<string, string>>): Promise<void> {
    const inUse = new Set(Object.values(wanted));
    for (const model of await this.#registry.list()) {
      if (model.state !== 'ok' || model.bundled) continue;
      const { manifest, folder } = model;
      const priority = inUse.has(manifest.id)
        ? Math.max(inUsePriority, manifest.priority)
        : Math.min(restingPriority, manifest.priority);
      if (priority !== manifest.priority) await writePriority(folder, manifest, priority);
    }
  }

  async #history(): Promise<Uses> {
    try {
      return usesSchema.parse(JSON.parse(await readFile(this.#historyPath, 'utf8')));
    } catch {
      return [];
    }
  }

  async #remember(history: Uses): Promise<void> {
    await writeFileAtomic(this.#historyPath, JSON.stringify(history)).catch((cause) => {
      throw new AppError('model/cannot-write', 'The list of models in use cannot be written.', { cause });
    });
  }

  get #historyPath(): string {
    return join(this.#userFolder, 'uses.json');
  }
}

async function writePriority(folder: string, manifest: Manifest, priority: number): Promise<void> {
  const text = `${JSON.stringify({ ...manifest, priority }, null, 2)}\n`;
  await writeFileAtomic(join(folder, manifestName), text).catch((cause) => {
    throw new AppError('model/cannot-write', `${folder} cannot be written to.`, { cause });
  });
}
