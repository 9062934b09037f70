import type { Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point of a stroke and half of the stroke's width there, in pixels. */
export interface StrokePoint extends Point {
  readonly radius: number;
}

/** Coverage at a distance inside (positive) or outside an edge that is `softnessPx` wide; 0 gives hard pixels. */
function edge(insidePx: number, softnessPx: number): number {
  if (softnessPx <= 0) return insidePx >= 0 ? 1 : 0;
  const t = Math.min(1, Math.max(0, insidePx / softnessPx + 0.5));
  // Plain antialiasing is linear; wide edges look like soaked paper with a smooth step.
  return softnessPx <= 1 ? t : t * t * (3 - 2 * t);
}

/** Adds to `shape` ([1, H, W]) the pixels of a box for which `inside` tells how far inside their edge they lie. */
function fill(
  shape: Planes,
  box: { left: number; top: number; right: number; bottom: number },
  softnessPx: number,
  inside: (x: number, y: number) => number,
): void {
  const { width, height, data } = shape;
  const left = Math.max(0, Math.floor(box.left - softnessPx));
  const right = Math.min(width - 1, Math.ceil(box.right + softnessPx));
  const bottom = Math.min(height - 1, Math.ceil(box.bottom + softnessPx));
  for (let y = Math.max(0, Math.floor(box.top - softnessPx)); y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const value = edge(inside(x, y), softnessPx);
      if (value > data[y * width + x]) data[y * width + x] = value;
    }
  }
}

export function drawDisc(shape: Planes, centre: Point, radius: number, softnessPx: number): void {
  const { x: cx, y: cy } = centre;
  const box = { left: cx - radius, right: cx + radius, top: cy - radius, bottom: cy + radius };
  fill(shape, box, softnessPx, (x, y) => radius - Math.hypot(x - cx, y - cy));
}

const blobAngles = 256;

/**
 * A round spot with a wavy outline, as a drop leaves it.
 * @param roughness 0 is a disc, 0.5 a splash with lobes
 */
export function drawBlob(
  shape: Planes,
  centre: Point,
  radius: number,
  roughness: number,
  softnessPx: number,
  random: Random,
): void {
  const stretch = 1 + roughness * random.uniform(0, 0.8);
  const turn = random.uniform(0, Math.PI);
  const radii = new Float32Array(blobAngles).fill(1);
  for (let wave = 2; wave <= 9; wave++) {
    const height = (roughness * random.uniform(0, 1)) / wave ** 0.8;
    const phase = random.uniform(0, 2 * Math.PI);
    for (let k = 0; k < blobAngles; k++) {
      radii[k] += height * Math.cos((2 * Math.PI * wave * k) / blobAngles + phase);
    }
  }
  let largest = 0;
  for (let k = 0; k < blobAngles; k++) {
    radii[k] = radius * Math.max(0.3, radii[k]);
    largest = Math.max(largest, radii[k]);
  }
  const reach = largest * stretch;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const { x: cx, y: cy } = centre;
  fill(
    shape,
    { left: cx - reach, right: cx + reach, top: cy - reach, bottom: cy + reach },
    softnessPx,
    (x, y) => {
      const u = ((x - cx) * cos + (y - cy) * sin) / stretch;
      const v = (y - cy) * cos - (x - cx) * sin;
      const angle = Math.atan2(v, u) / (2 * Math.PI) + 1;
      return radii[Math.floor(angle * blobAngles) % blobAngles] - Math.hypot(u, v);
    },
  );
}

/** A line through points, round at its joints, as wide as the points say. */
export function drawStroke(shape: Planes, points: readonly StrokePoint[], softnessPx: number): void {
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    const reach = Math.max(a.radius, b.radius);
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const squaredLength = Math.max(1e-9, dx * dx + dy * dy);
    const box = {
      left: Math.min(a.x, b.x) - reach,
      right: Math.max(a.x, b.x) + reach,
      top: Math.min(a.y, b.y) - reach,
      bottom: Math.max(a.y, b.y) + reach,
    };
    fill(shape, box, softnessPx, (x, y) => {
      const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / squaredLength));
      const distance = Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
      return a.radius + t * (b.radius - a.radius) - distance;
    });
  }
}

/** A smooth curve through points (Catmull-Rom), about one point every `stepPx`. */
export function smoothCurve(points: readonly Point[], stepPx: number): Point[] {
  if (points.length < 3) return [...points];
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))];
  const curve: Point[] = [points[0]];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const steps = Math.max(1, Math.ceil(Math.hypot(c.x - b.x, c.y - b.y) / stepPx));
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      const mix = (p: number, q: number, r: number, s: number) =>
        0.5 *
        (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t * t * t);
      curve.push({ x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) });
    }
  }
  return curve;
}
