import type { DamageKind } from '../damage/kinds.ts';
import type { DetailNetwork, RepairTools } from '../region/repair.ts';
import type { ModelEntry } from './entry.ts';
import { type FallbackOptions, makeNetwork, type RunnableModel } from './network.ts';
import type { ModelRegistry } from './registry.ts';

export interface ToolOptions {
  readonly registry: ModelRegistry;
  /** Loads a model on the chosen device. */
  readonly open: (modelPath: string) => Promise<RunnableModel>;
  /** Loads it on the processor; undefined where that is the chosen device. */
  readonly openOnCpu: ((modelPath: string) => Promise<RunnableModel>) | undefined;
  readonly isWorthRetryingSmaller: FallbackOptions['isWorthRetryingSmaller'];
  /** A model to use for all damage it can treat; without it each kind gets its best. */
  readonly preferred?: ModelEntry;
  /** Tells a person what changed on the way ("going on with the processor"). */
  readonly onNotice: FallbackOptions['onNotice'];
}

/** The tools of a restoration from a registry: models are checked and loaded when first needed, once. */
export function repairTools(options: ToolOptions): RepairTools {
  const networks = new Map<string, Promise<DetailNetwork>>();

  async function load(entry: ModelEntry): Promise<DetailNetwork> {
    await options.registry.verify(entry);
    const { openOnCpu } = options;
    const { session, onCpu } = await openAnywhere(entry.modelPath);
    return makeNetwork(entry.manifest, session, {
      isWorthRetryingSmaller: options.isWorthRetryingSmaller,
      openOnCpu: openOnCpu === undefined || onCpu ? undefined : () => openOnCpu(entry.modelPath),
      onNotice: options.onNotice,
    });
  }

  /** A model that its device cannot load is loaded on the processor. */
  async function openAnywhere(modelPath: string): Promise<{ session: RunnableModel; onCpu: boolean }> {
    const { open, openOnCpu, isWorthRetryingSmaller, onNotice } = options;
    try {
      return { session: await open(modelPath), onCpu: false };
    } catch (error) {
      if (openOnCpu === undefined || !isWorthRetryingSmaller(error)) throw error;
      const session = await openOnCpu(modelPath);
      onNotice('The device cannot load the model: going on with the processor.', 'provider-failed');
      return { session, onCpu: true };
    }
  }

  function networkOf(entry: ModelEntry): Promise<DetailNetwork> {
    const known = networks.get(entry.modelPath);
    if (known !== undefined) return known;
    const loading = load(entry);
    networks.set(entry.modelPath, loading);
    loading.catch(() => networks.delete(entry.modelPath));
    return loading;
  }

  async function networkFor(kind: DamageKind): Promise<DetailNetwork | undefined> {
    const { preferred, registry } = options;
    const suits = preferred?.manifest.damage.some((damage) => damage === kind) ?? false;
    const entry = suits ? preferred : await registry.forDamage(kind);
    return entry === undefined ? undefined : networkOf(entry);
  }

  return { networkFor, defectNetwork: () => networkFor('stain') };
}
