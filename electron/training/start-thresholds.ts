import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestName } from '../engine/models/entry.ts';
import { type Manifest, parseManifest } from '../engine/models/manifest.ts';

/**
 * The thresholds of the model that a training goes on from: what it learns more does not change what its logits mean.
 * @param startWeights the file that it began with
 * @returns undefined where that is no model's, the model has none, or is gone
 */
export async function startThresholds(startWeights: string | null): Promise<Manifest['find']> {
  if (startWeights === null || !startWeights.endsWith('.onnx')) return undefined;
  const text = await readFile(join(dirname(startWeights), manifestName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseManifest(text).find;
  } catch {
    return undefined;
  }
}
