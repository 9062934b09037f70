import type { Planes } from '../pixels/planes.ts';
import { distanceInside } from './feather.ts';

/** Half the width from which damage is a blot: thin lines lie on pixels that it would be a pity to lose. */
const blotHalfWidthPx = 3;
/** A JPEG keeps colours at half the resolution, so a blot's colour lies on the two pixels beside it, too. */
const spillPx = 2;

/**
 * Adds to pixels that are to be filled (0 or 1, row by row) those beside blots, on which a JPEG has spread their colour:
 * a fill takes its colour from what it is continued from. Nothing outside the region ([1, H, W]) is added.
 */
export function widenBlots(filled: Uint8Array, region: Planes): Uint8Array {
  const { width, height } = region;
  const plane = (data: Float32Array): Planes => ({ width, height, channels: 1, data });
  const inside = distanceInside(plane(Float32Array.from(filled)));
  const outsideCore = Float32Array.from(inside, (px) => (px >= blotHalfWidthPx ? 0 : 1));
  if (!outsideCore.includes(0)) return filled;
  const fromCore = distanceInside(plane(outsideCore));
  // The nearest pixel outside of a blot is as far from its core as the core's edge is inside.
  const reachPx = blotHalfWidthPx + spillPx - 1;
  return filled.map((value, at) => (value === 1 || (fromCore[at] <= reachPx && region.data[at] > 0) ? 1 : 0));
}
