import type { Corner, PlacedRect } from './batch.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** A placed rectangle in whole pixels of a photo of some size; may lie outside. */
export function placeRect(placed: PlacedRect, photo: Size): Rect {
  const scaleX = placed.unit === 'part' ? photo.width : 1;
  const scaleY = placed.unit === 'part' ? photo.height : 1;
  const width = placed.width * scaleX;
  const height = placed.height * scaleY;
  const inwardX = placed.x * scaleX;
  const inwardY = placed.y * scaleY;
  const x = placed.corner.endsWith('right') ? photo.width - inwardX - width : inwardX;
  const y = placed.corner.startsWith('bottom') ? photo.height - inwardY - height : inwardY;
  const [left, top] = [Math.round(x), Math.round(y)];
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.round(x + width) - left),
    height: Math.max(1, Math.round(y + height) - top),
  };
}

/** How the rectangles of one photo are laid on others. */
export type Fit = Corner | 'scale';

/** A rectangle of one photo as it is laid on all. */
export function asPlaced(rect: Rect, photo: Size, fit: Fit): Omit<PlacedRect, 'damage' | 'mask'> {
  if (fit === 'scale') {
    const { width, height } = photo;
    return {
      unit: 'part',
      corner: 'top-left',
      x: rect.x / width,
      y: rect.y / height,
      width: rect.width / width,
      height: rect.height / height,
    };
  }
  const x = fit.endsWith('right') ? photo.width - rect.x - rect.width : rect.x;
  const y = fit.startsWith('bottom') ? photo.height - rect.y - rect.height : rect.y;
  return {
    unit: 'px',
    corner: fit,
    x: Math.max(0, x),
    y: Math.max(0, y),
    width: rect.width,
    height: rect.height,
  };
}
