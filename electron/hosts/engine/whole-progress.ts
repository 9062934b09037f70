import type { RestoreProgress } from '../../engine/progress.ts';
import type { ProviderName } from '../../engine/runtime/providers.ts';
import type { CallContext } from '../serve.ts';
import type { RestoreProgressData } from './contract.ts';

/** Tells main how far a job on a whole photo has come. */
export function wholeProgress(
  call: CallContext<RestoreProgressData>,
  provider: ProviderName,
): (progress: RestoreProgress) => void {
  return ({ tilesDone, tiles, secondsLeft }) =>
    call.progress({
      fraction: tilesDone / Math.max(1, tiles),
      tilesDone,
      tiles,
      secondsLeft: secondsLeft ?? null,
      provider,
    });
}
