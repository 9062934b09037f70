import type { Planes } from '../../../electron/engine/pixels/planes.ts';

/**
 * Mixes paint into a picture as drawing programs do, rounded to 8 bit, and gives how much of each pixel it covers.
 * @param level the paint's grey, 0..255
 * @param depth how far inside the shape a point lies, in pixels; pixel centres are at .5
 */
export function drawSoftly(
  planes: Planes,
  level: number,
  depth: (x: number, y: number) => number,
): Float32Array {
  const size = planes.width * planes.height;
  const covers = new Float32Array(size);
  for (let at = 0; at < size; at++) {
    const x = (at % planes.width) + 0.5;
    const y = Math.floor(at / planes.width) + 0.5;
    covers[at] = Math.min(1, Math.max(0, depth(x, y) + 0.5));
    for (let c = 0; c < 3; c++) {
      const value = planes.data[c * size + at];
      planes.data[c * size + at] = Math.round(255 * (value + covers[at] * (level / 255 - value))) / 255;
    }
  }
  return covers;
}
