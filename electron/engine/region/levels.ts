/** 24-bit code of a colour of 8-bit levels. */
export type Colour = number;

/** The colour of a pixel, given the planes of red, green and blue in levels of 8 bit. */
export function colourAt(levels: Uint8Array, at: number): Colour {
  const size = levels.length / 3;
  return (levels[at] << 16) | (levels[size + at] << 8) | levels[2 * size + at];
}

/** Red, green and blue of a colour, 0..1. */
export function rgbOf(colour: Colour): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255].map((level) => level / 255);
}
