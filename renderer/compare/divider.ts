import { clamp } from '../editor/geometry.ts';
import type { Viewport } from '../editor/viewport.svelte.ts';

/** Half of the grip's width and a little air, in CSS pixels. */
const gripReachPx = 22;
const step = 0.01;
const farStep = 0.1;

/** Where the divider lies, in CSS pixels from the view's left edge; it may be outside the view. */
export function dividerX(viewport: Viewport, position: number): number {
  const { origin, scale, density, photo } = viewport;
  return (origin.x + Math.round(position * photo.width * scale)) / density;
}

/** Where the grip is: at the divider, or at the edge of the view behind which the divider lies. */
export function gripX(viewport: Viewport, position: number): number {
  const { width } = viewport.size;
  return clamp(dividerX(viewport, position), gripReachPx, Math.max(gripReachPx, width - gripReachPx));
}

/** The divider's position for a place in the view. */
export function positionAt(viewport: Viewport, x: number): number {
  return clamp(viewport.toPhoto({ x, y: 0 }).x / viewport.photo.width, 0, 1);
}

/** The divider's position after a key; undefined where the key means nothing to it. */
export function positionAfterKey(
  position: number,
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
): number | undefined {
  const by = shiftKey ? farStep : step;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return clamp(position - by, 0, 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return clamp(position + by, 0, 1);
    case 'PageDown':
      return clamp(position - farStep, 0, 1);
    case 'PageUp':
      return clamp(position + farStep, 0, 1);
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return undefined;
  }
}
