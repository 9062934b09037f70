import type { Planes } from '../../engine/pixels/planes.ts';
import type { Random } from '../../engine/pixels/random.ts';

/**
 * The same picture in other, often much stronger colours: channels exchanged, saturation and contrast changed. Photos
 * of a personal library are mostly muted; without this a network takes any small saturated area for ink. RGB, 0..1.
 */
export function recoloured(planes: Planes, random: Random): Planes {
  const size = planes.width * planes.height;
  const out: Planes = { ...planes, data: new Float32Array(3 * size) };
  const first = random.integer(0, 3);
  const second = (first + random.integer(1, 3)) % 3;
  const order = [first, second, 3 - first - second];
  const saturation = Math.exp(random.uniform(-0.3, 1.2));
  const contrast = Math.exp(random.uniform(-0.2, 0.5));
  const brightness = random.uniform(-0.1, 0.1);
  for (let i = 0; i < size; i++) {
    const luma = 0.299 * planes.data[i] + 0.587 * planes.data[size + i] + 0.114 * planes.data[2 * size + i];
    const light = 0.5 + contrast * (luma - 0.5) + brightness;
    for (let c = 0; c < 3; c++) {
      const value = light + saturation * contrast * (planes.data[order[c] * size + i] - luma);
      out.data[c * size + i] = Math.min(1, Math.max(0, value));
    }
  }
  return out;
}
