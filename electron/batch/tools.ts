import type { DamageKind } from '../engine/damage/kinds.ts';
import type { FoundRegion } from '../engine/find/found.ts';
import type { Raster } from '../engine/pixels/raster.ts';
import type { RepairTools } from '../engine/region/repair.ts';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { How } from '../ipc/batch.ts';

/** What a batch needs of the process that it runs in. */
export interface BatchTools {
  provider(how: How): Promise<ProviderName>;
  repair(how: How): Promise<RepairTools>;
  /** Looks for damage in a whole picture. */
  find(
    picture: Raster,
    how: How,
    minConfidence: number,
    signal: AbortSignal,
  ): Promise<readonly FoundRegion[]>;
  /** The same for every least confidence that a person can choose, found in one go. */
  findAll(
    picture: Raster,
    how: How,
    signal: AbortSignal,
  ): Promise<(leastConfidence: number) => readonly FoundRegion[]>;
  /** The models used for kinds of damage. */
  models(
    kinds: readonly DamageKind[],
    how: How,
  ): Promise<readonly { readonly id: string; readonly sha256: string }[]>;
  /** What happened since it was last asked, such as `provider-failed`. */
  takeNotices(): readonly string[];
}
