import { clamp, intersect, type Point, placeOnPhoto, type Rect, type Size, unite } from '../geometry.ts';

/** Way of a brush over the photo, in its pixels. */
export interface Stroke {
  readonly mode: 'brush' | 'erase';
  /** Across, in pixels of the photo. */
  readonly sizePx: number;
  readonly points: readonly Point[];
}

/** Soft edges of the brush reach over its circle; and edges of masks stay clear of their rectangle's. */
const marginPx = 2;

/** The part of the photo that a stroke touches; undefined where it passes beside the photo. */
export function strokeBounds({ points, sizePx }: Stroke, photo: Size): Rect | undefined {
  if (points.length === 0) return undefined;
  const reach = sizePx / 2 + marginPx;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const x = Math.floor(least(xs) - reach);
  const y = Math.floor(least(ys) - reach);
  const width = Math.ceil(greatest(xs) + reach) - x;
  const height = Math.ceil(greatest(ys) + reach) - y;
  return intersect({ x, y, width, height }, { x: 0, y: 0, ...sizeOf(photo) });
}

/** The rectangle of a region after a stroke over it: painting outside makes it grow, erasing leaves it. */
export function rectAfterStroke(before: Rect | undefined, stroke: Stroke, photo: Size): Rect | undefined {
  if (stroke.mode === 'erase') return before;
  const touched = strokeBounds(stroke, photo);
  if (touched === undefined) return before;
  return placeOnPhoto(before === undefined ? touched : unite(before, touched), photo);
}

/** Adds a point to a stroke unless it is so near the last one that it would change nothing to be seen. */
export function extendStroke(stroke: Stroke, to: Point): Stroke {
  const last = stroke.points[stroke.points.length - 1];
  const leastStep = clamp(stroke.sizePx / 16, 0.5, 8);
  if (last !== undefined && Math.hypot(to.x - last.x, to.y - last.y) < leastStep) return stroke;
  return { ...stroke, points: [...stroke.points, to] };
}

/** Draws a stroke into a mask, or a picture of one. */
export function paintStroke(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { mode, sizePx, points }: Stroke,
): void {
  if (points.length === 0) return;
  context.save();
  context.globalCompositeOperation = mode === 'brush' ? 'source-over' : 'destination-out';
  context.strokeStyle = '#fff';
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = sizePx;
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  // A path of no length is drawn as the dot that a click should make.
  if (points.length === 1) context.lineTo(points[0].x, points[0].y);
  for (const { x, y } of points.slice(1)) context.lineTo(x, y);
  context.stroke();
  context.restore();
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
