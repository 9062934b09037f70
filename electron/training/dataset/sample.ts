import type { Random } from '../../engine/pixels/random.ts';
import { articleSample } from './article.ts';
import { defectsSample } from './defects.ts';
import { detailSample } from './detail.ts';
import { fillSample } from './fill.ts';
import type { DamageMix } from './mix.ts';
import type { Recipe, RgbPhoto, Sample } from './recipe.ts';

/** One training pair from a photo; the same random state gives the same pair. */
export function makeSample(
  recipe: Recipe,
  photo: RgbPhoto,
  sizePx: number,
  random: Random,
  mix?: DamageMix,
): Sample {
  switch (recipe) {
    case 'article':
      return articleSample(photo, sizePx, random);
    case 'detail':
      return detailSample(photo, sizePx, random, mix);
    case 'fill':
      return fillSample(photo, sizePx, random);
    case 'defects':
      return defectsSample(photo, sizePx, random, mix);
  }
}
