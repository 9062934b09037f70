import { diffuseFill } from '../classical/fill.ts';
import { connectedComponents, dilate } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { colourDistance, rgbAt } from '../pixels/colour-distance.ts';
import { luma } from '../pixels/luma.ts';
import { forNear } from '../pixels/near.ts';
import type { Planes } from '../pixels/planes.ts';

/** How far beyond a marked area its paint may reach, and from where the photo is surely without it. */
const reachPx = 2;
const backgroundPx = 3;
/** Paint this much unlike the photo can be told from it by its colour. */
const leastContrast = 0.12;
/** Mean distance from its own colour, as a share of its contrast, at which paint no longer counts as even. */
const mostUneven = 0.25;
/** Paint through and through differs from the photo by at least this share of the most that is met. */
const fullPaint = 0.6;
/** A pixel is painted from this share of paint; what is left unexplained may be so much of the contrast. */
const leastCover = 0.35;
const mostUnexplained = 0.3;
/** A line goes on where its very colour does, unlike the median of the surroundings this far around. */
const sameColour = 0.05;
const medianPx = 4;

/** Paint of one colour that lies on a marked area. */
interface Paint {
  readonly colour: readonly number[];
  readonly contrast: number;
}

/**
 * The pixels that even paint really covers, given areas that mark it roughly: paint has one colour, so every pixel near
 * a marked area is a mixture of it and of the photo as its surroundings continue it (the matting equation, Porter and
 * Duff 1984), and thin lines are followed as far as their colour goes on. Areas without a colour of their own are kept
 * as marked.
 * @param window RGB, 0..1
 * @param areas 1 where marked; row by row, the window's size
 * @param region [1, H, W]; nothing outside is looked for
 * @param pause awaited between parts of the work
 */
export async function paintExtent(
  window: Planes,
  areas: Uint8Array,
  region: Planes,
  pause: Pause,
): Promise<Uint8Array> {
  const { width, height } = window;
  const out = new Uint8Array(areas.length);
  const wide = dilate(areas, width, backgroundPx);
  const background = diffuseFill(window, { width, height, channels: 1, data: Float32Array.from(wide) });
  const grey = luma(window);
  const { count, starts, pixels } = connectedComponents(areas, width, () => true);
  for (let k = 0; k < count; k++) {
    await pause();
    const marked = pixels.subarray(starts[k], starts[k + 1]);
    const paints = paintsOf(window, background, marked);
    const box = dilateList(marked, width, height, paints.length === 0 ? 0 : reachPx);
    for (const at of box) {
      if (region.data[at] <= 0) continue;
      // What was marked is given back only where it is much like the photo, whatever its colour.
      const isDamaged = areas[at] === 1 ? differs : isPainted;
      if (paints.length === 0 || paints.some((paint) => isDamaged(window, background, at, paint)))
        out[at] = 1;
    }
    for (const paint of paints) follow(window, grey, region, out, box, paint);
  }
  return out;
}

/** Pixels within a distance (a square) of some. */
function dilateList(marked: Int32Array, width: number, height: number, radiusPx: number): Set<number> {
  const near = new Set<number>();
  for (const at of marked) forNear(at, width, height, radiusPx, (next) => near.add(next));
  return near;
}

/** The even paints on an area: one lighter than the photo, one darker, or neither. */
function paintsOf(window: Planes, background: Planes, marked: Int32Array): Paint[] {
  const size = window.width * window.height;
  const sides: { at: number; change: number }[][] = [[], []];
  for (const at of marked) {
    let sum = 0;
    let square = 0;
    for (let c = 0; c < 3; c++) {
      const difference = window.data[c * size + at] - background.data[c * size + at];
      sum += difference;
      square += difference * difference;
    }
    sides[sum > 0 ? 0 : 1].push({ at, change: Math.sqrt(square) });
  }
  const found: Paint[] = [];
  let uneven = 0;
  for (const side of sides) {
    if (side.length < 3) continue;
    // What differs nearly as much as the most different is paint through and through.
    side.sort((a, b) => b.change - a.change);
    const full = side[Math.floor(side.length / 50)].change;
    const core = side.filter(({ change }) => change >= fullPaint * full);
    const contrast = core.reduce((sum, { change }) => sum + change, 0) / core.length;
    if (contrast < leastContrast) continue;
    const colour = [0, 1, 2].map((c) => median(core.map(({ at }) => window.data[c * size + at])));
    const spread = core.reduce((sum, { at }) => sum + colourDistance(window, at, colour), 0) / core.length;
    if (spread <= mostUneven * contrast) found.push({ colour, contrast });
    else if (side.length > marked.length / 4) uneven++;
  }
  return uneven > 0 ? [] : found;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Whether a pixel is as far from the photo as one with some paint on it would be. */
function differs(window: Planes, background: Planes, at: number, { colour }: Paint): boolean {
  // Where the photo has the paint's colour, nothing can be told and nothing is lost.
  return (
    colourDistance(window, at, rgbAt(background, at)) >= leastCover * colourDistance(background, at, colour)
  );
}

function isPainted(window: Planes, background: Planes, at: number, { colour }: Paint): boolean {
  const size = window.width * window.height;
  let dot = 0;
  let square = 0;
  let change = 0;
  for (let c = 0; c < 3; c++) {
    const towards = colour[c] - background.data[c * size + at];
    const moved = window.data[c * size + at] - background.data[c * size + at];
    dot += moved * towards;
    square += towards * towards;
    change += moved * moved;
  }
  if (square < 1e-4) return false;
  const cover = dot / square;
  const unexplained = Math.sqrt(Math.max(0, change - cover * dot));
  return cover > leastCover && unexplained < mostUnexplained * Math.sqrt(square);
}

/** Goes on from painted pixels to neighbours of the same colour that stand out from their surroundings. */
function follow(
  window: Planes,
  grey: Planes,
  region: Planes,
  out: Uint8Array,
  from: Iterable<number>,
  { colour }: Paint,
): void {
  const { width, height } = window;
  const front = [...from].filter((at) => out[at] === 1);
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    forNear(at, width, height, 1, (next) => {
      if (out[next] === 1 || region.data[next] <= 0 || colourDistance(window, next, colour) > sameColour)
        return;
      if (Math.abs(grey.data[next] - medianAround(grey, next)) < leastContrast / 2) return;
      out[next] = 1;
      front.push(next);
    });
  }
}

function medianAround({ data, width, height }: Planes, at: number): number {
  const values: number[] = [];
  forNear(at, width, height, medianPx, (near) => values.push(data[near]));
  return median(values);
}
