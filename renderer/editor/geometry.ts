import type { MaskedRegion } from '../../electron/ipc/document.ts';

/** In pixels of the upright photo; always whole numbers. */
export type Rect = MaskedRegion['rect'];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Smaller regions show too little of a damage to say what it is. */
export const leastRegionSidePx = 8;

export function clamp(value: number, least: number, greatest: number): number {
  return Math.max(least, Math.min(greatest, value));
}

export function sameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

export function containsPoint(rect: Rect, { x, y }: Point): boolean {
  return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}

/** The rectangle with so much more on every side. */
export function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

export function containsRect(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

export function intersect(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

export function unite(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** The nearest rectangle of whole pixels that lies on the photo and is not too small. */
export function placeOnPhoto(rect: Rect, photo: Size): Rect {
  const width = clamp(Math.round(rect.width), Math.min(leastRegionSidePx, photo.width), photo.width);
  const height = clamp(Math.round(rect.height), Math.min(leastRegionSidePx, photo.height), photo.height);
  return {
    x: clamp(Math.round(rect.x), 0, photo.width - width),
    y: clamp(Math.round(rect.y), 0, photo.height - height),
    width,
    height,
  };
}

/** How far rectangles can be moved together towards (dx, dy) without leaving the photo. */
export function limitMove(rects: readonly Rect[], dx: number, dy: number, photo: Size): Point {
  let x = Math.round(dx);
  let y = Math.round(dy);
  for (const rect of rects) {
    x = clamp(x, -rect.x, photo.width - rect.width - rect.x);
    y = clamp(y, -rect.y, photo.height - rect.height - rect.y);
  }
  return { x, y };
}

/** The rectangle between where a drag began and where it is; `square` keeps both sides equal. */
export function rectFromDrag(from: Point, to: Point, photo: Size, square: boolean): Rect {
  const [x, width] = spanFromDrag(from.x, to.x, photo.width);
  const [y, height] = spanFromDrag(from.y, to.y, photo.height);
  if (!square) return { x, y, width, height };
  const startX = clamp(Math.round(from.x), 0, photo.width);
  const startY = clamp(Math.round(from.y), 0, photo.height);
  const roomX = to.x < from.x ? startX : photo.width - startX;
  const roomY = to.y < from.y ? startY : photo.height - startY;
  const side = Math.max(Math.min(Math.max(width, height), roomX, roomY), 1);
  return placeOnPhoto(
    {
      x: to.x < from.x ? startX - side : startX,
      y: to.y < from.y ? startY - side : startY,
      width: side,
      height: side,
    },
    photo,
  );
}

function spanFromDrag(from: number, to: number, available: number): [start: number, length: number] {
  const least = Math.min(leastRegionSidePx, available);
  const a = clamp(Math.round(from), 0, available);
  const b = clamp(Math.round(to), 0, available);
  const length = Math.max(Math.abs(b - a), least);
  return [clamp(to < from ? a - length : a, 0, available - length), length];
}

/** Which edges a handle moves: -1 the left or upper one, 1 the right or lower one, 0 none. */
export interface Handle {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

export const handles: readonly Handle[] = [
  { x: -1, y: -1 },
  { x: 0, y: -1 },
  { x: 1, y: -1 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
  { x: -1, y: 1 },
  { x: -1, y: 0 },
];

/** Moves the edges of a handle to a point; `keepShape` keeps the ratio of the sides at corners. */
export function dragHandle(rect: Rect, handle: Handle, to: Point, photo: Size, keepShape: boolean): Rect {
  const [x, width] = dragEdge(rect.x, rect.width, handle.x, to.x, photo.width);
  const [y, height] = dragEdge(rect.y, rect.height, handle.y, to.y, photo.height);
  if (!keepShape || handle.x === 0 || handle.y === 0) return { x, y, width, height };
  const roomX = handle.x < 0 ? rect.x + rect.width : photo.width - rect.x;
  const roomY = handle.y < 0 ? rect.y + rect.height : photo.height - rect.y;
  const scale = Math.min(
    Math.max(width / rect.width, height / rect.height),
    roomX / rect.width,
    roomY / rect.height,
  );
  const shapedWidth = Math.round(rect.width * scale);
  const shapedHeight = Math.round(rect.height * scale);
  return placeOnPhoto(
    {
      x: handle.x < 0 ? rect.x + rect.width - shapedWidth : rect.x,
      y: handle.y < 0 ? rect.y + rect.height - shapedHeight : rect.y,
      width: shapedWidth,
      height: shapedHeight,
    },
    photo,
  );
}

function dragEdge(
  start: number,
  length: number,
  edge: -1 | 0 | 1,
  to: number,
  available: number,
): [start: number, length: number] {
  if (edge === 0) return [start, length];
  const least = Math.min(leastRegionSidePx, available, length);
  const end = start + length;
  if (edge > 0) return [start, clamp(Math.round(to), start + least, available) - start];
  const from = clamp(Math.round(to), 0, end - least);
  return [from, end - from];
}
