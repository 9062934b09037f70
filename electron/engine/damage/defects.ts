import { createPlanes, type Planes } from '../pixels/planes.ts';
import { dilate } from './components.ts';

/** Defects found pixel by pixel, and how sure it is that they are damage and not part of the photo. */
export interface Defects {
  /** [1, H, W]: 1 where the picture is damaged. */
  readonly map: Planes;
  readonly confidence: number;
  /** Damaged part of the region, 0..1. */
  readonly share: number;
}

/** Marked pixels of the region, one pixel wider: the border is a mixture of defect and photo. */
export function asMap(marked: Uint8Array, inside: Planes): { map: Planes; share: number } {
  const map = createPlanes(inside.width, inside.height, 1);
  const wide = dilate(marked, inside.width, 1);
  let region = 0;
  let area = 0;
  for (let i = 0; i < wide.length; i++) {
    if (!(inside.data[i] > 0.5)) continue;
    region++;
    area += marked[i];
    map.data[i] = wide[i];
  }
  return { map, share: region > 0 ? area / region : 0 };
}
