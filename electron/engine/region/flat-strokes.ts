import type { Pause } from '../pause.ts';
import { type Colour, colourAt } from './levels.ts';
import type { PaintedScene } from './painted-scene.ts';
import { type SparseLine, SparseLines } from './sparse-lines.ts';
import { StrokeFinder } from './stroke-finder.ts';
import { blotPixels, isStroke, leastExcess, lineProbability } from './stroke-rules.ts';

/** Levels of 8 bit by which paint of one flat colour may vary. */
const toleranceLevels = 1;
/** A colour is tried when it is met this often among the marked pixels, or so often in the region. */
const leastMarked = 4;
const leastInRegion = 24;
/** Colours that chance would bring less often than this belong to the paint wherever they are. */
const rareCount = 2;
/** Strokes go on behind those that cross them; a colour that the photo has as well must hang together. */
const gapPx = 4;

/** What is known of one colour. */
interface Met {
  /** Its pixels in the region. */
  readonly pixels: number[];
  /** Those of them without one of which nothing is taken for paint: marked, or likely enough for a line. */
  readonly seeds: number[];
  marked: number;
  outside: number;
}

async function coloursOf(scene: PaintedScene, pause: Pause): Promise<Map<Colour, Met>> {
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

/**
 * Marks the strokes of all flat colours in `painted`.
 * @returns lines among them that are met in pieces only, see {@link SparseLines}
 */
export async function paintFlatStrokes(
  scene: PaintedScene,
  painted: Uint8Array,
  pause: Pause,
): Promise<SparseLine[]> {
  const colours = await coloursOf(scene, pause);
  const size = scene.areas.length;
  const outsidePixels = Math.max(1, size - scene.regionPixels);
  const groups = new StrokeFinder(scene.width, size);
  const sparse = new SparseLines(scene);
  const lines: SparseLine[] = [];
  for (const [colour, { pixels: own, marked }] of colours) {
    if (own.length < leastInRegion && marked < leastMarked) continue;
    const alike = alikeColours(colours, colour);
    const inside = alike.reduce((sum, { pixels }) => sum + pixels.length, 0);
    const density = alike.reduce((sum, { outside }) => sum + outside, 0) / outsidePixels;
    const expected = density * scene.regionPixels;
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
    const pieces = sparse.find(pixels, colour, density);
    // A rare colour that is paint somewhere is paint everywhere.
    const taken = isRare && damaged.length + pieces.length > 0 ? pixels : [damaged, pieces].flat(2);
    for (const at of taken) painted[at] = 1;
    lines.push(...pieces.map((line) => ({ colour, pixels: line })));
    await pause();
  }
  return lines;
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
