import type { LineSupport } from '../damage/line-support.ts';
import type { Rect } from '../pixels/planes.ts';
import type { Raster } from '../pixels/raster.ts';
import { byteOf, type DamageMap, logitOf } from './damage-map.ts';
import type { MarkKind } from './mark-kinds.ts';
import { measureRelief } from './relief.ts';
import type { FindThresholds } from './thresholds.ts';

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

/** What is less likely than this by itself is no part of a scratch, whatever lies in its line. */
const leastLineLogit = -1.5;
/** Fewer pixels say nothing. */
const leastAreaPx = 4;
/** Up to this diagonal it is dust. */
const dustExtentPx = 12;
/** Scratches are at least this many times as long as they are thick, and no thicker than this. */
const scratchStretch = 4;
const scratchThicknessPx = 12;

/**
 * All marks of a map, certain or not, in the order of their first pixels: pixels that are likely by themselves or by the
 * line that they lie in, and hang together.
 */
export function findMarks(
  map: DamageMap,
  lines: LineSupport,
  picture: Raster,
  thresholds: FindThresholds,
): Mark[] {
  const left = likelyPixels(map, lines, thresholds);
  const marks: Mark[] = [];
  let front = new Int32Array(1024);
  for (let seed = 0; seed < left.length; seed++) {
    if (left[seed] !== waiting) continue;
    front[0] = seed;
    left[seed] = taken;
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
          if (left[to] === unlikely) isBoundary = 1;
          if (left[to] !== waiting) continue;
          left[to] = taken;
          if (count === front.length) front = grown(front);
          front[count++] = to;
        }
      }
      boundary += isBoundary;
    }
    if (count >= leastAreaPx)
      marks.push(describe(map, lines, picture, front.slice(0, count), boundary, thresholds));
  }
  return marks;
}

/** What has been made of a pixel. */
const [unlikely, waiting, taken] = [0, 1, 2];

function likelyPixels(
  { width, data }: DamageMap,
  lines: LineSupport,
  { likelyLogit, likelyLine }: FindThresholds,
): Uint8Array {
  const likely = byteOf(likelyLogit);
  const faint = byteOf(leastLineLogit);
  return Uint8Array.from(data, (byte, at) => {
    if (byte >= likely) return waiting;
    if (byte < faint) return unlikely;
    const y = Math.floor(at / width);
    return lines.at(at - y * width, y) >= likelyLine ? waiting : unlikely;
  });
}

function grown(list: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * list.length);
  longer.set(list);
  return longer;
}

function describe(
  map: DamageMap,
  lines: LineSupport,
  picture: Raster,
  pixels: Int32Array,
  boundary: number,
  thresholds: FindThresholds,
): Mark {
  let [left, right, top, bottom] = [map.width, 0, map.height, 0];
  let [sum, most] = [0, 0];
  let [support, mostSupport] = [0, -Infinity];
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
    const line = lines.at(x, y);
    support += line;
    if (line > mostSupport) mostSupport = line;
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
    support / area,
    mostSupport,
  ];
  const kind = kindOf(extent, thickness, mostSupport >= thresholds.likelyLine);
  const odds = features.reduce((total, value, i) => total + value * thresholds.weights[kind][i], 0);
  return {
    kind,
    pixels,
    rect,
    confidence: 1 / (1 + Math.exp(-odds)),
    features,
  };
}

function kindOf(extent: number, thickness: number, isLine: boolean): MarkKind {
  if (extent <= dustExtentPx) return 'dust';
  const isThin = thickness <= scratchThicknessPx && extent >= scratchStretch * thickness;
  return isThin && isLine ? 'scratch' : 'stain';
}
