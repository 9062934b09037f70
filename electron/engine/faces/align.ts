import type { Rect } from '../pixels/planes.ts';
import { fitSimilarity, type Point, type Similarity } from './similarity.ts';

/**
 * Where models of faces expect eyes, nose and the corners of the mouth in a picture of 512 pixels (FFHQ, as in
 * CodeFormer's face_restoration_helper.py), from the left eye of the picture to the right corner of the mouth.
 */
export const ffhqPoints: readonly Point[] = [
  { x: 192.98138, y: 239.94708 },
  { x: 318.90277, y: 240.1936 },
  { x: 256.63416, y: 314.01935 },
  { x: 201.26117, y: 371.41043 },
  { x: 313.08905, y: 371.15118 },
];

/** Leads from the picture to a square of `sidePx` with the face upright in it; undefined where the points say nothing. */
export function alignFace(points: readonly Point[], sidePx: number): Similarity | undefined {
  const scale = sidePx / 512;
  const template = ffhqPoints.map(({ x, y }) => ({ x: scale * (x + 0.5) - 0.5, y: scale * (y + 0.5) - 0.5 }));
  return fitSimilarity(points, template);
}

/** A person draws the rectangle over the face itself; models know faces with hair and some background around. */
const margin = 1.4;

/** Leads from the picture to a square of `sidePx`: the rectangle in its middle, with a margin. */
export function squareAround({ x, y, width, height }: Rect, sidePx: number): Similarity {
  const side = Math.ceil(margin * Math.max(width, height));
  const scale = sidePx / side;
  const left = Math.round(x + (width - side) / 2);
  const top = Math.round(y + (height - side) / 2);
  return { a: scale, b: 0, tx: scale * (0.5 - left) - 0.5, ty: scale * (0.5 - top) - 0.5 };
}
