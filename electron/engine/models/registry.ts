import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomic } from '../atomic-file.ts';
import type { DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { checkModel } from './check.ts';
import { describeModel } from './describe.ts';
import { type Manifest, parseManifest } from './manifest.ts';

const manifestName = 'manifest.json';
const maxManifestBytes = 1 << 20;

/** A model that can be used. */
export interface ModelEntry {
  readonly manifest: Manifest;
  readonly folder: string;
  /** The `.onnx` file. */
  readonly modelPath: string;
  readonly bundled: boolean;
}

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
    const listed: ListedModel[] = [];
    for (const [parent, bundled] of [
      [this.#folders.bundledFolder, true],
      [this.#folders.userFolder, false],
    ] as const) {
      const names = await readdir(parent).catch(() => []);
      for (const name of names.sort()) {
        // Names with a dot in front are imports under way.
        if (name.startsWith('.')) continue;
        const folder = join(parent, name);
        if (!(await stat(folder)).isDirectory()) continue;
        listed.push(await this.#look(folder, bundled));
      }
    }
    return listed;
  }

  async #look(folder: string, bundled: boolean): Promise<ListedModel> {
    try {
      return { state: 'ok', ...(await readEntry(folder, bundled)) };
    } catch (error) {
      const { code, message } =
        error instanceof AppError ? error : { code: 'model/unreadable', message: String(error) };
      return { state: 'unusable', folder, bundled, code, reason: message };
    }
  }

  async #usable(): Promise<ModelEntry[]> {
    return (await this.list()).flatMap((model) => (model.state === 'ok' ? [model] : []));
  }

  /** @throws AppError `model/not-found` */
  async get(id: string): Promise<ModelEntry> {
    const found = (await this.#usable()).find(({ manifest }) => manifest.id === id);
    if (found !== undefined) return found;
    throw new AppError('model/not-found', `There is no model named "${id}".`, {
      hint: 'Run "photomend models list" to see which there are.',
    });
  }

  /** The best model for a kind of damage; undefined where there is none. */
  async forDamage(kind: DamageKind): Promise<ModelEntry | undefined> {
    const fit = (await this.#usable()).filter(({ manifest }) =>
      manifest.damage.some((damage) => damage === kind),
    );
    return fit.sort((a, b) => b.manifest.priority - a.manifest.priority)[0];
  }

  /** A model by its id, the path of its folder or manifest, or the path of a bare `.onnx` file. */
  async resolve(idOrPath: string): Promise<ModelEntry> {
    const found = await stat(idOrPath).catch(() => undefined);
    if (found === undefined) return this.get(idOrPath);
    if (found.isDirectory()) return readEntry(resolve(idOrPath), false);
    if (basename(idOrPath) === manifestName) return readEntry(dirname(resolve(idOrPath)), false);
    const modelPath = resolve(idOrPath);
    const beside = await readEntry(dirname(modelPath), false).catch(() => undefined);
    if (beside?.modelPath === modelPath) return beside;
    return {
      manifest: await describeModel(modelPath),
      folder: dirname(modelPath),
      modelPath,
      bundled: false,
    };
  }

  /**
   * Compares a model's file with the hash in its manifest.
   * @throws AppError `model/corrupt`
   */
  async verify({ manifest, modelPath }: ModelEntry): Promise<void> {
    if ((await hashFile(modelPath)) !== manifest.sha256) {
      throw new AppError(
        'model/corrupt',
        `The file of the model "${manifest.id}" is damaged or was changed.`,
        {
          hint: 'Import it again, or reinstall the app.',
        },
      );
    }
  }

  /**
   * Copies a model into the person's models: a folder with a manifest, a manifest, or a bare `.onnx` file.
   * @throws AppError `model/exists`, `model/corrupt`, `model/bad-manifest`, `model/not-a-model`, `model/unknown-kind`
   */
  async import(path: string): Promise<ModelEntry> {
    const source = await this.resolve(path);
    await this.verify(source);
    await checkModel(source.modelPath);
    const { manifest } = source;
    const folder = join(this.#folders.userFolder, manifest.id);
    const taken = (await this.#usable()).some((entry) => entry.manifest.id === manifest.id);
    if (taken || (await stat(folder).catch(() => undefined)) !== undefined) {
      throw new AppError('model/exists', `There is a model named "${manifest.id}" already.`);
    }
    await copyModel(source, folder);
    return readEntry(folder, false);
  }

  /** Copies a model with its manifest to `<folder>/<id>`; returns that path. */
  async export(id: string, folder: string): Promise<string> {
    const entry = await this.get(id);
    await this.verify(entry);
    const target = join(folder, id);
    if ((await stat(target).catch(() => undefined)) !== undefined) {
      throw new AppError('model/exists', `${target} exists already.`);
    }
    await copyModel(entry, target);
    return target;
  }

  /** @throws AppError `model/bundled` for models that came with the app */
  async remove(id: string): Promise<void> {
    const entry = await this.get(id);
    if (entry.bundled) throw new AppError('model/bundled', `"${id}" came with the app and stays.`);
    await rm(entry.folder, { recursive: true });
  }
}

/** Reads a model's folder. The model must be a plain file in it: a link could lead anywhere. */
async function readEntry(folder: string, bundled: boolean): Promise<ModelEntry> {
  const manifestPath = join(folder, manifestName);
  const info = await lstat(manifestPath).catch((cause) => {
    throw new AppError('model/bad-manifest', `${folder} has no ${manifestName}.`, { cause });
  });
  if (!info.isFile() || info.size > maxManifestBytes) {
    throw new AppError(
      'model/bad-manifest',
      `The ${manifestName} in ${folder} is no plain file of a sensible size.`,
    );
  }
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'));
  const modelPath = join(folder, manifest.file);
  const file = await lstat(modelPath).catch(() => undefined);
  if (file === undefined) throw new AppError('model/missing', `The file ${manifest.file} is not there.`);
  if (!file.isFile()) throw new AppError('model/bad-manifest', `${manifest.file} is no plain file.`);
  if (file.size !== manifest.bytes) {
    throw new AppError(
      'model/corrupt',
      `${manifest.file} has ${file.size} bytes instead of ${manifest.bytes}.`,
    );
  }
  return { manifest, folder, modelPath, bundled };
}

/** Copies into a hidden folder first and renames it, so that a half-copied model is never seen. */
async function copyModel({ manifest, modelPath }: ModelEntry, target: string): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    await mkdir(temporary, { recursive: true });
    await copyFile(modelPath, join(temporary, manifest.file));
    await writeFileAtomic(join(temporary, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** SHA-256 of a file, hexadecimal, read in pieces. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
