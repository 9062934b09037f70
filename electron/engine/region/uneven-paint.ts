import { connectedComponents } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { colourDistance, rgbAt } from '../pixels/colour-distance.ts';
import { forNear } from '../pixels/near.ts';
import { type Colour, colourAt, rgbOf } from './levels.ts';
import type { PaintedScene } from './painted-scene.ts';

/**
 * Of paint that is as it was drawn, this share of the pixels beside each other have the very same colour; saved as JPEG
 * since, they differ by a level or two.
 */
const leastExact = 0.85;
/**
 * But a JPEG has blocks that are flat throughout, and beside them pixels that are like the paint, within this part of its
 * contrast, and unlike the photo. Beside exact paint there may be this share of them: the mixtures of an antialiased edge.
 */
const nearlyAlike = 0.2;
const mostUneven = 0.4;
/** Paints of so many colours on one area are compared with. */
const mostColours = 8;

/** Takes back the paint of marked areas that is no flat paint: it was saved as JPEG since, say. */
export async function withdrawUneven(scene: PaintedScene, painted: Uint8Array, pause: Pause): Promise<void> {
  const { areas, width } = scene;
  const { count, starts, pixels } = connectedComponents(areas, width, () => true);
  const [even, uneven] = [new Set<number>(), new Set<number>()];
  for (let k = 0; k < count; k++) {
    const area = pixels.subarray(starts[k], starts[k + 1]);
    const flat = area.filter((at) => painted[at] === 1);
    if (flat.length === 0) continue;
    const isEven = isExact(scene, flat, painted) && !isAmongAlike(scene, flat, painted);
    for (const at of flat) (isEven ? even : uneven).add(at);
    await pause();
  }
  // With it goes what was followed from there, unless most of that is even: a stroke may cross one of the photo's own.
  const strokes = connectedComponents(painted, width, () => true);
  for (let k = 0; k < strokes.count; k++) {
    const stroke = strokes.pixels.subarray(strokes.starts[k], strokes.starts[k + 1]);
    const count = (pixels: ReadonlySet<number>) =>
      stroke.reduce((sum, at) => sum + Number(pixels.has(at)), 0);
    if (count(uneven) > count(even)) for (const at of stroke) painted[at] = 0;
    await pause();
  }
}

/** Whether painted pixels that touch have the very same colour. */
function isExact({ levels, width }: PaintedScene, flat: Int32Array, painted: Uint8Array): boolean {
  let pairs = 0;
  let same = 0;
  for (const at of flat) {
    const colour = colourAt(levels, at);
    for (const next of (at + 1) % width === 0 ? [at + width] : [at + 1, at + width]) {
      if (painted[next] !== 1) continue;
      pairs++;
      if (colourAt(levels, next) === colour) same++;
    }
  }
  return same >= leastExact * pairs;
}

/** Whether many of the pixels beside flat ones are nearly like them. */
function isAmongAlike(scene: PaintedScene, flat: Int32Array, painted: Uint8Array): boolean {
  const { window, background, levels, width } = scene;
  const unlikePhoto = (at: number) => colourDistance(window, at, rgbAt(background, at));
  const contrast = flat.reduce((sum, at) => sum + unlikePhoto(at), 0) / flat.length;
  const colours = frequentColours(levels, flat);
  const beside = besides(flat, painted, width);
  const near = beside.filter(
    (at) =>
      unlikePhoto(at) > contrast / 2 &&
      colours.some((colour) => colourDistance(window, at, colour) < nearlyAlike * contrast),
  );
  return near.length > mostUneven * beside.length;
}

/** Pixels that touch some of the painted ones and are not painted. */
function besides(pixels: Int32Array, painted: Uint8Array, width: number): number[] {
  const height = painted.length / width;
  const beside = new Set<number>();
  for (const from of pixels) {
    forNear(from, width, height, 1, (at) => {
      if (painted[at] === 0) beside.add(at);
    });
  }
  return [...beside];
}

function frequentColours(levels: Uint8Array, pixels: Int32Array): number[][] {
  const counts = new Map<Colour, number>();
  for (const at of pixels) {
    const colour = colourAt(levels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostColours)
    .map(([colour]) => rgbOf(colour));
}
