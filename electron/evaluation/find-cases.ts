import { applyMosaic } from '../engine/classical/mosaic.ts';
import { AppError } from '../engine/errors.ts';
import { crop, pasteInto } from '../engine/pixels/crop.ts';
import { gaussianBlur } from '../engine/pixels/gaussian.ts';
import { createPlanes, type Planes, type Rect } from '../engine/pixels/planes.ts';
import type { Random } from '../engine/pixels/random.ts';

/** Damage that is to be found in a whole photo, written `ink`, `scratch`, `dust`, `mosaic:8`, `blur:3` or `clean`. */
export type FindCase =
  | { readonly kind: 'clean' | 'ink' | 'scratch' | 'dust' }
  | { readonly kind: 'mosaic' | 'blur'; readonly px: number };

export const allFindCases = 'clean,ink,scratch,dust,mosaic:4,mosaic:8,mosaic:16,blur:3,blur:6';

export function findCaseName(findCase: FindCase): string {
  return 'px' in findCase ? `${findCase.kind}:${findCase.px}` : findCase.kind;
}

/** @throws AppError `usage/bad-case` */
export function parseFindCases(text: string): FindCase[] {
  const list = text === 'all' ? allFindCases : text;
  return list.split(',').map((item): FindCase => {
    const [kind, strength] = item.trim().split(':');
    const px = Number(strength);
    if ((kind === 'mosaic' || kind === 'blur') && px >= 1 && px <= 64) return { kind, px };
    if (
      (kind === 'clean' || kind === 'ink' || kind === 'scratch' || kind === 'dust') &&
      strength === undefined
    )
      return { kind };
    throw new AppError('usage/bad-case', `"${item}" is not a case; use for example ${allFindCases}.`);
  });
}

/** A damaged photo, rounded to 8 bit, and which of its pixels visibly changed. */
export interface SpoiledPhoto {
  readonly planes: Planes;
  /** [1, H, W], 0 or 1. */
  readonly truth: Planes;
}

/** A change of this much (ten levels of 255) in any channel can be seen; what changed less need not be found. */
const visible = 10 / 255;

/** Damages a whole good photo. Drawn apart from the damage that networks are trained on, so as not to flatter them. */
export function spoil(original: Planes, findCase: FindCase, random: Random): SpoiledPhoto {
  const planes: Planes = { ...original, data: original.data.slice() };
  switch (findCase.kind) {
    case 'clean':
      break;
    case 'ink':
      for (let i = random.integer(1, 5); i > 0; i--) inkBlot(planes, random);
      break;
    case 'scratch':
      for (let i = random.integer(2, 7); i > 0; i--) scratch(planes, random);
      break;
    case 'dust':
      for (let i = random.integer(10, 41); i > 0; i--) speck(planes, random);
      break;
    case 'mosaic': {
      const box = randomBox(planes, 6 * findCase.px, random);
      const grid = { pitchX: findCase.px, pitchY: findCase.px, offsetX: 0, offsetY: 0 };
      pasteInto(planes, applyMosaic(crop(planes, box), grid), box.x, box.y);
      return rounded(planes, boxMask(planes, box));
    }
    case 'blur': {
      const box = randomBox(planes, 20 * findCase.px, random);
      pasteInto(planes, crop(gaussianBlur(planes, findCase.px), box), box.x, box.y);
      return rounded(planes, boxMask(planes, box));
    }
  }
  return rounded(planes, changed(original, planes));
}

function rounded(planes: Planes, truth: Planes): SpoiledPhoto {
  const data = planes.data.map((value) => Math.round(255 * Math.min(1, Math.max(0, value))) / 255);
  return { planes: { ...planes, data }, truth };
}

function changed(before: Planes, after: Planes): Planes {
  const truth = createPlanes(before.width, before.height, 1);
  const size = truth.data.length;
  for (let i = 0; i < before.data.length; i++) {
    if (Math.abs(after.data[i] - before.data[i]) > visible) truth.data[i % size] = 1;
  }
  return truth;
}

function boxMask({ width, height }: Planes, box: Rect): Planes {
  const truth = createPlanes(width, height, 1);
  for (let y = box.y; y < box.y + box.height; y++) {
    truth.data.fill(1, y * width + box.x, y * width + box.x + box.width);
  }
  return truth;
}

/** A rectangle of 15 to 40 % of each side, but at least `leastPx`, at any place. */
function randomBox({ width, height }: Planes, leastPx: number, random: Random): Rect {
  const side = (length: number) =>
    Math.min(
      length,
      Math.max(Math.min(leastPx, length >> 1), Math.round(length * random.uniform(0.15, 0.4))),
    );
  const [w, h] = [side(width), side(height)];
  return {
    x: random.integer(0, width - w + 1),
    y: random.integer(0, height - h + 1),
    width: w,
    height: h,
  };
}

/** Lays a colour over a pixel, `share` 0..1 of it. */
function lay(planes: Planes, x: number, y: number, colour: readonly number[], share: number): void {
  if (x < 0 || y < 0 || x >= planes.width || y >= planes.height || share <= 0) return;
  const size = planes.width * planes.height;
  for (let c = 0; c < 3; c++) {
    const at = c * size + y * planes.width + x;
    planes.data[at] += Math.min(1, share) * (colour[c] - planes.data[at]);
  }
}

/** An uneven blot of dark ink, 1 to 5 % of the shorter side in radius, with a soft rim of a pixel. */
function inkBlot(planes: Planes, random: Random): void {
  const radius = Math.min(planes.width, planes.height) * random.uniform(0.01, 0.05);
  const [cx, cy] = [planes.width * random.next(), planes.height * random.next()];
  const colour = [random.uniform(0, 0.2), random.uniform(0, 0.2), random.uniform(0.05, 0.4)];
  const lobes = [2, 3, 5].map((count) => ({
    count,
    size: random.uniform(0, 0.25),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const reach = Math.ceil(1.8 * radius);
  for (let y = Math.floor(cy) - reach; y <= cy + reach; y++) {
    for (let x = Math.floor(cx) - reach; x <= cx + reach; x++) {
      const angle = Math.atan2(y - cy, x - cx);
      const edge =
        radius *
        (1 + lobes.reduce((sum, { count, size, phase }) => sum + size * Math.sin(count * angle + phase), 0));
      lay(planes, x, y, colour, edge - Math.hypot(x - cx, y - cy) + 0.5);
    }
  }
}

/** A light or, now and then, dark line of 1 to 3 px, straight or slightly bent, over a part or all of the photo. */
function scratch(planes: Planes, random: Random): void {
  const { width, height } = planes;
  const thickness = random.uniform(1, 3);
  const shade = random.next() < 0.7 ? random.uniform(0.85, 1) : random.uniform(0, 0.15);
  const opacity = random.uniform(0.7, 1);
  const length = Math.max(width, height) * random.uniform(0.2, 1.2);
  const angle = random.next() < 0.4 ? Math.PI / 2 + random.uniform(-0.1, 0.1) : random.uniform(0, Math.PI);
  const bend = random.next() < 0.5 ? 0 : random.uniform(-0.1, 0.1) * length;
  const [cx, cy] = [width * random.next(), height * random.next()];
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const cover = new Map<number, number>();
  for (let along = -length / 2; along <= length / 2; along += 0.5) {
    const aside = bend * (0.25 - (along / length) ** 2);
    const [px, py] = [cx + along * ux - aside * uy, cy + along * uy + aside * ux];
    const reach = Math.ceil(thickness / 2 + 1);
    for (let y = Math.floor(py) - reach; y <= py + reach; y++) {
      for (let x = Math.floor(px) - reach; x <= px + reach; x++) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const share = Math.min(1, Math.max(0, thickness / 2 + 0.5 - Math.hypot(x - px, y - py)));
        const at = y * width + x;
        if (share > (cover.get(at) ?? 0)) cover.set(at, share);
      }
    }
  }
  for (const [at, share] of cover) {
    lay(planes, at % width, Math.floor(at / width), [shade, shade, shade], opacity * share);
  }
}

/** A speck of dust or a short hair, 1 to 5 px. */
function speck(planes: Planes, random: Random): void {
  const radius = random.uniform(0.8, 2.5);
  const shade = random.next() < 0.6 ? random.uniform(0.85, 1) : random.uniform(0, 0.15);
  const [cx, cy] = [planes.width * random.next(), planes.height * random.next()];
  const stretch = random.uniform(1, 2.2);
  const angle = random.uniform(0, Math.PI);
  const reach = Math.ceil(radius * stretch) + 1;
  for (let y = Math.floor(cy) - reach; y <= cy + reach; y++) {
    for (let x = Math.floor(cx) - reach; x <= cx + reach; x++) {
      const along = (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle);
      const aside = (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle);
      lay(planes, x, y, [shade, shade, shade], radius + 0.5 - Math.hypot(along / stretch, aside));
    }
  }
}
