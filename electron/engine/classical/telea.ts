import type { Planes } from '../pixels/planes.ts';
import { type Disc, eachKnown, type Front, isKnown, marchingFill } from './marching.ts';

/**
 * Fills masked pixels from their surroundings by fast marching: Telea, "An image inpainting technique based
 * on the fast marching method", 2004. Pixels are filled from the hole's edge inward, each from the known
 * pixels within `radiusPx`, weighted by direction, distance and level of the front.
 * A picture without known pixels is returned as it is.
 * @param mask [1, H, W]; pixels above 0.5 are replaced, their values are never read
 * @param radiusPx reach of the weighted mean; 3 to 6 is usual
 */
export function teleaFill(planes: Planes, mask: Planes, radiusPx: number): Planes {
  return marchingFill(planes, mask, radiusPx, fillPixel);
}

/** How the front's distance grows along an axis. */
function slope(front: Front, at: number, step: number): number {
  const { distance } = front;
  const before = isKnown(front, at - step);
  const after = isKnown(front, at + step);
  if (before && after) return 0.5 * (distance[at + step] - distance[at - step]);
  if (after) return distance[at + step] - distance[at];
  return before ? distance[at] - distance[at - step] : 0;
}

function fillPixel(framed: Planes, front: Front, disc: Disc, at: number): void {
  const { width, distance } = front;
  const size = width * framed.height;
  const { data, channels } = framed;
  const slopeX = slope(front, at, 1);
  const slopeY = slope(front, at, width);
  for (let channel = 0; channel < channels; channel++) data[channel * size + at] = 0;
  let weightSum = 0;
  eachKnown(front, disc, at, (from, dx, dy) => {
    const squared = dx * dx + dy * dy;
    const length = Math.sqrt(squared);
    const direction = Math.max(Math.abs(dx * slopeX + dy * slopeY) / length, 1e-6);
    const level = 1 / (1 + Math.abs(distance[from] - distance[at]));
    const weight = (direction * level) / squared;
    weightSum += weight;
    for (let channel = 0; channel < channels; channel++) {
      data[channel * size + at] += weight * data[channel * size + from];
    }
  });
  for (let channel = 0; channel < channels; channel++) data[channel * size + at] /= weightSum;
}
