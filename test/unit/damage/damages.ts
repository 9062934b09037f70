import { applyMosaic } from '../../../electron/engine/classical/mosaic.ts';
import type { Damage, MosaicGrid } from '../../../electron/engine/damage/kinds.ts';
import { crop } from '../../../electron/engine/pixels/crop.ts';
import { gaussianBlur } from '../../../electron/engine/pixels/gaussian.ts';
import { blend } from '../../../electron/engine/pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from '../../../electron/engine/pixels/planes.ts';
import { createRandom, type Random } from '../../../electron/engine/pixels/random.ts';
import { toEightBit } from '../classical/photos.ts';

/** A damaged rectangle in a window of a photo. */
export interface Case {
  readonly window: Planes;
  readonly inside: Planes;
  readonly rect: Rect;
  readonly random: Random;
}

/** A sound window of a photo with a rectangle of `side` pixels somewhere in it. */
export function soundCase(photo: Planes, side: number, seed: number): Case {
  const random = createRandom(seed);
  const size = Math.min(2 * side, photo.width, photo.height);
  const window = crop(photo, {
    x: random.integer(0, photo.width - size + 1),
    y: random.integer(0, photo.height - size + 1),
    width: size,
    height: size,
  });
  const rect = {
    x: random.integer(0, size - side + 1),
    y: random.integer(0, size - side + 1),
    width: side,
    height: side,
  };
  return { window, inside: rectMask(size, size, rect), rect, random };
}

export function rectMask(width: number, height: number, rect: Rect): Planes {
  const mask = createPlanes(width, height, 1);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    mask.data.fill(1, y * width + rect.x, y * width + rect.x + rect.width);
  }
  return mask;
}

/** A grid of the given pitch with a random offset, whole for whole pitches. */
export function randomGrid(pitch: number, random: Random): MosaicGrid {
  const offset = () => (Number.isInteger(pitch) ? random.integer(0, pitch) : random.uniform(0, pitch));
  return { pitchX: pitch, pitchY: pitch, offsetX: offset(), offsetY: offset() };
}

/** The case's window with its rectangle damaged, as 8 bit. For stains and scratches also which pixels. */
export function damaged(base: Case, damage: Damage): { window: Planes; map: Planes } {
  const { window, inside, rect, random } = base;
  switch (damage.kind) {
    case 'mosaic':
      return { window: toEightBit(blend(window, applyMosaic(window, damage.grid), inside)), map: inside };
    case 'blur':
      return { window: toEightBit(blend(window, gaussianBlur(window, damage.sigmaPx), inside)), map: inside };
    case 'fill':
      return painted(window, inside, [0.5, 0.5, 0.5]);
    case 'stain':
      return painted(window, discs(base, rect, random), [0.05, 0.08, 0.15]);
    case 'scratch':
      return painted(window, lines(base, rect, random), [0.95, 0.95, 0.95]);
    case 'colour':
      throw new Error('no damage that analysis could find');
  }
}

function painted(window: Planes, map: Planes, colour: readonly number[]): { window: Planes; map: Planes } {
  const paint = createPlanes(window.width, window.height, window.channels);
  const size = window.width * window.height;
  colour.forEach((value, c) => {
    paint.data.fill(value, c * size, (c + 1) * size);
  });
  return { window: toEightBit(blend(window, paint, map)), map };
}

/** Five discs with soft borders of one pixel. */
function discs(base: Case, rect: Rect, random: Random): Planes {
  const map = createPlanes(base.window.width, base.window.height, 1);
  for (let n = 0; n < 5; n++) {
    const radius = rect.width * random.uniform(0.03, 0.1);
    const cx = rect.x + random.uniform(radius, rect.width - radius);
    const cy = rect.y + random.uniform(radius, rect.height - radius);
    cover(map, rect, (x, y) => radius + 0.5 - Math.hypot(x - cx, y - cy));
  }
  return map;
}

/** Five straight lines, one to three pixels wide. */
function lines(base: Case, rect: Rect, random: Random): Planes {
  const map = createPlanes(base.window.width, base.window.height, 1);
  for (let n = 0; n < 5; n++) {
    const x0 = rect.x + random.uniform(0.2, 0.8) * rect.width;
    const y0 = rect.y + random.uniform(0.2, 0.8) * rect.height;
    const angle = random.uniform(0, Math.PI);
    const half = random.uniform(0.5, 1.5);
    cover(
      map,
      rect,
      (x, y) => half + 0.5 - Math.abs((x - x0) * Math.sin(angle) - (y - y0) * Math.cos(angle)),
    );
  }
  return map;
}

function cover(map: Planes, rect: Rect, depth: (x: number, y: number) => number): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const at = y * map.width + x;
      map.data[at] = Math.max(map.data[at], Math.min(1, depth(x, y)));
    }
  }
}
