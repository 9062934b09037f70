import { createPlanes, type Planes } from '../pixels/planes.ts';

/**
 * Thresholds on the probability of damage (hysteresis, Canny 1986): a damaged area must somewhere be clear, and
 * reaches as far as it is likely. A sound pixel filled by mistake costs little, a damaged one left costs much, so
 * the lower one lies well below a half.
 */
const clear = 0.6;
const likely = 0.25;

/**
 * Pixels to fill, 0 or 1, from a map of probabilities: areas of likely damage that hold clear damage, inside the
 * region, grown by one pixel, since the rim of a stain is half stain. All [1, H, W].
 */
export function damagedPixels(map: Planes, region: Planes): Planes {
  const { width, height } = region;
  const areas = new Uint8Array(width * height);
  const front: number[] = [];
  const reach = (at: number, least: number) => {
    if (areas[at] === 1 || !(map.data[at] > least) || region.data[at] <= 0) return;
    areas[at] = 1;
    front.push(at);
  };
  for (let i = 0; i < areas.length; i++) reach(i, clear);
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    forNeighbours(at, width, height, (neighbour) => reach(neighbour, likely));
  }
  const out = createPlanes(width, height, 1);
  for (let i = 0; i < areas.length; i++) {
    if (areas[i] === 0) continue;
    out.data[i] = 1;
    forNeighbours(i, width, height, (neighbour) => {
      if (region.data[neighbour] > 0) out.data[neighbour] = 1;
    });
  }
  return out;
}

/** Calls back for the eight pixels around one. */
function forNeighbours(at: number, width: number, height: number, visit: (neighbour: number) => void): void {
  const x = at % width;
  const y = Math.floor(at / width);
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) visit(v * width + u);
  }
}
