import type { Raster } from '../../engine/pixels/raster.ts';
import { applyPatch } from '../../engine/region/patch.ts';
import type { RepairTools } from '../../engine/region/repair.ts';
import { restoreWholeInParts, type WholeReport } from '../../engine/whole/restore-whole.ts';
import { allWholeSteps } from '../../engine/whole/steps.ts';

/**
 * Repairs a photo as a whole, in place. Patches are laid on it as they come, so that only one is ever held; what they
 * are made from is an untouched copy.
 * @throws AppError as `restoreWhole`
 */
export async function repairWholePhoto(
  raster: Raster,
  tools: RepairTools,
  { strength, signal }: { readonly strength: number; readonly signal: AbortSignal },
): Promise<{ readonly isChanged: boolean; readonly report: WholeReport }> {
  const untouched: Raster = { ...raster, data: raster.data.slice() };
  let isChanged = false;
  const report = await restoreWholeInParts(untouched, { ...tools, steps: allWholeSteps, signal }, (patch) => {
    applyPatch(raster, patch, strength);
    isChanged = true;
  });
  return { isChanged, report };
}
