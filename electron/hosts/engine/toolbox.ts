import { join } from 'node:path';
import type { DamageKind } from '../../engine/damage/kinds.ts';
import { isNoModel, textureChoice } from '../../engine/models/choice.ts';
import type { ModelEntry } from '../../engine/models/entry.ts';
import type { NoticeCode } from '../../engine/models/network.ts';
import { ModelRegistry } from '../../engine/models/registry.ts';
import { modelFor, repairTools } from '../../engine/models/tools.ts';
import type { RepairTools } from '../../engine/region/repair.ts';
import { chooseProvider } from '../../engine/runtime/choose.ts';
import type { ProviderName } from '../../engine/runtime/providers.ts';
import { isWorthRetryingSmaller, openSession } from '../../engine/runtime/session.ts';
import { allVerdicts, type VerdictOptions, verdictOn } from '../../engine/runtime/verdicts.ts';
import type { Device } from '../../ipc/contract.ts';
import type { EngineConfiguration } from './contract.ts';

const classicalOnly: RepairTools = {
  networkFor: async () => undefined,
  defectNetwork: async () => undefined,
};

/** Networks, loaded once and kept, and the providers they run on. */
export class Toolbox {
  readonly registry: ModelRegistry;
  readonly #verdicts: VerdictOptions;
  readonly #trustsPaths: boolean;
  readonly #tools = new Map<string, Promise<RepairTools>>();
  readonly #notices = new Set<NoticeCode>();
  #chosen = new Map<string, Promise<ProviderName>>();

  /** @param trust whether a model may be named by its path: by the command line it may, by the window never */
  constructor({ resourcesFolder, userDataFolder }: EngineConfiguration, trust: 'ids' | 'paths' = 'ids') {
    this.#trustsPaths = trust === 'paths';
    this.registry = new ModelRegistry({
      bundledFolder: join(resourcesFolder, 'models'),
      userFolder: join(userDataFolder, 'models'),
    });
    this.#verdicts = {
      modelPath: join(resourcesFolder, 'probe', 'probe.onnx'),
      cachePath: join(userDataFolder, 'devices.json'),
    };
  }

  /** Changes on the way that nobody was told of yet, such as going on with the processor. */
  takeNotices(): NoticeCode[] {
    const taken = [...this.#notices];
    this.#notices.clear();
    return taken;
  }

  /** @throws AppError `runtime/provider-unavailable` */
  provider(wanted: ProviderName | 'auto'): Promise<ProviderName> {
    const known = this.#chosen.get(wanted);
    if (known !== undefined) return known;
    const choosing = chooseProvider(wanted, (provider) => verdictOn(provider, this.#verdicts));
    this.#chosen.set(wanted, choosing);
    choosing.catch(() => this.#chosen.delete(wanted));
    return choosing;
  }

  /**
   * The tools of a restoration.
   * @param model a model's id, `auto`, `none`, or `texture`: as `auto`, with texture in wide holes
   * @throws AppError `model/not-found`
   */
  tools(model: string, provider: ProviderName): Promise<RepairTools> {
    if (model === 'none') return Promise.resolve(classicalOnly);
    const key = `${provider} ${model}`;
    const known = this.#tools.get(key);
    if (known !== undefined) return known;
    const making = this.#make(model, provider);
    this.#tools.set(key, making);
    making.catch(() => this.#tools.delete(key));
    return making;
  }

  async #make(model: string, provider: ProviderName): Promise<RepairTools> {
    const preferred = await this.#preferred(model);
    return repairTools({
      registry: this.registry,
      open: (modelPath) => openSession(modelPath, provider),
      openOnCpu: provider === 'cpu' ? undefined : (modelPath) => openSession(modelPath, 'cpu'),
      isWorthRetryingSmaller,
      onNotice: (_notice, code) => this.#notices.add(code),
      addsTexture: model === textureChoice,
      ...definedOnly(preferred),
    });
  }

  async #preferred(model: string): Promise<ModelEntry | undefined> {
    if (isNoModel(model)) return undefined;
    return this.#trustsPaths ? this.registry.resolve(model) : this.registry.get(model);
  }

  /** Which model is used for a kind of damage; undefined where classical methods are all. */
  async modelFor(model: string, kind: DamageKind): Promise<ModelEntry | undefined> {
    if (model === 'none') return undefined;
    const role = kind === 'stain' || kind === 'scratch' ? 'marks' : 'picture';
    return modelFor(kind, role, { registry: this.registry, ...definedOnly(await this.#preferred(model)) });
  }

  async devices(): Promise<Device[]> {
    const verdicts = await allVerdicts(this.#verdicts);
    return verdicts.map(({ provider, ok, reason, detail, milliseconds }) => ({
      provider,
      works: ok,
      reason,
      detail,
      milliseconds,
    }));
  }

  /** Other models may be the right ones from now on. */
  forgetTools(): void {
    this.#tools.clear();
  }
}

function definedOnly(preferred: ModelEntry | undefined): { preferred?: ModelEntry } {
  return preferred === undefined ? {} : { preferred };
}
