import { diffuseFill } from '../classical/fill.ts';
import { connectedComponents, dilate, extentOf } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { isGrainy } from '../pixels/grain.ts';
import type { Planes } from '../pixels/planes.ts';
import { type Colour, colourAt } from './levels.ts';
import { addSoftEdges } from './soft-edges.ts';
import { StrokeFinder } from './stroke-finder.ts';
import { withdrawUneven } from './uneven-paint.ts';

/** Levels of 8 bit by which paint of one flat colour may vary. */
const toleranceLevels = 1;
/** A colour is tried when it is met this often among the marked pixels, or so often in the region. */
const leastMarked = 4;
const leastInRegion = 24;
/** Paint this much unlike the photo can be told from it. */
const leastContrast = 0.08;
/** A flat colour is met so many times as often as in what lies around; the photo's own colours are not. */
const leastExcess = 5;
/** Colours that chance would bring less often than this belong to the paint wherever they are. */
const rareCount = 2;
/** Strokes go on behind those that cross them; a colour that the photo has as well must hang together. */
const gapPx = 4;
/** Fewer pixels that hang together are no stroke. */
const leastStroke = 8;
/** Share of a stroke that was marked, from which it is taken for damage whatever its shape. */
const markedShare = 0.25;
/** A thin straight stroke needs less to be believed: this length, width and mean probability. */
const lineLengthPx = 24;
const lineWidthPx = 4;
const lineProbability = 0.08;
/** What has a colour that the photo has too must be such a line, and as likely as this. */
const commonLineProbability = 0.2;
/** A solid blot needs this many pixels and mean probability. */
const blotPixels = 40;
const blotProbability = 0.15;
/** Marks that lie this near to flat paint were meant for it. */
const nearPx = 2;
/** When this share of what was marked is flat paint, the rest is taken for parts of the photo unless it is sure. */
const mostlyFlat = 0.25;
const sureProbability = 0.97;

export interface FlatPaint {
  /** 1 on the pixels that flat paint covers, wholly or in part. */
  readonly painted: Uint8Array;
  /** What was marked and is no flat paint. */
  readonly rest: Uint8Array;
}

/** A picture's pixels in levels of 8 bit, and what is known of their damage. */
interface Scene {
  readonly width: number;
  readonly levels: Uint8Array;
  readonly window: Planes;
  /** The photo without what was marked, as its surroundings continue it. */
  readonly background: Planes;
  readonly areas: Uint8Array;
  readonly map: Planes;
  readonly region: Planes;
  readonly regionPixels: number;
  /** The photo has grain: a flat blot cannot be its own. */
  readonly isGrainy: boolean;
}

/**
 * Pixels under paint of one flat colour, as pens and brushes of programs leave it: a photo's own pixels are hardly ever
 * exactly alike, so that such paint is known to the pixel wherever any of it was found, and followed as far as it goes.
 * @param window RGB, 0..1
 * @param areas 1 where damage was marked, roughly
 * @param map how likely each pixel is damaged, [1, H, W]
 * @param region [1, H, W]; nothing outside is looked for
 * @param pause awaited between parts of the work
 */
export async function flatPaint(
  window: Planes,
  areas: Uint8Array,
  map: Planes,
  region: Planes,
  pause: Pause,
): Promise<FlatPaint> {
  const { width, height } = window;
  const painted = new Uint8Array(areas.length);
  if (!areas.includes(1)) return { painted, rest: areas };
  const marked = { width, height, channels: 1, data: Float32Array.from(dilate(areas, width, nearPx)) };
  const levels = new Uint8Array(window.data.length);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.round(255 * window.data[i]);
  await pause();
  const scene: Scene = {
    width,
    levels,
    isGrainy: isGrainy(
      width,
      areas.length,
      (at) => region.data[at] <= 0,
      (from, to) => colourAt(levels, from) === colourAt(levels, to),
    ),
    window,
    background: diffuseFill(window, marked),
    areas,
    map,
    region,
    regionPixels: region.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0),
  };
  await pause();
  await paintFlat(scene, painted, pause);
  await withdrawUneven(scene, painted, pause);
  await addSoftEdges(window, painted, region, pause);
  return { painted, rest: restOf(areas, painted, map, width) };
}

/** What is known of one colour. */
interface Met {
  /** Its pixels in the region. */
  readonly pixels: number[];
  /** Those of them without one of which nothing is taken for paint: marked, or likely enough for a line. */
  readonly seeds: number[];
  marked: number;
  outside: number;
}

async function coloursOf(scene: Scene, pause: Pause): Promise<Map<Colour, Met>> {
  const { levels, areas, map, region, width } = scene;
  const colours = new Map<Colour, Met>();
  for (let at = 0; at < areas.length; at++) {
    if (at % width === 0) await pause();
    const colour = colourAt(levels, at);
    let met = colours.get(colour);
    if (met === undefined) {
      met = { pixels: [], seeds: [], marked: 0, outside: 0 };
      colours.set(colour, met);
    }
    if (region.data[at] <= 0) met.outside++;
    else {
      met.pixels.push(at);
      met.marked += areas[at];
      if (areas[at] === 1 || map.data[at] >= lineProbability) met.seeds.push(at);
    }
  }
  return colours;
}

/** Marks the strokes of all flat colours in `painted`. */
async function paintFlat(scene: Scene, painted: Uint8Array, pause: Pause): Promise<void> {
  const colours = await coloursOf(scene, pause);
  const size = scene.areas.length;
  const perOutside = scene.regionPixels / Math.max(1, size - scene.regionPixels);
  const groups = new StrokeFinder(scene.width, size);
  for (const [colour, { pixels: own, marked }] of colours) {
    if (own.length < leastInRegion && marked < leastMarked) continue;
    const alike = alikeColours(colours, colour);
    const inside = alike.reduce((sum, { pixels }) => sum + pixels.length, 0);
    const expected = perOutside * alike.reduce((sum, { outside }) => sum + outside, 0);
    const isRare = expected < rareCount;
    const isCommon = inside < leastExcess * Math.max(1, expected);
    // What the photo is full of needs a mark to be looked at.
    if (isCommon && marked < leastMarked) continue;
    // Only a blot in a photo with grain is taken for paint without a seed in it.
    const needsSeed = !isRare || !scene.isGrainy || inside < blotPixels;
    const seeds = alike.flatMap((met) => (needsSeed ? met.seeds : met.pixels));
    if (seeds.length === 0) continue;
    const pixels = alike.flatMap((met) => met.pixels);
    const damaged = groups
      .strokes(pixels, isRare ? gapPx : 1, seeds)
      .filter((stroke) => isStroke(scene, stroke, isRare, isCommon));
    // A rare colour that is paint somewhere is paint everywhere.
    const taken = isRare && damaged.length > 0 ? pixels : damaged.flat();
    for (const at of taken) painted[at] = 1;
    await pause();
  }
}

function alikeColours(colours: ReadonlyMap<Colour, Met>, colour: Colour): Met[] {
  const alike: Met[] = [];
  const steps = Array.from({ length: 2 * toleranceLevels + 1 }, (_, i) => i - toleranceLevels);
  const channels = [colour >> 16, (colour >> 8) & 255, colour & 255].map((level) =>
    steps.map((step) => level + step).filter((value) => value >= 0 && value <= 255),
  );
  for (const r of channels[0]) {
    for (const g of channels[1]) {
      for (const b of channels[2]) {
        const met = colours.get((r << 16) | (g << 8) | b);
        if (met !== undefined) alike.push(met);
      }
    }
  }
  return alike;
}

/** Whether pixels of one colour that hang together are damage, by what was marked and by their shape. */
function isStroke(scene: Scene, stroke: readonly number[], isRare: boolean, isCommon: boolean): boolean {
  if (stroke.length < leastStroke) return false;
  const { window, background, areas, map, width } = scene;
  const size = areas.length;
  let marked = 0;
  let probability = 0;
  let contrast = 0;
  for (const at of stroke) {
    marked += areas[at];
    probability += map.data[at];
    contrast += Math.hypot(
      ...[0, 1, 2].map((c) => window.data[c * size + at] - background.data[c * size + at]),
    );
  }
  const share = marked / stroke.length;
  // What was not marked is its own background: only the marked pixels can show a contrast.
  if (marked > 0 && contrast < leastContrast * marked) return false;
  if (share >= markedShare && !isCommon) return true;
  const likely = probability / stroke.length;
  const length = extentOf(stroke, width);
  if (length >= lineLengthPx && stroke.length <= lineWidthPx * length)
    return likely >= (isCommon ? commonLineProbability : lineProbability);
  if (!isRare || stroke.length < blotPixels) return false;
  return likely >= blotProbability || (scene.isGrainy && !isClipped(scene.levels, stroke[0]));
}

/** Whether a channel is as dark or as bright as can be: large parts of a photo can be so. */
function isClipped(levels: Uint8Array, at: number): boolean {
  const size = levels.length / 3;
  return [0, 1, 2].some((c) => levels[c * size + at] <= 1 || levels[c * size + at] >= 254);
}

/** Marked areas without flat paint; where much is flat paint, only those that are surely damaged. */
function restOf(areas: Uint8Array, painted: Uint8Array, map: Planes, width: number): Uint8Array {
  const total = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0);
  const paintedCount = total(painted);
  if (paintedCount === 0) return areas;
  const meant = dilate(painted, width, nearPx);
  const rest = areas.map((marked, at) => (marked === 1 && meant[at] === 0 ? 1 : 0));
  if (paintedCount < mostlyFlat * (paintedCount + total(rest))) return rest;
  const { count, starts, pixels } = connectedComponents(rest, width, () => true);
  for (let k = 0; k < count; k++) {
    const marked = pixels.subarray(starts[k], starts[k + 1]);
    const probability = marked.reduce((sum, at) => sum + map.data[at], 0) / marked.length;
    if (probability < sureProbability) for (const at of marked) rest[at] = 0;
  }
  return rest;
}
