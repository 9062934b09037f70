import type { ImportAnswers } from './answers.ts';
import type { Measured } from './check-job.ts';
import type { Manifest } from './manifest.ts';
import type { SampleRange } from './signature.ts';

/** Networks that enlarge hold large tensors at the enlarged size: their tiles are smaller. */
const enlargingTiles = { tileSizePx: 256, marginPx: 32, sizeMultiple: 8 };

/** A manifest with what a run of the model has shown; what the person said counts more. */
export function completeManifest(manifest: Manifest, measured: Measured, answers: ImportAnswers): Manifest {
  const { signature, adapter } = manifest;
  if (signature === undefined) return manifest;
  const { scale = signature.output.scale, minSidePx } = measured;
  const isFilling = adapter === 'fill' && answers.outputRange === undefined;
  const range = isFilling ? rangeOf(signature.output.range, measured) : signature.output.range;
  return {
    ...manifest,
    ...(scale > 1 && signature.size === undefined && enlargingTiles),
    output: { ...manifest.output, range },
    signature: {
      ...signature,
      output: { ...signature.output, range, scale },
      ...(minSidePx !== undefined && { minSidePx }),
    },
  };
}

/** The range of an output by its extremes, for a picture that has all from black to white. */
function rangeOf(assumed: SampleRange, { lowest, highest }: Measured): SampleRange {
  if (lowest === undefined || highest === undefined) return assumed;
  if (highest > 4) return '0..255';
  return lowest < -0.3 ? '-1..1' : '0..1';
}
