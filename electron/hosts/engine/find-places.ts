import { findDamage } from '../../engine/find/find-damage.ts';
import { certaintyOf, type FoundRegion } from '../../engine/find/found.ts';
import { compressPlainPng } from '../../engine/photo/plain-png.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import type { FoundPlace } from '../../ipc/whole-photo.ts';
import type { CallContext } from '../serve.ts';
import type { EngineMethods, FindOutcome, RestoreProgressData } from './contract.ts';
import type { Toolbox } from './toolbox.ts';
import { wholeProgress } from './whole-progress.ts';

/**
 * Looks for damage in a whole photo. What is doubtful comes as well, for a person to decide on.
 * @throws AppError as `findDamage`
 */
export async function findPlaces(
  { provider: wanted }: EngineMethods['find']['in'],
  picture: Raster,
  toolbox: Toolbox,
  call: CallContext<RestoreProgressData>,
): Promise<FindOutcome> {
  const provider = await toolbox.provider(wanted);
  const { regions, doubtful, least } = await findDamage(picture, await toolbox.tools('auto', provider), {
    signal: call.signal,
    onProgress: wholeProgress(call, provider),
  });
  const places: FoundPlace[] = [];
  for (const region of [...regions, ...doubtful()]) {
    places.push(await placeOf(region, certaintyOf(region.confidence, least[region.kind])));
  }
  return { places: places.sort((a, b) => b.certainty - a.certainty), notices: toolbox.takeNotices() };
}

async function placeOf({ kind, rect, mask, damage }: FoundRegion, certainty: number): Promise<FoundPlace> {
  if (mask === undefined) return { kind, rect: { ...rect }, damage, certainty };
  const { width, height } = rect;
  const png = await compressPlainPng({ width, height, channels: 1, depth: 8, data: mask });
  return { kind, rect: { ...rect }, mask: Buffer.from(png).toString('base64'), damage, certainty };
}
