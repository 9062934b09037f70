import type { Rect } from '../pixels/planes.ts';
import type { Raster } from '../pixels/raster.ts';
import { byteOf, type DamageMap, logitOf } from './damage-map.ts';
import { measureRelief } from './relief.ts';
import type { FindThresholds } from './thresholds.ts';

/** What a mark on a photo looks like. */
export type MarkKind = 'stain' | 'scratch' | 'dust';

/** Pixels that hang together and that a network takes for damage. */
export interface Mark {
  readonly kind: MarkKind;
  /** Indices into the picture, `y * width + x`. */
  readonly pixels: Int32Array;
  readonly rect: Rect;
  /** 0..1: how likely it is damage and not part of the photo. */
  readonly confidence: number;
  /** What `confidence` follows from, see {@link FindThresholds.weights}. */
  readonly features: readonly number[];
}

/** Fewer pixels say nothing. */
const leastAreaPx = 4;
/** Up to this diagonal it is dust. */
const dustExtentPx = 12;
/** Scratches are at least this many times as long as they are thick, and no thicker than this. */
const scratchStretch = 4;
const scratchThicknessPx = 12;

/** All marks of a map, certain or not, in the order of their first pixels. */
export function findMarks(map: DamageMap, picture: Raster, thresholds: FindThresholds): Mark[] {
  const likely = byteOf(thresholds.likelyLogit);
  const seen = new Uint8Array(map.data.length);
  const marks: Mark[] = [];
  let front = new Int32Array(1024);
  for (let seed = 0; seed < seen.length; seed++) {
    if (seen[seed] === 1 || map.data[seed] < likely) continue;
    front[0] = seed;
    seen[seed] = 1;
    let count = 1;
    let boundary = 0;
    for (let next = 0; next < count; next++) {
      const at = front[next];
      const y = Math.floor(at / map.width);
      const x = at - y * map.width;
      let isBoundary = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(map.height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(map.width - 1, x + 1); u++) {
          const to = v * map.width + u;
          if (map.data[to] < likely) {
            isBoundary = 1;
            continue;
          }
          if (seen[to] === 1) continue;
          seen[to] = 1;
          if (count === front.length) front = grown(front);
          front[count++] = to;
        }
      }
      boundary += isBoundary;
    }
    if (count >= leastAreaPx) marks.push(describe(map, picture, front.slice(0, count), boundary, thresholds));
  }
  return marks;
}

function grown(list: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * list.length);
  longer.set(list);
  return longer;
}

function describe(
  map: DamageMap,
  picture: Raster,
  pixels: Int32Array,
  boundary: number,
  thresholds: FindThresholds,
): Mark {
  let [left, right, top, bottom] = [map.width, 0, map.height, 0];
  let [sum, most] = [0, 0];
  for (const at of pixels) {
    const y = Math.floor(at / map.width);
    const x = at - y * map.width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    const excess = logitOf(map.data[at]) - thresholds.likelyLogit;
    sum += excess;
    if (excess > most) most = excess;
  }
  const rect = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const extent = Math.hypot(rect.width, rect.height);
  // A line has two boundaries: twice its pixels over those of its boundaries is its thickness.
  const thickness = (2 * pixels.length) / Math.max(1, boundary);
  const area = pixels.length;
  const { ridge, consistency, unevenness } = measureRelief(picture, pixels);
  const features = [
    1,
    sum / area,
    most,
    Math.log(area),
    Math.log(extent),
    Math.log(thickness),
    10 * ridge,
    consistency,
    10 * unevenness,
  ];
  const odds = features.reduce((total, value, i) => total + value * thresholds.weights[i], 0);
  return {
    kind: kindOf(extent, thickness),
    pixels,
    rect,
    confidence: 1 / (1 + Math.exp(-odds)),
    features,
  };
}

function kindOf(extent: number, thickness: number): MarkKind {
  if (extent <= dustExtentPx) return 'dust';
  return thickness <= scratchThicknessPx && extent >= scratchStretch * thickness ? 'scratch' : 'stain';
}
