/**
 * A picture as planar float32: sample (c, y, x) is `data[(c * height + y) * width + x]`.
 * Range 0..1 in the photo's own colour space (values are not linearised).
 */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** An axis-aligned rectangle in whole pixels of the upright photo (or of a window, where said). */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture of zeros. */
export function createPlanes(width: number, height: number, channels: number): Planes {
  return { width, height, channels, data: new Float32Array(width * height * channels) };
}
