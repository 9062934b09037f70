import type { DamageKind } from '../damage/kinds.ts';
import type { DetailNetwork } from '../region/detail-repair.ts';
import type { RepairTools } from '../region/repair.ts';
import type { WindowModel } from '../region/window-model.ts';
import { type ModelRole, roleOf } from './adapters/by-name.ts';
import type { ModelEntry } from './entry.ts';
import { type FallbackOptions, makeNetwork, type RunnableModel } from './network.ts';
import type { ModelRegistry } from './registry.ts';
import { isWindowModel, makeWindowModel } from './window-models.ts';

export interface ToolOptions {
  readonly registry: ModelRegistry;
  /** Loads a model on the chosen device. */
  readonly open: (modelPath: string) => Promise<RunnableModel>;
  /** Loads it on the processor; undefined where that is the chosen device. */
  readonly openOnCpu: ((modelPath: string) => Promise<RunnableModel>) | undefined;
  readonly isWorthRetryingSmaller: FallbackOptions['isWorthRetryingSmaller'];
  /** A model to use for all damage it can treat; without it each kind gets its best. */
  readonly preferred?: ModelEntry;
  readonly addsTexture?: boolean;
  /** Tells a person what changed on the way ("going on with the processor"). */
  readonly onNotice: FallbackOptions['onNotice'];
}

/** The tools of a restoration from a registry: models are checked and loaded when first needed, once. */
export function repairTools(options: ToolOptions): RepairTools {
  const networks = new Map<string, Promise<DetailNetwork>>();
  const windowModels = new Map<string, Promise<WindowModel>>();
  const { openOnCpu, isWorthRetryingSmaller, onNotice, registry } = options;

  /** A loaded model and what to do when it fails. */
  async function load(entry: ModelEntry): Promise<{ session: RunnableModel; fallback: FallbackOptions }> {
    await registry.verify(entry);
    const { session, onCpu } = await openAnywhere(entry.modelPath);
    return {
      session,
      fallback: {
        isWorthRetryingSmaller,
        openOnCpu: openOnCpu === undefined || onCpu ? undefined : () => openOnCpu(entry.modelPath),
        onNotice,
      },
    };
  }

  /** A model that its device cannot load is loaded on the processor. */
  async function openAnywhere(modelPath: string): Promise<{ session: RunnableModel; onCpu: boolean }> {
    try {
      return { session: await options.open(modelPath), onCpu: false };
    } catch (error) {
      if (openOnCpu === undefined || !isWorthRetryingSmaller(error)) throw error;
      const session = await openOnCpu(modelPath);
      onNotice('The device cannot load the model: going on with the processor.', 'provider-failed');
      return { session, onCpu: true };
    }
  }

  function once<Made>(
    made: Map<string, Promise<Made>>,
    { modelPath }: ModelEntry,
    make: () => Promise<Made>,
  ): Promise<Made> {
    const known = made.get(modelPath);
    if (known !== undefined) return known;
    const making = make();
    made.set(modelPath, making);
    making.catch(() => made.delete(modelPath));
    return making;
  }

  function networkOf(entry: ModelEntry): Promise<DetailNetwork> {
    return once(networks, entry, async () => {
      const { session, fallback } = await load(entry);
      return makeNetwork(entry.manifest, session, fallback);
    });
  }

  function windowModelOf(entry: ModelEntry): Promise<WindowModel> {
    return once(windowModels, entry, () =>
      makeWindowModel(entry.manifest, {
        load: () => load(entry),
        loadFaceFinder: async () => {
          const finder = await registry.faceFinder();
          return finder && { manifest: finder.manifest, ...(await load(finder)) };
        },
        onNotice,
      }),
    );
  }

  const entryFor = (kind: DamageKind, role: ModelRole) => modelFor(kind, role, options);

  return {
    addsTexture: options.addsTexture === true,
    networkFor: async (kind) => {
      const entry = await entryFor(kind, 'picture');
      return entry === undefined || isWindowModel(entry) ? undefined : networkOf(entry);
    },
    defectNetwork: async () => {
      const entry = await entryFor('stain', 'marks');
      return entry && networkOf(entry);
    },
    windowModelFor: async (kind) => {
      const [picture, filling] = await Promise.all([entryFor(kind, 'picture'), entryFor(kind, 'fill')]);
      if (picture !== undefined && isWindowModel(picture)) return windowModelOf(picture);
      return filling && windowModelOf(filling);
    },
  };
}

/** The model that plays a role for a kind of damage: the preferred one where it can. */
export async function modelFor(
  kind: DamageKind,
  role: ModelRole,
  { preferred, registry }: Pick<ToolOptions, 'preferred' | 'registry'>,
): Promise<ModelEntry | undefined> {
  const suits =
    preferred !== undefined &&
    roleOf(preferred.manifest.adapter) === role &&
    preferred.manifest.damage.some((damage) => damage === kind);
  return suits ? preferred : registry.forDamage(kind, role);
}
