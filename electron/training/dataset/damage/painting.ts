import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';

/** A picture that is being painted on, and how much paint lies on each of its pixels. */
export interface Painting {
  /** RGB, 0..1, changed in place. */
  readonly picture: Planes;
  /** [1, H, W], 0..1: what part of each pixel's light no longer comes from the photo. */
  readonly cover: Planes;
}

/** A damaged picture and where it is damaged: [1, H, W], 1 or 0. */
export interface Damaged {
  readonly planes: Planes;
  readonly map: Planes;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** How one lot of paint lies on the picture. */
export interface Paint {
  readonly colour: Colour;
  /** Of a fully covered pixel, 0..1. */
  readonly opacity: number;
  /** Paint hides what is below; ink lets its light and shade through. */
  readonly kind: 'paint' | 'ink';
}

/** A pixel counts as damaged where paint covers at least half of it, ... */
const damagedCover = 0.5;
/** ... or where any channel moved by more than this: ten levels of 255, too much to leave standing. */
const damagedChange = 0.04;

/** A copy of an RGB picture to paint on. */
export function startPainting(planes: Planes): Painting {
  return {
    picture: { ...planes, data: planes.data.slice() },
    cover: createPlanes(planes.width, planes.height, 1),
  };
}

/** Paints the pixels of `shape` ([1, H, W], 0..1). */
export function layPaint({ picture, cover }: Painting, shape: Planes, paint: Paint): void {
  const size = cover.data.length;
  const { colour, opacity, kind } = paint;
  for (let i = 0; i < size; i++) {
    if (shape.data[i] === 0) continue;
    const share = opacity * shape.data[i];
    cover.data[i] = 1 - (1 - cover.data[i]) * (1 - share);
    for (let c = 0; c < 3; c++) {
      const before = picture.data[c * size + i];
      // Ink keeps a quarter of the photo's light and shade.
      const wanted = kind === 'ink' ? colour[c] * (0.75 + 0.25 * before) : colour[c];
      picture.data[c * size + i] = before + share * (wanted - before);
    }
  }
}

/** The painted picture, and where it differs from the one that the painting began with. */
export function finishPainting(original: Planes, { picture, cover }: Painting): Damaged {
  const map = createPlanes(cover.width, cover.height, 1);
  const size = map.data.length;
  for (let i = 0; i < size; i++) {
    let change = 0;
    for (let at = i; at < 3 * size; at += size) {
      change = Math.max(change, Math.abs(picture.data[at] - original.data[at]));
    }
    map.data[i] = cover.data[i] >= damagedCover || change > damagedChange ? 1 : 0;
  }
  return { planes: picture, map };
}
