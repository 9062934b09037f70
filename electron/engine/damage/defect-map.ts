import { crop, pasteInto } from '../pixels/crop.ts';
import { maskBounds, requireMask } from '../pixels/mask.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { findScratches } from './scratches.ts';
import { findStains } from './stains.ts';

const marginPx = 16;

/**
 * Which pixels of a region are stained or scratched, as classical means can tell: [1, H, W], 0 or 1. Stands in
 * where no trained segmentation is at hand.
 * @param inside [1, H, W]: only pixels above 0.5 are looked at
 */
export function defectMap(window: Planes, inside: Planes, kind: 'stain' | 'scratch'): Planes {
  requireMask(window, inside);
  const out = createPlanes(window.width, window.height, 1);
  const bounds = maskBounds(inside);
  if (bounds === undefined) return out;
  const x = Math.max(0, bounds.x - marginPx);
  const y = Math.max(0, bounds.y - marginPx);
  const part = {
    x,
    y,
    width: Math.min(window.width, bounds.x + bounds.width + marginPx) - x,
    height: Math.min(window.height, bounds.y + bounds.height + marginPx) - y,
  };
  const find = kind === 'stain' ? findStains : findScratches;
  pasteInto(out, find(crop(window, part), crop(inside, part)).map, x, y);
  return out;
}
