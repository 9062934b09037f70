import type { Planes } from '../pixels/planes.ts';

const sameColour = 0.04;
const foreignStep = 0.1;
const leastShare = 0.8;

/**
 * How sure it is that the region [1, H, W] has been painted over or cut out as a whole: one colour nearly
 * everywhere in it, and another one just outside. 0..1.
 */
export function holeConfidence(window: Planes, inside: Planes): number {
  const { width, height, channels, data } = window;
  const size = width * height;
  const colour = new Float32Array(channels);
  const pixels: number[] = [];
  for (let i = 0; i < size; i++) if (inside.data[i] > 0.5) pixels.push(i);
  if (pixels.length === 0) return 0;
  for (let c = 0; c < channels; c++) {
    const values = Float32Array.from(pixels, (at) => data[c * size + at]).sort();
    colour[c] = values[values.length >> 1];
  }
  const distance = (at: number) => {
    let most = 0;
    for (let c = 0; c < channels; c++) most = Math.max(most, Math.abs(data[c * size + at] - colour[c]));
    return most;
  };
  let same = 0;
  for (const at of pixels) if (distance(at) < sameColour) same++;
  const share = same / pixels.length;
  if (share < leastShare) return 0;
  let ring = 0;
  let foreign = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (inside.data[at] > 0.5 || !besideRegion(inside, x, y)) continue;
      ring++;
      if (distance(at) > foreignStep) foreign++;
    }
  }
  return ring > 0 ? Math.min(1, Math.max(0, (foreign / ring - 0.4) / 0.4)) : 0;
}

/** Whether a pixel three steps away, across or down, lies in the region. */
function besideRegion(inside: Planes, x: number, y: number): boolean {
  const { width, height, data } = inside;
  return (
    (x >= 3 && data[y * width + x - 3] > 0.5) ||
    (x + 3 < width && data[y * width + x + 3] > 0.5) ||
    (y >= 3 && data[(y - 3) * width + x] > 0.5) ||
    (y + 3 < height && data[(y + 3) * width + x] > 0.5)
  );
}
