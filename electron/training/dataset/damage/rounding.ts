/** The 256 levels of an 8-bit channel as 0..1. */
const levels = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/** A value of 0..255, or beyond, as an 8-bit picture keeps it: the nearest level, as 0..1. */
export function rounded8(value: number): number {
  if (!(value > 0)) return 0;
  return value >= 255 ? 1 : levels[Math.trunc(value + 0.5)];
}
