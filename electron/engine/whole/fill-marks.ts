import { diffuseFill } from '../classical/fill.ts';
import type { FoundRegion } from '../find/found.ts';
import { createPlanes, type Rect } from '../pixels/planes.ts';
import { maxSample, type Raster, rgbPlanes } from '../pixels/raster.ts';
import { growRect, rectsOverlap } from '../pixels/rects.ts';
import { coverage, type Region } from '../region/region.ts';

/** Thin marks are filled in pieces of this size: what they are filled from lies close by. */
const piecePx = 512;
const marginPx = 48;

/** The pieces of a picture that hold thin marks. */
export function piecesWithMarks(regions: readonly FoundRegion[], width: number, height: number): Rect[] {
  const pieces: Rect[] = [];
  for (let y = 0; y < height; y += piecePx) {
    for (let x = 0; x < width; x += piecePx) {
      const piece = { x, y, width: Math.min(piecePx, width - x), height: Math.min(piecePx, height - y) };
      if (regions.some(({ rect }) => rectsOverlap(rect, piece))) pieces.push(piece);
    }
  }
  return pieces;
}

/**
 * Fills the thin marks in one piece of `target`, in place, from what lies around them in `source`. `holes` are all
 * damaged regions: nothing is filled from another's damage.
 */
export function fillPiece(
  source: Raster,
  target: Raster,
  piece: Rect,
  marks: readonly FoundRegion[],
  holes: readonly FoundRegion[],
): void {
  const window = growRect(piece, marginPx, source.width, source.height);
  const asRegion = ({ rect, mask, damage }: FoundRegion): Region => ({
    rect,
    damage,
    ...(mask !== undefined && { mask }),
  });
  const inside = (regions: readonly FoundRegion[]) =>
    coverage(regions.filter(({ rect }) => rectsOverlap(rect, window)).map(asRegion), window);
  const wanted = inside(marks);
  const unknown = inside([...marks, ...holes]);
  if (!wanted.data.some((value) => value > 0)) return;
  const filled = diffuseFill(rgbPlanes(source, window), unknown);
  const max = maxSample(target.depth);
  const size = window.width * window.height;
  const colours = target.channels >= 3 ? 3 : 1;
  const alone = createPlanes(1, 1, 3).data;
  for (let y = piece.y; y < piece.y + piece.height; y++) {
    for (let x = piece.x; x < piece.x + piece.width; x++) {
      const from = (y - window.y) * window.width + x - window.x;
      if (wanted.data[from] === 0) continue;
      for (let c = 0; c < 3; c++) alone[c] = Math.min(1, Math.max(0, filled.data[c * size + from]));
      const to = (y * target.width + x) * target.channels;
      if (colours === 1) target.data[to] = Math.round(max * alone[0]);
      else for (let c = 0; c < 3; c++) target.data[to + c] = Math.round(max * alone[c]);
    }
  }
}
