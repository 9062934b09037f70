import { gaussianBlur } from '../pixels/gaussian.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { inverse, moved, type Similarity } from './similarity.ts';
import { warp } from './warp.ts';

/** Of a face's side: the border that is left out, and how softly it fades; as facefusion does at 512 pixels. */
const borderPart = 38 / 512;
const fadePart = 19 / 512;

const masks = new Map<number, Planes>();

/** How much of a square face picture shows where, [1, side, side]: all in the middle, nothing at the border. */
export function faceMask(sidePx: number): Planes {
  const known = masks.get(sidePx);
  if (known !== undefined) return known;
  const mask = createPlanes(sidePx, sidePx, 1);
  const border = Math.round(borderPart * sidePx);
  for (let y = border; y < sidePx - border; y++) {
    mask.data.fill(1, y * sidePx + border, (y + 1) * sidePx - border);
  }
  const made = gaussianBlur(mask, fadePart * sidePx);
  masks.set(sidePx, made);
  return made;
}

/** Lays a square picture of a face back over the window it came from, in place. `toFace` leads from window to face. */
export function pasteFace(window: Planes, face: Planes, toFace: Similarity): void {
  const toWindow = inverse(toFace);
  const end = face.width - 1;
  const corners = [
    { x: 0, y: 0 },
    { x: end, y: 0 },
    { x: 0, y: end },
    { x: end, y: end },
  ].map((corner) => moved(toWindow, corner));
  const low = (values: readonly number[]) => Math.max(0, Math.floor(Math.min(...values)));
  const high = (values: readonly number[], length: number) =>
    Math.min(length, Math.ceil(Math.max(...values)) + 1);
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, top] = [low(xs), low(ys)];
  const [width, height] = [high(xs, window.width) - left, high(ys, window.height) - top];
  if (width <= 0 || height <= 0) return;
  const origin = moved(toFace, { x: left, y: top });
  const place: Similarity = { ...toFace, tx: origin.x, ty: origin.y };
  const seen = warp(face, place, width, height);
  const mask = warp(faceMask(face.width), place, width, height);
  const pixels = window.width * window.height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x;
      const to = (y + top) * window.width + x + left;
      const weight = isInside(moved(place, { x, y }), end) ? mask.data[from] : 0;
      if (weight === 0) continue;
      for (let c = 0; c < 3; c++) {
        const old = window.data[c * pixels + to];
        window.data[c * pixels + to] = old + weight * (seen.data[c * width * height + from] - old);
      }
    }
  }
}

function isInside({ x, y }: { x: number; y: number }, end: number): boolean {
  return x >= -0.5 && y >= -0.5 && x <= end + 0.5 && y <= end + 0.5;
}
