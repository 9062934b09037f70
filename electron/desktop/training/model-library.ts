import { copyFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import type { ModelsInUse } from '../../engine/models/models-in-use.ts';
import { canBeDefault, type ModelRegistry } from '../../engine/models/registry.ts';
import type { LibraryModel } from '../../ipc/training.ts';
import { weightsName } from '../../training/runs/weights-name.ts';

/** The models on this computer, for a person to keep in order. */
export class ModelLibrary {
  readonly #registry: ModelRegistry;
  readonly #inUse: ModelsInUse;

  constructor(registry: ModelRegistry, inUse: ModelsInUse) {
    this.#registry = registry;
    this.#inUse = inUse;
  }

  async list(): Promise<LibraryModel[]> {
    const models: LibraryModel[] = [];
    for (const model of await this.#registry.list()) {
      if (model.state === 'unusable') {
        models.push(unusable(model.folder, model.bundled, model.code));
        continue;
      }
      const { manifest, folder, bundled } = model;
      const { id, name, version, licence, source, damage, bytes } = manifest;
      const usedFor = await this.#inUse.usesOf(model);
      models.push({
        id,
        name,
        version,
        licence,
        source,
        damage: [...damage],
        bytes,
        isBundled: bundled,
        usedFor,
        canUse: canBeDefault(manifest) && damage.length > usedFor.length,
        hasWeights: await hasFile(folder, weightsName),
        training: recordOf(manifest.training),
        problem: null,
      });
    }
    return models;
  }

  /** Copies a model with its manifest, or its weights with PyTorch's names, to a folder; returns the name there. */
  async export(id: string, what: 'model' | 'weights', folder: string): Promise<string> {
    if (what === 'model') return basename(await this.#registry.export(id, folder));
    const entry = await this.#registry.get(id);
    const target = join(folder, `${id}.safetensors`);
    if (await hasFile(folder, basename(target))) {
      throw new AppError('model/exists', `${target} exists already.`);
    }
    await copyFile(join(entry.folder, weightsName), target).catch((cause) => {
      throw new AppError('model/cannot-write', `The weights cannot be written to ${target}.`, { cause });
    });
    return basename(target);
  }

  async isSound(id: string): Promise<boolean> {
    try {
      await this.#registry.verify(await this.#registry.get(id));
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'model/corrupt') return false;
      throw error;
    }
  }
}

function unusable(folder: string, isBundled: boolean, code: string): LibraryModel {
  const name = basename(folder);
  return {
    id: name,
    name,
    version: '',
    licence: '',
    source: '',
    damage: [],
    bytes: 0,
    isBundled,
    usedFor: [],
    canUse: false,
    hasWeights: false,
    training: [],
    problem: code,
  };
}

/** The plain facts of a training record; nested ones are for programs. */
function recordOf(training: Readonly<Record<string, unknown>>): LibraryModel['training'] {
  return Object.entries(training).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [{ name, value: String(value) }] : [],
  );
}

async function hasFile(folder: string, name: string): Promise<boolean> {
  return (await stat(join(folder, name)).catch(() => undefined))?.isFile() ?? false;
}
