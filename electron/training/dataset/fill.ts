import { diffuseFill } from '../../engine/classical/fill.ts';
import { dilate } from '../../engine/damage/components.ts';
import { crop } from '../../engine/pixels/crop.ts';
import type { Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { age } from './damage/ageing.ts';
import { finishPainting, startPainting } from './damage/painting.ts';
import { wholeRegion } from './damage/regions.ts';
import { wear } from './damage/wear.ts';
import type { RgbPhoto, Sample } from './recipe.ts';
import { residualSample } from './residual.ts';
import { randomWindow } from './window.ts';

/** Pixels around the sample that the fill takes part of. */
const contextPx = 16;
const wearRange = { jpegShare: 0.3, minQuality: 75, maxQuality: 98 };
/** Detected damage is now and then a pixel wider than the true one. */
const widenedShare = 0.35;
const linesShare = 0.55;

/**
 * A pair for the `fill` network: stains or scratches whose pixels are known are filled by diffusion, which is the
 * estimate to correct; the photo shows nothing of what they hid. See {@link residualSample} for the layout.
 */
export function fillSample(photo: RgbPhoto, sizePx: number, random: Random): Sample {
  const side = sizePx + 2 * contextPx;
  // Grain and JPEG are older than the damage or younger; what hides below it is to look like what lies around it.
  const original = wear(randomWindow(photo, side, 2.2, random), random, wearRange);
  const painting = startPainting(original);
  age(painting, random.next() < linesShare ? 'lines' : 'stains', wholeRegion(side), 3, random);
  const { planes: damaged, map } = finishPainting(original, painting);
  const mask = random.next() < widenedShare ? widened(map) : map;
  const start = diffuseFill(damaged, mask);
  const inner = { x: contextPx, y: contextPx, width: sizePx, height: sizePx };
  const [whole, seen, estimate, hole] = [original, damaged, start, mask].map((planes) => crop(planes, inner));
  return residualSample(whole, seen, estimate, hole, 0, 0);
}

function widened(map: Planes): Planes {
  const wide = dilate(Uint8Array.from(map.data), map.width, 1);
  return { ...map, data: Float32Array.from(wide) };
}
