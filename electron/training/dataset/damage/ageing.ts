import type { Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { bareSpot, cupRing, inkBlot, inkDiscs } from './blots.ts';
import type { Place } from './chance.ts';
import { type Damaged, finishPainting, type Painting, startPainting } from './painting.ts';
import { pointInside } from './regions.ts';
import { dust, fold, hairs, hardLine, scratch } from './scratches.ts';
import { brushStroke, handwriting, lettering } from './strokes.ts';

type Brush = (painting: Painting, random: Random, place: Place) => void;

interface Use {
  readonly brush: Brush;
  /** How often it is chosen, relative to the others. */
  readonly share: number;
  /** It is used 1 to so many times on one picture. */
  readonly most: number;
}

const stains: readonly Use[] = [
  { brush: inkBlot, share: 6, most: 5 },
  { brush: inkDiscs, share: 4, most: 1 },
  { brush: cupRing, share: 1, most: 2 },
  { brush: bareSpot, share: 2, most: 4 },
  { brush: brushStroke, share: 3, most: 3 },
  { brush: handwriting, share: 1.2, most: 2 },
  { brush: lettering, share: 1, most: 1 },
];

const lines: readonly Use[] = [
  { brush: scratch, share: 6, most: 8 },
  { brush: hardLine, share: 5, most: 8 },
  { brush: dust, share: 2, most: 2 },
  { brush: hairs, share: 1.5, most: 1 },
  { brush: fold, share: 1.5, most: 2 },
];

const everything = [...stains, ...lines];

/** Which of the things that happen to prints are to happen. */
export type Ageing = 'stains' | 'lines' | 'everything';

const uses: Readonly<Record<Ageing, readonly Use[]>> = { stains, lines, everything };

function choose(list: readonly Use[], random: Random): Use {
  let left = random.next() * list.reduce((sum, use) => sum + use.share, 0);
  for (const use of list) {
    left -= use.share;
    if (left < 0) return use;
  }
  return list[0];
}

/** Paints one to `mostKinds` kinds of damage, each centred inside `mask`; it may reach beyond it. */
export function age(
  painting: Painting,
  ageing: Ageing,
  mask: Planes,
  mostKinds: number,
  random: Random,
): void {
  const place = () => pointInside(mask, random);
  const kinds = random.integer(1, mostKinds + 1);
  for (let i = 0; i < kinds; i++) {
    const { brush, most } = choose(uses[ageing], random);
    // Few marks are likelier than many.
    const times = 1 + Math.floor(most * random.next() * random.next());
    for (let k = 0; k < times; k++) brush(painting, random, place);
  }
}

/**
 * A photo (RGB, 0..1) with ink, paint, bare spots and writing on it.
 * @param mask [1, H, W]: where the stains are centred
 */
export function stained(planes: Planes, mask: Planes, random: Random): Damaged {
  const painting = startPainting(planes);
  age(painting, 'stains', mask, 2, random);
  return finishPainting(planes, painting);
}

/** A photo with scratches, dust, hairs or folds; see `stained`. */
export function scratched(planes: Planes, mask: Planes, random: Random): Damaged {
  const painting = startPainting(planes);
  age(painting, 'lines', mask, 2, random);
  return finishPainting(planes, painting);
}
