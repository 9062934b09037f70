import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { checkModel } from './check.ts';
import { describeModel } from './describe.ts';
import { copyModel, type ModelEntry, manifestName, readEntry, verifyModel } from './entry.ts';

/** A model as a list shows it; those that cannot be used say why. */
export type ListedModel =
  | ({ readonly state: 'ok' } & ModelEntry)
  | {
      readonly state: 'unusable';
      readonly folder: string;
      readonly bundled: boolean;
      readonly code: string;
      readonly reason: string;
    };

export interface RegistryFolders {
  /** Models that came with the app; never changed. */
  readonly bundledFolder: string;
  /** Models that the person imported or trained. */
  readonly userFolder: string;
}

/** Knows the models: one folder each, with a manifest and an `.onnx` file. */
export class ModelRegistry {
  readonly #folders: RegistryFolders;

  constructor(folders: RegistryFolders) {
    this.#folders = folders;
  }

  /** All models, the bundled first. Files are looked at, not hashed: {@link verify} does that. */
  async list(): Promise<ListedModel[]> {
    const { bundledFolder, userFolder } = this.#folders;
    return [...(await look(bundledFolder, true)), ...(await look(userFolder, false))];
  }

  async #usable(): Promise<ModelEntry[]> {
    return (await this.list()).flatMap((model) => (model.state === 'ok' ? [model] : []));
  }

  async #find(id: string): Promise<ModelEntry | undefined> {
    return (await this.#usable()).find(({ manifest }) => manifest.id === id);
  }

  /** @throws AppError `model/not-found` */
  async get(id: string): Promise<ModelEntry> {
    const found = await this.#find(id);
    if (found === undefined) throw notFound(id);
    return found;
  }

  /** The best model for a kind of damage; undefined where there is none. */
  async forDamage(kind: DamageKind): Promise<ModelEntry | undefined> {
    const fit = (await this.#usable()).filter(({ manifest }) =>
      manifest.damage.some((damage) => damage === kind),
    );
    return fit.sort((a, b) => b.manifest.priority - a.manifest.priority)[0];
  }

  /**
   * A model by its id, the path of its folder or manifest, or the path of a bare `.onnx` file. Files that are not in
   * the registry are tried out first, in a process of their own.
   * @throws AppError as {@link get} and {@link import}
   */
  async resolve(idOrPath: string): Promise<ModelEntry> {
    const known = await this.#find(idOrPath);
    if (known !== undefined) return known;
    const entry = await locate(idOrPath);
    const own = (await this.#usable()).find(({ modelPath }) => modelPath === entry.modelPath);
    if (own !== undefined) return own;
    await verifyModel(entry);
    await checkModel(entry.modelPath, entry.manifest);
    return entry;
  }

  /**
   * Compares a model's file with the hash in its manifest.
   * @throws AppError `model/corrupt`, `model/unreadable`
   */
  async verify(entry: ModelEntry): Promise<void> {
    await verifyModel(entry);
  }

  /**
   * Copies a model into the person's models: a folder with a manifest, a manifest, or a bare `.onnx` file. The copy is
   * tried out in a process of its own before it counts.
   * @throws AppError `model/not-found`, `model/exists`, `model/corrupt`, `model/bad-manifest`, `model/not-a-model`,
   *   `model/unknown-kind`, `model/fixed-size`, `model/tile-too-large`, `model/wrong-output`,
   *   `model/does-not-run`, `model/crashes`, `model/hangs`, `model/unreadable`, `model/cannot-write`
   */
  async import(path: string): Promise<ModelEntry> {
    const source = await locate(path);
    const { id } = source.manifest;
    const folder = join(this.#folders.userFolder, id);
    if ((await this.#find(id)) !== undefined || (await isThere(folder))) {
      throw new AppError('model/exists', `There is a model named "${id}" already.`, {
        hint: `"photomend models remove ${id}" makes room, unless it came with the app.`,
      });
    }
    await copyModel(source, folder, (copy) => checkModel(copy, source.manifest));
    return readEntry(folder, false);
  }

  /**
   * Copies a model with its manifest to `<folder>/<id>`; returns that path.
   * @throws AppError `model/not-found`, `model/exists`, `model/corrupt`, `model/cannot-write`
   */
  async export(id: string, folder: string): Promise<string> {
    const entry = await this.get(id);
    const target = join(folder, id);
    if (await isThere(target)) throw new AppError('model/exists', `${target} exists already.`);
    await copyModel(entry, target);
    return target;
  }

  /**
   * Deletes a model that was imported, also one that cannot be used any more (by the name of its folder).
   * @throws AppError `model/not-found`, `model/cannot-write`, `model/bundled` for models that came with the app
   */
  async remove(id: string): Promise<void> {
    const named = (await this.list()).filter((model) =>
      model.state === 'ok' ? model.manifest.id === id : basename(model.folder) === id,
    );
    const own = named.find(({ bundled }) => !bundled);
    if (own !== undefined) {
      await rm(own.folder, { recursive: true }).catch((cause) => {
        throw new AppError('model/cannot-write', `${own.folder} cannot be deleted.`, { cause });
      });
      return;
    }
    if (named.length === 0) throw notFound(id);
    throw new AppError('model/bundled', `"${id}" came with the app and stays.`);
  }
}

function notFound(id: string): AppError {
  return new AppError('model/not-found', `There is no model named "${id}".`, {
    hint: 'Run "photomend models list" to see which there are.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The models in a folder of models. */
async function look(parent: string, bundled: boolean): Promise<ListedModel[]> {
  const listed: ListedModel[] = [];
  const names = await readdir(parent).catch(() => []);
  for (const name of names.sort()) {
    // Names with a dot in front are imports under way.
    if (name.startsWith('.')) continue;
    const folder = join(parent, name);
    const info = await stat(folder).catch(() => undefined);
    if (!info?.isDirectory()) continue;
    try {
      listed.push({ state: 'ok', ...(await readEntry(folder, bundled)) });
    } catch (error) {
      const { code, message } =
        error instanceof AppError ? error : { code: 'model/unreadable', message: String(error) };
      listed.push({ state: 'unusable', folder, bundled, code, reason: message });
    }
  }
  return listed;
}

/** A model by the path of its folder, its manifest, or a bare `.onnx` file. */
async function locate(path: string): Promise<ModelEntry> {
  const whole = resolve(path);
  const found = await stat(whole).catch(() => undefined);
  if (found === undefined) throw notFound(path);
  if (found.isDirectory()) return readEntry(whole, false);
  const folder = dirname(whole);
  if (basename(whole) === manifestName) return readEntry(folder, false);
  const beside = await readEntry(folder, false).catch(() => undefined);
  if (beside?.modelPath === whole) return beside;
  return { manifest: await describeModel(whole), folder, modelPath: whole, bundled: false };
}
