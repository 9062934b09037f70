import type { Pause } from '../pause.ts';
import { forNear } from '../pixels/near.ts';
import type { Planes } from '../pixels/planes.ts';
import { damageLogits } from './damage-logits.ts';
import { distanceInside } from './feather.ts';
import { flatPaint } from './flat-paint.ts';
import { paintExtent } from './paint-extent.ts';
import { widenBlots } from './widen-blots.ts';

/**
 * Thresholds on the log odds of damage (hysteresis, Canny 1986): a damaged area must somewhere be clear, and
 * reaches as far as it is likely. A wide area filled by mistake costs more than a thin line, so stains must be clearer.
 */
const thresholds = { stain: { clear: 2.95, likely: 0.85 }, scratch: { clear: 0, likely: -1.5 } } as const;

/** Half the width of the widest scratch: what is thicker is a part of the picture, a collar or a ribbon. */
const scratchHalfWidthPx = 10;

/**
 * Pixels to fill, 0 or 1, from a map of probabilities: areas of likely damage that hold clear damage, inside the
 * region, to the exact extent of their paint. Scratches are thin: thick areas are left out.
 * `any`: what is a stain or a scratch. All [1, H, W].
 * @param pause awaited between parts of the work, which takes seconds in a large region
 */
export async function damagedPixels(
  window: Planes,
  map: Planes,
  region: Planes,
  kind: 'stain' | 'scratch' | 'any',
  pause: Pause,
): Promise<Planes> {
  const { width, height } = region;
  const areas = new Uint8Array(width * height);
  for (const each of kind === 'any' ? (['stain', 'scratch'] as const) : [kind]) {
    const found = await damagedAreas(map, region, each, pause);
    for (let i = 0; i < areas.length; i++) areas[i] |= found[i];
  }
  const { painted, rest } = await flatPaint(window, areas, map, region, pause);
  const extent = await paintExtent(window, rest, region, pause);
  // What is no flat paint has mostly been through a JPEG since.
  const worn = kind === 'stain' ? widenBlots(extent, region) : extent;
  const data = Float32Array.from(painted, (value, at) => value | worn[at]);
  return { width, height, channels: 1, data };
}

async function damagedAreas(
  map: Planes,
  region: Planes,
  kind: 'stain' | 'scratch',
  pause: Pause,
): Promise<Uint8Array> {
  const { width, height } = region;
  const { clear, likely } = thresholds[kind];
  const logits = await damageLogits(map, region, kind, pause);
  const areas = new Uint8Array(width * height);
  const front: number[] = [];
  const reach = (at: number, least: number) => {
    if (areas[at] === 1 || !(logits[at] > least) || region.data[at] <= 0) return;
    areas[at] = 1;
    front.push(at);
  };
  for (let i = 0; i < areas.length; i++) reach(i, clear);
  await pause();
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    forNear(at, width, height, 1, (near) => reach(near, likely));
  }
  await pause();
  if (kind === 'scratch') dropThick(areas, width, height);
  await pause();
  return areas;
}

/** Takes out, in place, what is thicker than a scratch, and its rim; thin lines that lead there stay. */
function dropThick(areas: Uint8Array, width: number, height: number): void {
  const distance = distanceInside({ width, height, channels: 1, data: Float32Array.from(areas) });
  const outside = Float32Array.from(distance, (px) => (px > scratchHalfWidthPx ? 0 : 1));
  const fromThick = distanceInside({ width, height, channels: 1, data: outside });
  // To the corners of a square that is just thick enough.
  const rimPx = Math.SQRT2 * scratchHalfWidthPx + 1;
  for (let at = 0; at < areas.length; at++) {
    if (fromThick[at] <= rimPx) areas[at] = 0;
  }
}
