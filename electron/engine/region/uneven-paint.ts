import { connectedComponents } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { forNear } from '../pixels/near.ts';
import type { Planes } from '../pixels/planes.ts';
import { type Colour, colourAt } from './levels.ts';

/**
 * Beside flat paint lies the photo. Where more than this share of the pixels beside it is like the paint, within this part
 * of its contrast, and unlike the photo, it is no flat paint: it was saved as JPEG since, say.
 */
const nearlyAlike = 0.2;
const mostUneven = 0.12;
/** Paints of so many colours on one area are compared with. */
const mostColours = 8;
/** A picture (RGB, 0..1; `levels`: the same in 8 bit) with what was marked, and what lies behind the marks. */
interface PaintedScene {
  readonly width: number;
  readonly window: Planes;
  readonly levels: Uint8Array;
  readonly background: Planes;
  readonly areas: Uint8Array;
}

/** Takes back the paint of marked areas beside which pixels have nearly the same colour. */
export async function withdrawUneven(scene: PaintedScene, painted: Uint8Array, pause: Pause): Promise<void> {
  const { window, background, levels, areas, width } = scene;
  const size = areas.length;
  const apart = (at: number, colour: readonly number[]) =>
    Math.hypot(...colour.map((value, c) => window.data[c * size + at] - value));
  const { count, starts, pixels } = connectedComponents(areas, width, () => true);
  const [even, uneven] = [new Set<number>(), new Set<number>()];
  for (let k = 0; k < count; k++) {
    const area = pixels.subarray(starts[k], starts[k + 1]);
    const flat = area.filter((at) => painted[at] === 1);
    if (flat.length === 0) continue;
    const behind = (at: number) => [0, 1, 2].map((c) => background.data[c * size + at]);
    const contrast = flat.reduce((sum, at) => sum + apart(at, behind(at)), 0) / flat.length;
    const colours = frequentColours(levels, flat);
    const beside = besides(flat, painted, width);
    const near = beside.filter(
      (at) =>
        apart(at, behind(at)) > contrast / 2 &&
        colours.some((colour) => apart(at, colour) < nearlyAlike * contrast),
    );
    const isUneven = near.length > mostUneven * beside.length;
    for (const at of flat) (isUneven ? uneven : even).add(at);
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
    .map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255].map((level) => level / 255));
}
