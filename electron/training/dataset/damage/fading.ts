import type { Planes } from '../../../engine/pixels/planes.ts';
import type { Random } from '../../../engine/pixels/random.ts';
import { clouds } from './texture.ts';

/**
 * What years do to a print: colours gone to grey or brown, blacks lifted, contrast lost, a cast of colour, sometimes
 * unevenly. RGB, 0..1, returned as a new picture.
 */
export function fade(planes: Planes, random: Random): Planes {
  const { width, height } = planes;
  const size = width * height;
  const out: Planes = { ...planes, data: new Float32Array(3 * size) };
  const kind = random.next();
  const grey = kind < 0.4 ? 1 : random.uniform(0, 0.7);
  const sepia = kind < 0.25 ? random.uniform(0.3, 1) : 0;
  const black = random.uniform(0, 0.2);
  const white = random.uniform(0.75, 1);
  const gamma = Math.exp(random.uniform(-0.3, 0.3));
  const cast = [0, 1, 2].map(() => (grey === 1 ? 0 : random.uniform(-0.07, 0.07)));
  const tone = [0.06 * sepia, 0.005 * sepia, -0.1 * sepia];
  const uneven = random.next() < 0.4 ? random.uniform(0, 0.2) : 0;
  const patches = uneven > 0 ? clouds(width, height, width / 2, random).data : undefined;
  for (let i = 0; i < size; i++) {
    const luma = 0.299 * planes.data[i] + 0.587 * planes.data[size + i] + 0.114 * planes.data[2 * size + i];
    const lift = patches === undefined ? 0 : uneven * (patches[i] - 0.5);
    for (let c = 0; c < 3; c++) {
      const at = c * size + i;
      const value = planes.data[at] + grey * (luma - planes.data[at]);
      const toned = Math.max(0, value) ** gamma * (white - black) + black + cast[c] + tone[c] + lift;
      out.data[at] = Math.min(1, Math.max(0, toned));
    }
  }
  return out;
}
