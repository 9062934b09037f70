import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../electron/engine/damage/analyse.ts';
import type { Damage } from '../../../electron/engine/damage/kinds.ts';
import { judge } from '../../../electron/engine/judge.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom, type Random } from '../../../electron/engine/pixels/random.ts';
import { loadPhoto, photoNames, throughJpeg } from '../classical/photos.ts';
import { damaged, randomGrid, rectMask, soundCase } from './damages.ts';

let photos: Planes[];

beforeAll(async () => {
  photos = [];
  for (const name of photoNames) photos.push(await loadPhoto(name, 600));
});

type Found = ReturnType<typeof analyse>['damage'];

/** Photos in which the damage is recognised, out of eight. */
async function hits(
  side: number,
  make: (random: Random) => Damage,
  accept: (found: Found, made: Damage) => boolean,
  quality?: number,
): Promise<number> {
  let count = 0;
  for (const [k, photo] of photos.entries()) {
    const base = soundCase(photo, side, 31 * k + side);
    const made = make(base.random);
    const { window } = damaged(base, made);
    const seen = quality === undefined ? window : await throughJpeg(window, quality);
    if (accept(analyse(seen, base.inside).damage, made)) count++;
  }
  return count;
}

function offsetError(a: number, b: number, pitch: number): number {
  const gap = (((a - b) % pitch) + pitch) % pitch;
  return Math.min(gap, pitch - gap);
}

function sameGrid(found: Found, made: Damage): boolean {
  if (found.kind !== 'mosaic' || made.kind !== 'mosaic') return false;
  const { grid } = made;
  return (
    Math.abs(found.grid.pitchX - grid.pitchX) < 0.02 * grid.pitchX &&
    Math.abs(found.grid.pitchY - grid.pitchY) < 0.02 * grid.pitchY &&
    offsetError(found.grid.offsetX, grid.offsetX, grid.pitchX) < 1 &&
    offsetError(found.grid.offsetY, grid.offsetY, grid.pitchY) < 1
  );
}

function sameBlur(found: Found, made: Damage): boolean {
  if (found.kind !== 'blur' || made.kind !== 'blur') return false;
  return Math.abs(found.sigmaPx - made.sigmaPx) < 0.25 * made.sigmaPx;
}

describe('recognises on photographs', () => {
  it.each([4, 8, 16, 7.3])('a mosaic of pitch %s with its grid', async (pitch) => {
    const make = (random: Random): Damage => ({ kind: 'mosaic', grid: randomGrid(pitch, random) });
    expect(await hits(128, make, sameGrid)).toBe(8);
    expect(await hits(128, make, sameGrid, 85)).toBeGreaterThanOrEqual(7);
  });

  it('a whole-pixel grid exactly', async () => {
    const make = (random: Random): Damage => ({ kind: 'mosaic', grid: randomGrid(10, random) });
    const exact = await hits(128, make, (found, made) => {
      return found.kind === 'mosaic' && JSON.stringify(found) === JSON.stringify(made);
    });
    expect(exact).toBeGreaterThanOrEqual(7);
  });

  it('a mosaic of oblong blocks', async () => {
    const grid = { pitchX: 12, pitchY: 6, offsetX: 5, offsetY: 2 };
    expect(await hits(128, () => ({ kind: 'mosaic', grid }), sameGrid)).toBeGreaterThanOrEqual(7);
  });

  it('a mosaic in a region of eight blocks by eight', async () => {
    const make = (random: Random): Damage => ({ kind: 'mosaic', grid: randomGrid(8, random) });
    expect(await hits(64, make, sameGrid)).toBeGreaterThanOrEqual(7);
  });

  it.each([1.5, 3, 6, 15])('a blur of sigma %s within a quarter', async (sigmaPx) => {
    const make = (): Damage => ({ kind: 'blur', sigmaPx });
    expect(await hits(144, make, sameBlur)).toBeGreaterThanOrEqual(7);
    expect(await hits(144, make, sameBlur, 85)).toBeGreaterThanOrEqual(6);
  });

  it('ink, scratches and painted-over regions', async () => {
    const sameKind = (found: Found, made: Damage) => found.kind === made.kind;
    expect(await hits(128, () => ({ kind: 'stain' }), sameKind)).toBeGreaterThanOrEqual(6);
    expect(await hits(128, () => ({ kind: 'scratch' }), sameKind)).toBeGreaterThanOrEqual(5);
    expect(await hits(128, () => ({ kind: 'fill' }), sameKind)).toBe(8);
  });

  // Photographs are full of thin lines and dark patches; a person marks regions that need mending.
  it('no mosaic or blur in sound photos, and in half of them nothing at all', async () => {
    let sound = 0;
    for (const [k, photo] of photos.entries()) {
      const { window, inside } = soundCase(photo, 128, 31 * k);
      for (const seen of [window, await throughJpeg(window, 75)]) {
        const { damage } = analyse(seen, inside);
        expect(['mosaic', 'blur', 'fill']).not.toContain(damage.kind);
        if (damage.kind === 'none') sound++;
      }
    }
    expect(sound).toBeGreaterThanOrEqual(8);
  });
}, 240_000);

describe('analyse', () => {
  it('reports the grid in the window, wherever the region lies', () => {
    const photo = photos[3];
    for (const [x, y] of [
      [0, 0],
      [37, 61],
    ]) {
      const inside = rectMask(photo.width, photo.height, { x, y, width: 150, height: 130 });
      const grid = { pitchX: 9, pitchY: 9, offsetX: 4, offsetY: 7 };
      const base = {
        window: photo,
        inside,
        rect: { x, y, width: 150, height: 130 },
        random: createRandom(1),
      };
      const { damage } = analyse(damaged(base, { kind: 'mosaic', grid }).window, inside);
      expect(damage).toEqual({ kind: 'mosaic', grid });
    }
  });

  it('works inside a round brush mark', () => {
    const base = soundCase(photos[0], 140, 5);
    const { rect, inside } = base;
    for (let y = 0; y < inside.height; y++) {
      for (let x = 0; x < inside.width; x++) {
        const far = Math.hypot(x - rect.x - 70, y - rect.y - 70) > 70;
        if (far) inside.data[y * inside.width + x] = 0;
      }
    }
    const grid = { pitchX: 8, pitchY: 8, offsetX: 3, offsetY: 1 };
    const mosaic = damaged(base, { kind: 'mosaic', grid });
    expect(analyse(mosaic.window, inside).damage).toEqual({ kind: 'mosaic', grid });
    const blur = { kind: 'blur', sigmaPx: 3 } as const;
    expect(sameBlur(analyse(damaged(base, blur).window, inside).damage, blur)).toBe(true);
  });

  it('orders its candidates and says nothing of an empty or tiny region', () => {
    const { window, inside } = soundCase(photos[1], 80, 3);
    const { candidates } = analyse(window, inside);
    for (let k = 1; k < candidates.length; k++) {
      expect(candidates[k].confidence).toBeLessThanOrEqual(candidates[k - 1].confidence);
    }
    for (const { confidence } of candidates) {
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    expect(analyse(window, createPlanes(160, 160, 1)).damage.kind).toBe('none');
    for (const [width, height] of [
      [1, 1],
      [3, 40],
      [12, 9],
    ]) {
      const speck = rectMask(160, 160, { x: 20, y: 20, width, height });
      expect(() => analyse(window, speck)).not.toThrow();
    }
    expect(() => analyse(createPlanes(2, 2, 3), createPlanes(2, 2, 1))).not.toThrow();
    expect(() => analyse(window, createPlanes(3, 3, 1))).toThrow('size');
  });

  it('takes flat, black and noisy regions without a fault', () => {
    const inside = rectMask(96, 96, { x: 16, y: 16, width: 64, height: 64 });
    const flat = createPlanes(96, 96, 3);
    expect(analyse(flat, inside).damage.kind).toBe('none');
    const random = createRandom(4);
    const noise = createPlanes(96, 96, 3);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = random.next();
    expect(['none', 'scratch']).toContain(analyse(noise, inside).damage.kind);
  });
});

it('takes ink on an even ground for ink, though the edges of blots lie a little like a grid', () => {
  const side = 180;
  for (let seed = 1; seed <= 12; seed++) {
    const random = createRandom(seed);
    const picture = createPlanes(side, side, 3);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        for (let c = 0; c < 3; c++) {
          const light = 0.3 + 0.1 * c + 0.2 * (x / side) + (0.1 * y) / side + 0.004 * random.normal();
          picture.data[(c * side + y) * side + x] = Math.round(255 * light) / 255;
        }
      }
    }
    for (let blot = 0; blot < 5; blot++) {
      const [cx, cy, radius] = [random.uniform(45, 135), random.uniform(45, 135), random.uniform(5, 15)];
      const colour = [8 / 255, 20 / 255, 60 / 255];
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          if (Math.hypot(x - cx, y - cy) > radius) continue;
          for (let c = 0; c < 3; c++) picture.data[(c * side + y) * side + x] = colour[c];
        }
      }
    }
    const rect = { x: 26, y: 26, width: 128, height: 128 };
    const data = new Uint8Array(3 * side * side);
    for (let i = 0; i < data.length; i++)
      data[i] = Math.round(255 * picture.data[(i % 3) * side * side + Math.floor(i / 3)]);
    const raster = { width: side, height: side, channels: 3, depth: 8, data } as const;
    const { damage } = judge(raster, { rect, damage: 'auto' });
    expect({ seed, kind: damage?.kind }).toEqual({ seed, kind: 'stain' });
  }
});
