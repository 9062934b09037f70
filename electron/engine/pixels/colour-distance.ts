import type { Planes } from './planes.ts';

/** How far a pixel of RGB planes is from a colour, both 0..1: 0 to the square root of 3. */
export function colourDistance({ data }: Planes, at: number, colour: readonly number[]): number {
  const size = data.length / 3;
  let square = 0;
  for (let c = 0; c < 3; c++) square += (data[c * size + at] - colour[c]) ** 2;
  return Math.sqrt(square);
}

/** The colour of a pixel of RGB planes. */
export function rgbAt({ data }: Planes, at: number): number[] {
  const size = data.length / 3;
  return [data[at], data[size + at], data[2 * size + at]];
}
