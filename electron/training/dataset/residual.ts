import { photomendAdapter } from '../../engine/models/adapters/photomend.ts';
import type { Planes } from '../../engine/pixels/planes.ts';
import type { Sample } from './recipe.ts';

/** No sample's error counts as smaller than this, or flat skies would drown everything else. */
const errorFloor = 3e-4;

/**
 * A pair for a network that corrects an estimate. Input [6, S, S] as restorations pack it, target [3, S, S]: original -
 * estimate. The weight makes the loss relative to the estimate's own error, so that weak and strong damage count alike.
 * @param mask [1, S, S]: where the loss counts
 */
export function residualSample(
  original: Planes,
  damaged: Planes,
  start: Planes,
  mask: Planes,
  sigma: number,
  pitch: number,
): Sample {
  // The very packing that restorations use: what is trained is what is run.
  const { data: input } = photomendAdapter.pack({
    window: damaged,
    start,
    mask,
    blurSigmaPx: sigma,
    mosaicPitchPx: pitch,
  });
  const pixels = mask.data.length;
  const target = new Float32Array(3 * pixels);
  let error = 0;
  let covered = 0;
  for (let i = 0; i < pixels; i++) {
    covered += mask.data[i];
    for (let c = 0; c < 3; c++) {
      const at = c * pixels + i;
      const missing = original.data[at] - 0.5 - input[at];
      target[at] = missing;
      error += mask.data[i] * missing * missing;
    }
  }
  const weight = covered < 1 ? 0 : 1 / Math.max(errorFloor, error / (3 * covered));
  return { input, target, mask: mask.data, weight, damaged, original };
}
