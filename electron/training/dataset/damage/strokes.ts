import { createPlanes, type Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { type Place, randomSoftness } from './chance.ts';
import { anyColour, inkColour } from './colours.ts';
import { type Colour, layPaint, type Painting } from './painting.ts';
import { drawStroke, type Point, smoothCurve } from './shapes.ts';
import { mottle } from './texture.ts';

/** A curve that wanders on from a point: `count` further points about `stepPx` apart. */
export function wander(start: Point, count: number, stepPx: number, bend: number, random: Random): Point[] {
  const points = [start];
  let { x, y } = start;
  let direction = random.uniform(0, 2 * Math.PI);
  for (let i = 0; i < count; i++) {
    direction += bend * random.normal();
    x += stepPx * Math.cos(direction);
    y += stepPx * Math.sin(direction);
    points.push({ x, y });
  }
  return points;
}

/** One sweep of a brush, felt pen or finger. */
export function brushStroke(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const side = Math.min(width, height);
  const shape = createPlanes(width, height, 1);
  const step = side * random.uniform(0.08, 0.3);
  const curve = smoothCurve(wander(place(), random.integer(1, 5), step, 0.5, random), 4);
  const radius = random.uniform(0.8, side / 16);
  const taper = random.next() < 0.5 ? random.uniform(0, 0.9) : 0;
  const points = curve.map((point, i) => ({
    ...point,
    radius: Math.max(0.4, radius * (1 - (taper * i) / curve.length)),
  }));
  drawStroke(shape, points, randomSoftness(random, Math.min(4, radius)));
  if (random.next() < 0.4) mottle(shape, random.uniform(2, 10), random.uniform(0.1, 0.4), random);
  layPaint(painting, shape, {
    colour: random.next() < 0.7 ? inkColour(random) : anyColour(random),
    opacity: random.next() < 0.6 ? 1 : random.uniform(0.6, 1),
    kind: random.next() < 0.7 ? 'paint' : 'ink',
  });
}

/** Some words of handwriting with a pen. */
export function handwriting(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const size = random.uniform(5, 16);
  const slope = random.uniform(-0.4, 0.4);
  const radius = random.uniform(0.4, 1.3);
  const letters = random.integer(3, 14);
  const start = place();
  const path: Point[] = [];
  let x = -0.4 * letters * size;
  for (let i = 0; i < letters; i++) {
    const turns = random.integer(2, 5);
    for (let k = 0; k < turns; k++) {
      const up = (k % 2 === 0 ? 1 : -1) * size * random.uniform(0.2, random.next() < 0.2 ? 1.2 : 0.55);
      path.push({ x: start.x + x, y: start.y + slope * x - up });
      x += size * random.uniform(0.05, 0.4);
    }
  }
  const points = smoothCurve(path, 1.5).map((point) => ({ ...point, radius }));
  drawStroke(shape, points, random.next() < 0.2 ? 0 : 1);
  layPaint(painting, shape, {
    colour: inkColour(random),
    opacity: random.uniform(0.7, 1),
    kind: random.next() < 0.5 ? 'paint' : 'ink',
  });
}

// Strokes on a lattice of 3 x 5 points, x right and y down, as "x0y0x1y1".
const glyphs: readonly (readonly string[])[] = [
  ['0020', '2024', '2404', '0400'],
  ['1014', '0110'],
  ['0020', '2022', '2202', '0204', '0424'],
  ['0020', '2024', '2404', '0222'],
  ['0002', '0222', '2024'],
  ['2000', '0002', '0222', '2224', '2404'],
  ['2000', '0004', '0424', '2422', '2202'],
  ['0020', '2014'],
  ['0020', '2024', '2404', '0400', '0222'],
  ['0410', '1024', '0323'],
  ['0004', '0424'],
  ['0004', '0012', '1220', '2024'],
  ['0004', '0024', '2024'],
  ['0004', '0020', '0212'],
  ['0024', '2004'],
  ['0020', '1014'],
];
const digits = 10;
const dateOrange: Colour = [1, 0.45, 0.1];

/** A date, number or word as a camera, a stamp or a watermark prints it. */
export function lettering(painting: Painting, random: Random, place: Place): void {
  const { width, height } = painting.picture;
  const shape = createPlanes(width, height, 1);
  const camera = random.next() < 0.3;
  const unit = random.uniform(1.2, 5);
  const count = random.integer(2, 10);
  const angle = camera ? 0 : random.uniform(-0.5, 0.5);
  const radius = Math.max(0.45, unit * random.uniform(0.2, 0.5));
  const centre = place();
  for (let letter = 0; letter < count; letter++) {
    const glyph = glyphs[random.integer(0, camera ? digits : glyphs.length)];
    drawGlyph(shape, glyph, centre, (letter - count / 2) * 3.2, unit, angle, radius);
  }
  const stamped = !camera && random.next() < 0.5;
  if (stamped) mottle(shape, random.uniform(2, 6), random.uniform(0.2, 0.6), random);
  layPaint(painting, shape, {
    colour: camera ? dateOrange : random.next() < 0.4 ? [0.97, 0.97, 0.97] : inkColour(random),
    opacity: random.uniform(0.6, 1),
    kind: stamped ? 'ink' : 'paint',
  });
}

function drawGlyph(
  shape: Planes,
  glyph: readonly string[],
  centre: Point,
  shift: number,
  unit: number,
  angle: number,
  radius: number,
): void {
  const cos = Math.cos(angle) * unit;
  const sin = Math.sin(angle) * unit;
  const at = (column: string, row: string) => {
    const u = shift + Number(column);
    const v = Number(row) - 2;
    return { x: centre.x + u * cos - v * sin, y: centre.y + u * sin + v * cos, radius };
  };
  for (const [x0, y0, x1, y1] of glyph) drawStroke(shape, [at(x0, y0), at(x1, y1)], 1);
}
