import type { MaskedRegion } from '../../electron/ipc/document.ts';
import { containsPoint, type Handle, handles, type Point, type Rect } from './geometry.ts';

/** Side of the area around a handle in which it can be taken hold of, in CSS pixels. */
export const handleReachPx = 24;

export type Hit =
  | { readonly what: 'handle'; readonly region: MaskedRegion; readonly handle: Handle }
  | { readonly what: 'region'; readonly region: MaskedRegion };

/** A place on a rectangle as a part of its sides: handles lie at 0, a half and 1. */
export function handlePlace({ x, y }: Handle): Point {
  return { x: (x + 1) / 2, y: (y + 1) / 2 };
}

/**
 * What lies under a point of the photo: a handle of a selected region, else the smallest region around it.
 * @param cssScale CSS pixels per pixel of the photo
 */
export function hitTest(
  regions: readonly MaskedRegion[],
  selectedIds: readonly string[],
  at: Point,
  cssScale: number,
): Hit | undefined {
  for (const id of [...selectedIds].reverse()) {
    const region = regions.find((candidate) => candidate.id === id);
    const handle = region && handleAt(region.rect, at, cssScale);
    if (region !== undefined && handle !== undefined) return { what: 'handle', region, handle };
  }
  const region = smallestAround(
    regions.map((candidate) => ({ rect: candidate.rect, value: candidate })),
    at,
  );
  return region && { what: 'region', region };
}

/** Of the things around a point the one with the smallest rectangle, which could not be reached otherwise. */
export function smallestAround<T>(
  things: readonly { readonly rect: Rect; readonly value: T }[],
  at: Point,
): T | undefined {
  let best: { readonly rect: Rect; readonly value: T } | undefined;
  for (const thing of things) {
    const isSmaller = best === undefined || areaOf(thing.rect) <= areaOf(best.rect);
    if (containsPoint(thing.rect, at) && isSmaller) best = thing;
  }
  return best?.value;
}

function areaOf({ width, height }: Rect): number {
  return width * height;
}

/** Small rectangles keep their inner half for being moved. */
function handleAt(rect: Rect, at: Point, cssScale: number): Handle | undefined {
  const reach = handleReachPx / 2 / cssScale;
  const inward = { x: Math.min(reach, rect.width / 4), y: Math.min(reach, rect.height / 4) };
  const isInside =
    at.x > rect.x + inward.x &&
    at.y > rect.y + inward.y &&
    at.x < rect.x + rect.width - inward.x &&
    at.y < rect.y + rect.height - inward.y;
  if (isInside) return undefined;
  let best: Handle | undefined;
  let bestDistance = reach;
  for (const handle of handles) {
    const place = handlePlace(handle);
    const distance = Math.max(
      Math.abs(at.x - rect.x - place.x * rect.width),
      Math.abs(at.y - rect.y - place.y * rect.height),
    );
    if (distance < bestDistance) {
      best = handle;
      bestDistance = distance;
    }
  }
  return best;
}
