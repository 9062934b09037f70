import type { Planes } from '../pixels/planes.ts';
import { type Disc, eachKnown, type Front, isKnown, marchingFill } from './marching.ts';

/** Isophotes weaker than this (levels of 255 times pixels) have no direction. */
const leastAlong = 0.01;
const noDirection = 1e-6;

/**
 * Fills masked pixels along the isophotes that reach the hole, as a fluid would flow on: Bertalmio, Bertozzi and Sapiro,
 * "Navier-Stokes, fluid dynamics, and image and video inpainting", CVPR 2001, in the form that OpenCV made common
 * (`INPAINT_NS`): by fast marching, each pixel as the mean of the known ones within `radiusPx`, weighted by how well
 * they lie along their own isophote.
 * @param mask [1, H, W]; pixels above 0.5 are replaced, their values are never read
 * @param radiusPx reach of the weighted mean; 3 to 6 is usual
 */
export function navierStokesFill(planes: Planes, mask: Planes, radiusPx: number): Planes {
  return marchingFill(planes, mask, radiusPx, fillPixel);
}

function fillPixel({ data, channels, height }: Planes, front: Front, disc: Disc, at: number): void {
  const { width } = front;
  const size = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const offset = channel * size;
    let [sum, weightSum] = [0, 0];
    eachKnown(front, disc, at, (from, dx, dy) => {
      // An isophote runs across the steepest slope.
      const alongX = -steepness(data, front, from, width, offset);
      const alongY = steepness(data, front, from, 1, offset);
      const along = Math.abs(dx * alongX + dy * alongY);
      const squared = dx * dx + dy * dy;
      const direction =
        along <= leastAlong ? noDirection : along / Math.sqrt(squared * (alongX * alongX + alongY * alongY));
      const weight = direction / (squared * squared + 1);
      weightSum += weight;
      sum += weight * data[offset + from];
    });
    data[offset + at] = sum / weightSum;
  }
}

/** Twice the mean absolute difference to the known neighbours on an axis, in levels of 255. */
function steepness(data: Float32Array, front: Front, at: number, step: number, offset: number): number {
  const here = data[offset + at];
  let [sum, count] = [0, 0];
  for (const neighbour of [at - step, at + step]) {
    if (!isKnown(front, neighbour)) continue;
    sum += Math.abs(data[offset + neighbour] - here);
    count++;
  }
  return count === 0 ? 0 : (2 * 255 * sum) / count;
}
