import type { Rect } from './planes.ts';

/** The part of `rect` inside a picture; undefined where nothing is left. */
export function clipRect(rect: Rect, width: number, height: number): Rect | undefined {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  const right = Math.min(width, rect.x + rect.width);
  const bottom = Math.min(height, rect.y + rect.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/** `rect` grown by `px` on every side, clipped to the picture. */
export function growRect(rect: Rect, px: number, width: number, height: number): Rect {
  const grown = { x: rect.x - px, y: rect.y - px, width: rect.width + 2 * px, height: rect.height + 2 * px };
  return clipRect(grown, width, height) ?? rect;
}

/** The smallest rectangle around two. */
export function unionRect(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  const height = Math.max(a.y + a.height, b.y + b.height) - y;
  return { x, y, width, height };
}

export function rectsOverlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The parts of `outer` that do not lie in `inner`, which may lie anywhere: up to four rectangles. */
export function rectsAround(inner: Rect, outer: Rect): Rect[] {
  const { x, y, width, height } = outer;
  const within = (value: number, from: number, length: number) =>
    Math.min(from + length, Math.max(from, value));
  const left = within(inner.x, x, width);
  const right = within(inner.x + inner.width, x, width);
  const top = within(inner.y, y, height);
  const bottom = within(inner.y + inner.height, y, height);
  const parts = [
    { x, y, width, height: top - y },
    { x, y: top, width: left - x, height: bottom - top },
    { x: right, y: top, width: x + width - right, height: bottom - top },
    { x, y: bottom, width, height: y + height - bottom },
  ];
  return parts.filter((part) => part.width > 0 && part.height > 0);
}
