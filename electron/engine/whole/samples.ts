import type { Rect } from '../pixels/planes.ts';

/** Side of the windows that a large picture is measured in, a multiple of JPEG's blocks, and how many across. */
const windowPx = 256;
const mostAcross = 8;

/**
 * Windows that stand for a whole picture in measurements: all of it where it is small, else evenly spread ones. They
 * start at multiples of 8.
 */
export function sampleWindows(width: number, height: number): Rect[] {
  const columns = starts(width);
  return starts(height).flatMap((y) =>
    columns.map((x) => ({
      x,
      y,
      width: Math.min(windowPx, width - x),
      height: Math.min(windowPx, height - y),
    })),
  );
}

function starts(length: number): number[] {
  const count = Math.ceil(length / windowPx);
  if (count <= mostAcross) return Array.from({ length: count }, (_, i) => i * windowPx);
  const step = (length - windowPx) / (mostAcross - 1);
  return Array.from({ length: mostAcross }, (_, i) => Math.floor((i * step) / 8) * 8);
}
