import { gaussianBlur } from '../../engine/pixels/gaussian.ts';
import type { Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { recoloured } from './colouring.ts';
import { age } from './damage/ageing.ts';
import { fade } from './damage/fading.ts';
import { type Damaged, finishPainting, startPainting } from './damage/painting.ts';
import { randomRegion, shareOf, wholeRegion } from './damage/regions.ts';
import { wear } from './damage/wear.ts';
import { type DamageMix, usualMix } from './mix.ts';
import { patterned } from './patterns.ts';
import type { RgbPhoto, Sample } from './recipe.ts';
import { randomWindow } from './window.ts';

/** Share of samples without any damage, so that the network learns to leave a good photo alone. */
const cleanShare = 0.2;
/** Share of samples that have a regular pattern in them, which is not damage. */
const patternedShare = 0.2;
/** Share of samples whose region is the whole square, beyond those that `randomRegion` makes so: more to learn from. */
const wholeShare = 0.3;
const recolouredShare = 0.6;
const fadedShare = 0.25;
/** More paint than this leaves nothing to tell it from; such a sample is painted anew. */
const mostDamaged = 0.45;
const attempts = 3;
const wearRange = { jpegShare: 0.5, minQuality: 60, maxQuality: 97 };

/**
 * A pair for the `defects` network. Input [4, S, S]: the damaged photo - 0.5 and the region; target [1, S, S]: 1 on
 * the pixels that stains or scratches changed, 0 elsewhere. Damage is centred inside the region and may reach beyond.
 */
export function defectsSample(
  photo: RgbPhoto,
  sizePx: number,
  random: Random,
  mix: DamageMix = usualMix,
): Sample {
  const window = randomWindow(photo, sizePx, 3, random);
  const coloured = random.next() < recolouredShare ? recoloured(window, random) : window;
  const depicted = random.next() < patternedShare ? patterned(coloured, random) : coloured;
  const original = random.next() < fadedShare ? fade(depicted, random) : depicted;
  const mask = random.next() < wholeShare ? wholeRegion(sizePx) : randomRegion(sizePx, random);
  const damage = random.next() < cleanShare ? undefined : damageOnce(original, mask, random, mix);
  const damaged = wear(damage?.planes ?? copyOf(original), random, wearRange);
  const size = sizePx * sizePx;
  const input = new Float32Array(4 * size);
  for (let i = 0; i < 3 * size; i++) input[i] = damaged.data[i] - 0.5;
  input.set(mask.data, 3 * size);
  const target = damage?.map.data ?? new Float32Array(size);
  return { input, target, mask: mask.data, weight: 1, damaged, original };
}

function damageOnce(original: Planes, mask: Planes, random: Random, mix: DamageMix): Damaged {
  // What lies on a print is scanned together with it, so both are as sharp as the scan.
  const softness = random.next() < 0.2 ? random.uniform(0.3, 0.8) : 0;
  const kind = random.next();
  const { stainShare, lineShare } = mix;
  const ageing = kind < stainShare ? 'stains' : kind < stainShare + lineShare ? 'lines' : 'everything';
  for (let attempt = 1; ; attempt++) {
    const painting = startPainting(original);
    age(painting, ageing, mask, 3, random);
    const sharp = finishPainting(original, painting);
    if (attempt < attempts && shareOf(sharp.map) > mostDamaged) continue;
    if (softness === 0) return sharp;
    const { picture, cover } = painting;
    const soft = { picture: gaussianBlur(picture, softness), cover: gaussianBlur(cover, softness) };
    return finishPainting(gaussianBlur(original, softness), soft);
  }
}

function copyOf(planes: Planes): Planes {
  return { ...planes, data: planes.data.slice() };
}
