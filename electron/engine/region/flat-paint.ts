import { diffuseFill } from '../classical/fill.ts';
import { connectedComponents, dilate } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { isGrainy } from '../pixels/grain.ts';
import type { Planes } from '../pixels/planes.ts';
import { paintFlatStrokes } from './flat-strokes.ts';
import { colourAt } from './levels.ts';
import type { PaintedScene } from './painted-scene.ts';
import { addSoftEdges } from './soft-edges.ts';
import { closeGaps } from './sparse-lines.ts';
import { withdrawUneven } from './uneven-paint.ts';

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
  const scene: PaintedScene = {
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
  const lines = await paintFlatStrokes(scene, painted, pause);
  await withdrawUneven(scene, painted, pause);
  await closeGaps(scene, lines, painted, pause);
  await addSoftEdges(window, painted, region, pause);
  return { painted, rest: restOf(areas, painted, map, width) };
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
