import type { Photo } from '../../engine/photo/photo.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import { actedSteps } from '../../engine/whole/acted.ts';
import { restoreWholeInParts } from '../../engine/whole/restore-whole.ts';
import type { WholeSteps as EngineSteps } from '../../engine/whole/steps.ts';
import type { WholeSteps } from '../../ipc/document.ts';
import type { PatchInfo } from '../../ipc/layers.ts';
import type { CallContext } from '../serve.ts';
import type { EngineMethods, RestoreProgressData, WholeOutcome } from './contract.ts';
import type { PatchStore } from './patch-store.ts';
import type { Toolbox } from './toolbox.ts';
import { wholeProgress } from './whole-progress.ts';

export interface WholeContext {
  readonly photo: Photo;
  /** The photo with what was repaired before. */
  readonly base: Raster;
  readonly toolbox: Toolbox;
  readonly patches: PatchStore;
  readonly call: CallContext<RestoreProgressData>;
}

/**
 * Repairs a whole photo into patches that lie side by side. They go to the disk while the next ones are made; of a job
 * that was cancelled none is left.
 * @throws AppError as `restoreWhole`
 */
export async function repairWhole(
  { photo: source, model, provider: wanted, steps }: EngineMethods['repairWhole']['in'],
  { photo, base, toolbox, patches, call }: WholeContext,
): Promise<WholeOutcome> {
  const startedAt = performance.now();
  const provider = await toolbox.provider(wanted);
  const made: PatchInfo[] = [];
  const options = {
    ...(await toolbox.tools(model, provider)),
    steps: engineSteps(steps),
    signal: call.signal,
    onProgress: wholeProgress(call, provider),
  };
  try {
    const measured = await restoreWholeInParts(base, options, async (patch) => {
      made.push({ id: patches.add(source, patch, photo.colour), rect: patch.rect });
      await patches.roomForMore();
    });
    return {
      patches: made,
      report: actedSteps(measured),
      provider,
      seconds: (performance.now() - startedAt) / 1000,
      notices: toolbox.takeNotices(),
    };
  } catch (error) {
    await patches.discard(
      source,
      made.map(({ id }) => id),
    );
    throw error;
  }
}

function engineSteps({ marks, fading, noise, jpeg }: WholeSteps): EngineSteps {
  return {
    scratches: marks,
    stains: marks,
    mosaics: marks,
    blurs: marks,
    fading,
    denoise: noise,
    dejpeg: jpeg,
  };
}
