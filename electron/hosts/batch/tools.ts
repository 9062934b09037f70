import type { BatchTools } from '../../batch/tools.ts';
import type { DamageKind } from '../../engine/damage/kinds.ts';
import { findDamage } from '../../engine/find/find-damage.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import type { How } from '../../ipc/batch.ts';
import { Toolbox } from '../engine/toolbox.ts';
import type { BatchConfiguration } from './contract.ts';

/** The networks of a batch, in the process that it runs in. */
export function batchTools(configuration: BatchConfiguration): BatchTools {
  const toolbox = new Toolbox(configuration, configuration.models);

  const provider = ({ provider: wanted }: How) => toolbox.provider(wanted);
  const look = async (picture: Raster, how: How, leastConfidence: number, signal: AbortSignal) => {
    const networks = await toolbox.tools(how.model, await provider(how));
    return findDamage(picture, networks, { leastConfidence, signal });
  };
  return {
    provider,
    repair: async (how) => toolbox.tools(how.model, await provider(how)),
    find: async (picture, how, least, signal) => (await look(picture, how, least, signal)).regions,
    findAll: async (picture, how, signal) => (await look(picture, how, 0, signal)).regionsAt,
    models: async (kinds: readonly DamageKind[], { model }: How) => {
      const entries = await Promise.all(kinds.map((kind) => toolbox.modelFor(model, kind)));
      const used = new Map(
        entries.flatMap((entry) => (entry ? [[entry.manifest.id, entry.manifest.sha256]] : [])),
      );
      return [...used].map(([id, sha256]) => ({ id, sha256 }));
    },
    takeNotices: () => toolbox.takeNotices(),
  };
}
