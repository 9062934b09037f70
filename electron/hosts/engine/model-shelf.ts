import { basename, join } from 'node:path';
import { AppError } from '../../engine/errors.ts';
import { roleOf } from '../../engine/models/adapters/by-name.ts';
import { knownAnswers, readCatalogue } from '../../engine/models/catalogue.ts';
import { describeFile } from '../../engine/models/describe.ts';
import type { ModelEntry } from '../../engine/models/entry.ts';
import { fetchModel } from '../../engine/models/fetch-model.ts';
import { bundledChoice, canBeDefault, fidelityOf, type ModelRegistry } from '../../engine/models/registry.ts';
import type { CatalogueModelInfo, ModelAnswers, ModelDraft, ModelInfo } from '../../ipc/models.ts';
import type { CallContext } from '../serve.ts';
import type { EngineConfiguration, EngineMethods } from './contract.ts';

/** Progress is told this often: the window draws no faster. */
const progressEveryMs = 100;

/** The models that are here and those that can be had, as the window sees them. */
export class ModelShelf {
  readonly #registry: ModelRegistry;
  readonly #configuration: EngineConfiguration;
  readonly #onChange: () => void;

  /** @param onChange another model may be the right one from now on */
  constructor(registry: ModelRegistry, configuration: EngineConfiguration, onChange: () => void) {
    this.#registry = registry;
    this.#configuration = configuration;
    this.#onChange = onChange;
  }

  async list(): Promise<ModelInfo[]> {
    const [models, defaults] = await Promise.all([this.#registry.list(), this.#registry.defaults()]);
    const usable = models.flatMap((model) => (model.state === 'ok' ? [model] : []));
    return usable.map((model) => {
      const info = infoOf(model, defaults);
      return { ...info, canBeDefault: info.canBeDefault && !isUsedAnyway(model, usable) };
    });
  }

  /** What a file is taken for. @throws AppError as `describeFile` */
  async describe(path: string): Promise<Omit<ModelDraft, 'draft'>> {
    const { manifest, guessed } = await describeFile(path);
    const { adapter, damage, bytes, signature, sha256 } = manifest;
    const isKnown = knownAnswers(await readCatalogue(this.#cataloguePath), sha256) !== undefined;
    return {
      name: basename(path),
      family: adapter,
      damage: [...damage],
      bytes,
      guessed: isKnown ? [] : [...guessed],
      ...(signature !== undefined && { range: signature.image.range, order: signature.image.order }),
    };
  }

  async import(path: string, answers: ModelAnswers): Promise<ModelInfo> {
    const { sha256 } = (await describeFile(path, answers)).manifest;
    const known = knownAnswers(await readCatalogue(this.#cataloguePath), sha256);
    const entry = await this.#registry.import(path, { ...known, ...answers });
    this.#onChange();
    return infoOf(entry, []);
  }

  async remove(id: string): Promise<void> {
    await this.#registry.remove(id);
    this.#onChange();
  }

  async setDefault(id: string, isDefault: boolean): Promise<void> {
    await this.#registry.setDefault(id, isDefault);
    this.#onChange();
  }

  async setFidelity(id: string, fidelity: number): Promise<void> {
    await this.#registry.setFidelity(id, fidelity);
    this.#onChange();
  }

  async catalogue(): Promise<CatalogueModelInfo[]> {
    const here = new Set<string>();
    for (const model of await this.#registry.list()) {
      if (model.state === 'ok') here.add(model.manifest.id).add(model.manifest.sha256);
    }
    const models = await readCatalogue(this.#cataloguePath);
    return models.map(({ id, name, family, licence, commercial, page, download }) => ({
      id,
      name,
      family,
      licence,
      commercial,
      page,
      bytes: download?.bytes ?? null,
      isHere: here.has(id) || (download !== null && here.has(download.sha256)),
    }));
  }

  /** @throws AppError `model/not-found` and as `fetchModel` */
  async download(
    id: string,
    { signal, progress }: CallContext<EngineMethods['downloadModel']['progress']>,
  ): Promise<ModelInfo> {
    const model = (await readCatalogue(this.#cataloguePath)).find((its) => its.id === id);
    if (model === undefined)
      throw new AppError('model/not-found', `The catalogue has no model named "${id}".`);
    const bytes = model.download?.bytes ?? 0;
    let toldAt = Number.NEGATIVE_INFINITY;
    const entry = await fetchModel(
      model,
      this.#registry,
      join(this.#configuration.userDataFolder, 'models'),
      {
        signal,
        onProgress: (receivedBytes) => {
          const now = performance.now();
          if (now - toldAt < progressEveryMs && receivedBytes < bytes) return;
          toldAt = now;
          progress({ receivedBytes, bytes });
        },
      },
    );
    this.#onChange();
    return infoOf(entry, []);
  }

  get #cataloguePath(): string {
    return join(this.#configuration.resourcesFolder, 'catalogue.json');
  }
}

/** Whether a bundled model is the one for all that it can do where nobody chose another. */
function isUsedAnyway(model: ModelEntry, models: readonly ModelEntry[]): boolean {
  const { adapter, damage } = model.manifest;
  return damage.every((kind) => bundledChoice(models, kind, roleOf(adapter)) === model);
}

/** Whether a model comes from a training of the person's own. */
function isTrained({ training }: ModelEntry['manifest'], isBundled: boolean): boolean {
  return !isBundled && Object.keys(training).length > 0;
}

function infoOf({ manifest, bundled }: ModelEntry, defaults: readonly string[]): ModelInfo {
  const { id, name, licence, source, adapter, damage, bytes } = manifest;
  const fidelity = adapter === 'face' ? fidelityOf(manifest) : undefined;
  return {
    id,
    name,
    licence,
    source,
    family: adapter,
    damage: [...damage],
    bytes,
    bundled,
    trained: isTrained(manifest, bundled),
    isDefault: defaults.includes(id),
    canBeDefault: canBeDefault(manifest),
    ...(fidelity !== undefined && { fidelity }),
  };
}
