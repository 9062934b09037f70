import { gaussianBlur } from '../../engine/pixels/gaussian.ts';
import { createPlanes, type Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';
import { logUniform } from './damage/chance.ts';
import { anyColour } from './damage/colours.ts';
import { drawBlob } from './damage/shapes.ts';
import { clouds } from './damage/texture.ts';

/** How much of a layer of colour lies on each pixel, by its place: 0..1. */
type Cover = (x: number, y: number) => number;

/**
 * A photo with something regular in it: stripes, a weave, dots or panes between dark lines, shaded by the photo as cloth
 * and glass are. They belong to what is depicted: a network that never saw such patterns takes their lines for scratches
 * and their dots for ink. RGB, 0..1.
 */
export function patterned(planes: Planes, random: Random): Planes {
  const { width, height } = planes;
  const extent = patternExtent(width, height, random);
  const kind = random.next();
  const out: Planes = { ...planes, data: planes.data.slice() };
  if (kind < 0.35) layTint(out, extent, stripes(planes, random), random);
  else if (kind < 0.6) {
    const first = random.uniform(0, Math.PI);
    layTint(out, extent, stripes(planes, random, first), random);
    layTint(out, extent, stripes(planes, random, first + Math.PI / 2 + 0.1 * random.normal()), random);
  } else if (kind < 0.75) layTint(out, extent, dots(planes, random), random);
  else layPanes(out, extent, random);
  return out;
}

/** The whole picture or a large part of it. */
function patternExtent(width: number, height: number, random: Random): Planes {
  const extent = createPlanes(width, height, 1);
  if (random.next() < 0.5) extent.data.fill(1);
  else {
    const centre = { x: width * random.next(), y: height * random.next() };
    const radius = Math.min(width, height) * random.uniform(0.3, 0.8);
    drawBlob(extent, centre, radius, random.uniform(0, 0.3), random.uniform(0.5, 2), random);
  }
  return extent;
}

/** Parallel stripes, a few pixels to a fifth of the picture apart, bent a little as folds of cloth bend them. */
function stripes({ width, height }: Planes, random: Random, angle = random.uniform(0, Math.PI)): Cover {
  const period = logUniform(random, 3, Math.min(width, height) / 5);
  const share = random.uniform(0.12, 0.6);
  const phase = period * random.next();
  const softness = random.uniform(0.5, 1.5);
  const bend = random.next() < 0.5 ? 0 : period * random.uniform(0, 2);
  const folds = clouds(width, height, random.uniform(16, 64), random).data;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const along = x * dx + y * dy + phase + bend * folds[y * width + x];
    const distance = Math.abs(along - period * Math.round(along / period));
    return clamp01((share * period) / 2 / softness - distance / softness + 0.5);
  };
}

/** Dots on a turned square grid, every second row shifted or not. */
function dots({ width, height }: Planes, random: Random): Cover {
  const period = logUniform(random, 5, Math.min(width, height) / 5);
  const radius = period * random.uniform(0.12, 0.42);
  const shift = random.next() < 0.5 ? 0 : period / 2;
  const softness = random.uniform(0.5, 1.5);
  const turn = random.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [phaseX, phaseY] = [period * random.next(), period * random.next()];
  return (x, y) => {
    const v = y * cos - x * sin + phaseY;
    const row = Math.round(v / period);
    const u = x * cos + y * sin + phaseX + (row % 2) * shift;
    const distance = Math.hypot(u - period * Math.round(u / period), v - period * row);
    return clamp01((radius - distance) / softness + 0.5);
  };
}

/** Lays a colour over a picture, darker and lighter as the picture is. */
function layTint(picture: Planes, extent: Planes, cover: Cover, random: Random): void {
  const colour = anyColour(random);
  const opacity = random.uniform(0.35, 1);
  const { width, height, data } = picture;
  const size = width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (extent.data[at] === 0) continue;
      const share = opacity * extent.data[at] * cover(x, y);
      const light = 0.45 + 0.8 * luma(data, at, size);
      for (let c = 0; c < 3; c++) {
        const before = data[c * size + at];
        data[c * size + at] = before + share * (clamp01(colour[c] * light) - before);
      }
    }
  }
}

/** Tinted panes of irregular shape between dark lines, as of stained glass; of tiles where the lines are light. */
function layPanes(picture: Planes, extent: Planes, random: Random): void {
  const { width, height, data } = picture;
  const size = width * height;
  const cell = logUniform(random, 12, Math.min(width, height) / 2.5);
  const irregular = random.uniform(0, 0.9);
  const columns = Math.ceil(width / cell) + 4;
  const rows = Math.ceil(height / cell) + 4;
  const [offsetX, offsetY] = [cell * (1 + random.next()), cell * (1 + random.next())];
  const seeds = Array.from({ length: columns * rows }, (_, i) => ({
    x: ((i % columns) + 0.5 + irregular * (random.next() - 0.5)) * cell - offsetX,
    y: (Math.floor(i / columns) + 0.5 + irregular * (random.next() - 0.5)) * cell - offsetY,
    colour: anyColour(random),
  }));
  const line = Math.min(cell / 5, logUniform(random, 0.5, 3));
  const dark = random.next() < 0.75;
  const level = dark ? random.uniform(0, 0.25) : random.uniform(0.6, 1);
  const tint = random.uniform(0, 0.9);
  const soft = gaussianBlur(picture, random.uniform(0.5, 2)).data;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (extent.data[at] === 0) continue;
      const column = Math.floor((x + offsetX) / cell);
      const row = Math.floor((y + offsetY) / cell);
      let [nearest, second] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      let colour = seeds[0].colour;
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
          const seed = seeds[r * columns + c];
          const distance = Math.hypot(x - seed.x, y - seed.y);
          if (distance < nearest) {
            [second, nearest, colour] = [nearest, distance, seed.colour];
          } else if (distance < second) second = distance;
        }
      }
      // Half of the difference is about how far away the border between both is.
      const border = clamp01(line - (second - nearest) / 2 + 0.5);
      const light = 0.45 + 0.8 * luma(soft, at, size);
      for (let c = 0; c < 3; c++) {
        const before = data[c * size + at];
        const pane = before + tint * (clamp01(colour[c] * light) - before);
        const edged = pane + border * (level * (0.7 + 0.6 * soft[c * size + at]) - pane);
        data[c * size + at] = clamp01(before + extent.data[at] * (edged - before));
      }
    }
  }
}

function luma(data: Float32Array, at: number, size: number): number {
  return 0.299 * data[at] + 0.587 * data[size + at] + 0.114 * data[2 * size + at];
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
