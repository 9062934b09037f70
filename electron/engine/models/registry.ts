import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { type ModelRole, roleOf } from './adapters/by-name.ts';
import type { ImportAnswers } from './answers.ts';
import { checkModel } from './check.ts';
import { isNoModel } from './choice.ts';
import { completeManifest } from './complete.ts';
import { ModelDefaults } from './defaults.ts';
import { copyModel, type ModelEntry, readEntry, verifyModel, writeManifest } from './entry.ts';
import { locate, notFound } from './locate.ts';

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
  readonly #defaults: ModelDefaults;

  constructor(folders: RegistryFolders) {
    this.#folders = folders;
    this.#defaults = new ModelDefaults(folders.userFolder);
  }

  /** All models, the bundled first. Files are looked at, not hashed: {@link verify} does that. */
  async list(): Promise<ListedModel[]> {
    const { bundledFolder, userFolder } = this.#folders;
    return (await Promise.all([look(bundledFolder, true), look(userFolder, false)])).flat();
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

  /**
   * The model for a kind of damage where none is chosen: the one that the person made default, else the best of those
   * that came with the app. Imported ones are never taken by themselves, whatever priority they claim.
   */
  async forDamage(kind: DamageKind, role: ModelRole = 'picture'): Promise<ModelEntry | undefined> {
    const usable = await this.#usable();
    const fit = usable.filter((entry) => suits(entry, kind, role));
    const defaults = await this.#defaults.read();
    const rank = ({ manifest }: ModelEntry) => defaults.indexOf(manifest.id);
    const [chosen] = fit.filter((entry) => rank(entry) >= 0).sort((a, b) => rank(a) - rank(b));
    if (chosen !== undefined) return chosen;
    return bundledChoice(usable, kind, role);
  }

  /** The face detector that was imported, if any. */
  async faceFinder(): Promise<ModelEntry | undefined> {
    return (await this.#usable()).find(({ manifest }) => roleOf(manifest.adapter) === 'faces');
  }

  /** Ids of the models that the person made default. */
  defaults(): Promise<readonly string[]> {
    return this.#defaults.read();
  }

  /**
   * Uses a model wherever it suits and no other is chosen, or no longer.
   * @throws AppError `model/not-found`, `model/no-default` for models that suit chosen regions only,
   *   `model/cannot-write`
   */
  async setDefault(id: string, isDefault: boolean): Promise<void> {
    if (!isDefault) return this.#defaults.remove(id);
    const { manifest } = await this.get(id);
    if (!canBeDefault(manifest)) {
      throw new AppError('model/no-default', `"${id}" is for regions that you choose it for.`, {
        hint: 'A model of faces would take every region for a face.',
      });
    }
    const rivals = (await this.#usable()).filter(
      ({ manifest: other }) =>
        roleOf(other.adapter) === roleOf(manifest.adapter) &&
        other.damage.every((damage) => manifest.damage.includes(damage)),
    );
    await this.#defaults.put(
      id,
      rivals.map(({ manifest: other }) => other.id),
    );
  }

  /**
   * Sets the weight of a model such as CodeFormer: 0 is its finest picture, 1 the closest to what was there.
   * @throws AppError `model/not-found`, `model/no-fidelity`, `model/cannot-write`
   */
  async setFidelity(id: string, fidelity: number): Promise<void> {
    const { manifest, folder, bundled } = await this.get(id);
    const { signature } = manifest;
    if (bundled || signature === undefined || fidelityOf(manifest) === undefined) {
      throw new AppError('model/no-fidelity', `"${id}" has no fidelity to set.`);
    }
    const scalars = signature.scalars.map((scalar) => ({ ...scalar, value: fidelity }));
    await writeManifest(folder, { ...manifest, signature: { ...signature, scalars } });
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
    const measured = await checkModel(entry.modelPath, entry.manifest, entry.isScaleOpen);
    return entry.isBare ? { ...entry, manifest: completeManifest(entry.manifest, measured, {}) } : entry;
  }

  /**
   * Compares a model's file with the hash in its manifest.
   * @throws AppError `model/corrupt`, `model/unreadable`
   */
  async verify(entry: ModelEntry): Promise<void> {
    await verifyModel(entry);
  }

  /** @throws AppError `model/exists` where there is a model of that id */
  async requireFree(id: string): Promise<void> {
    const isFree =
      (await this.#find(id)) === undefined && !(await isThere(join(this.#folders.userFolder, id)));
    if (isFree && !isNoModel(id)) return;
    throw new AppError('model/exists', `There is a model named "${id}" already.`, {
      hint: `"photomend models remove ${id}" makes room, unless it came with the app.`,
    });
  }

  /**
   * Copies a model into the person's models: a folder with a manifest, a manifest, or a bare `.onnx` file. The copy is
   * tried out in a process of its own before it counts.
   * @param answers what the person says of a bare file
   * @throws AppError `model/not-found`, `model/exists`, `model/corrupt`, `model/bad-manifest`, `model/not-a-model`,
   *   `model/unknown-kind`, `model/wrong-shapes`, `model/fixed-size`, `model/tile-too-large`, `model/wrong-output`,
   *   `model/does-not-run`, `model/crashes`, `model/hangs`, `model/unreadable`, `model/cannot-write`
   */
  async import(path: string, answers: ImportAnswers = {}): Promise<ModelEntry> {
    const source = await locate(path, answers);
    const { id } = source.manifest;
    const folder = join(this.#folders.userFolder, id);
    await this.requireFree(id);
    await copyModel(source, folder, async (copy) => {
      const measured = await checkModel(copy, source.manifest, source.isScaleOpen);
      return source.isBare ? completeManifest(source.manifest, measured, answers) : source.manifest;
    });
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
      await this.#defaults.remove(id);
      return;
    }
    if (named.length === 0) throw notFound(id);
    throw new AppError('model/bundled', `"${id}" came with the app and stays.`);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The models in a folder of models, in the order of their names. */
async function look(parent: string, bundled: boolean): Promise<ListedModel[]> {
  const names = await readdir(parent).catch(() => []);
  // Names with a dot in front are imports under way.
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  return (await Promise.all(visible.map((name) => lookInto(join(parent, name), bundled)))).flat();
}

/** The model in a folder, as a list of one; none where it is no folder. */
async function lookInto(folder: string, bundled: boolean): Promise<ListedModel[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) return [];
  try {
    return [{ state: 'ok', ...(await readEntry(folder, bundled)) }];
  } catch (error) {
    const { code, message } =
      error instanceof AppError ? error : { code: 'model/unreadable', message: String(error) };
    return [{ state: 'unusable', folder, bundled, code, reason: message }];
  }
}

function suits({ manifest }: ModelEntry, kind: DamageKind, role: ModelRole): boolean {
  return roleOf(manifest.adapter) === role && manifest.damage.some((damage) => damage === kind);
}

/** Of the models that came with the app, the one that is used for a kind of damage unless a person says otherwise. */
export function bundledChoice(
  models: readonly ModelEntry[],
  kind: DamageKind,
  role: ModelRole,
): ModelEntry | undefined {
  return models
    .filter((entry) => entry.bundled && suits(entry, kind, role))
    .sort((a, b) => b.manifest.priority - a.manifest.priority)[0];
}

/** The weight of models that have one. */
export function fidelityOf({ signature }: Pick<ModelEntry['manifest'], 'signature'>): number | undefined {
  return signature?.scalars[0]?.value;
}

/** Models of faces suit faces only, and no region says by itself that it is one. */
export function canBeDefault({
  adapter,
  damage,
}: Pick<ModelEntry['manifest'], 'adapter' | 'damage'>): boolean {
  return adapter !== 'face' && damage.length > 0;
}
