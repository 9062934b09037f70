import type { Planes, Rect } from '../engine/pixels/planes.ts';
import type { Random } from '../engine/pixels/random.ts';

/**
 * A blot of dark ink as drawing programs leave it: its place and radius (4 to 12 % of the rectangle's shorter side) are
 * no whole pixels, and those on its edge are mixtures of ink and photo. `touched` becomes 1 where there is any ink.
 */
export function softInkDisc(planes: Planes, touched: Planes, rect: Rect, random: Random): void {
  const radius = Math.min(rect.width, rect.height) * random.uniform(0.04, 0.12);
  const cx = rect.x + random.uniform(radius, rect.width - radius);
  const cy = rect.y + random.uniform(radius, rect.height - radius);
  const colour = [random.uniform(0, 0.15), random.uniform(0, 0.15), random.uniform(0.05, 0.35)];
  mixIn(planes, touched, rect, colour, (x, y) => radius - Math.hypot(x - cx, y - cy));
}

/** A light or dark straight line with soft edges, 1 to 3.5 pixels wide, across the rectangle. */
export function softScratchLine(planes: Planes, touched: Planes, rect: Rect, random: Random): void {
  const halfWidth = random.uniform(1, 3.5) / 2;
  const grey = random.next() < 0.7 ? random.uniform(0.85, 1) : random.uniform(0, 0.15);
  const upright = random.next() < 0.5;
  const from = random.next();
  const to = random.next();
  const [fromX, fromY] = upright
    ? [rect.x + from * rect.width, rect.y]
    : [rect.x, rect.y + from * rect.height];
  const [alongX, alongY] = upright
    ? [(to - from) * rect.width, rect.height]
    : [rect.width, (to - from) * rect.height];
  const length = Math.hypot(alongX, alongY);
  mixIn(planes, touched, rect, [grey, grey, grey], (x, y) => {
    return halfWidth - Math.abs((x - fromX) * alongY - (y - fromY) * alongX) / length;
  });
}

/**
 * Mixes a colour into the pixels of a rectangle by how much of each is covered (Porter and Duff 1984).
 * @param depth how far inside the shape's edge a point lies, in pixels; negative outside. Pixel centres are at .5.
 */
function mixIn(
  planes: Planes,
  touched: Planes,
  rect: Rect,
  colour: readonly number[],
  depth: (x: number, y: number) => number,
): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const cover = Math.min(1, depth(x + 0.5, y + 0.5) + 0.5);
      if (cover <= 0) continue;
      const at = y * planes.width + x;
      for (let c = 0; c < 3; c++) {
        const i = c * touched.data.length + at;
        planes.data[i] += cover * (colour[c] - planes.data[i]);
      }
      touched.data[at] = 1;
    }
  }
}
