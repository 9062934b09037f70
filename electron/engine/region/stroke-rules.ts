import { extentOf } from '../damage/components.ts';
import { colourDistance, rgbAt } from '../pixels/colour-distance.ts';
import type { PaintedScene } from './painted-scene.ts';

/** Paint this much unlike the photo can be told from it. */
export const leastContrast = 0.08;
/** A flat colour is met so many times as often as in what lies around; the photo's own colours are not. */
export const leastExcess = 5;
/** Fewer pixels are no stroke. */
export const leastStroke = 8;
/** Share of a stroke that was marked, from which it is taken for damage whatever its shape. */
const markedShare = 0.25;
/** A thin straight stroke needs less to be believed: this length, width and mean probability. */
const lineLengthPx = 24;
const lineWidthPx = 4;
export const lineProbability = 0.08;
/** What has a colour that the photo has too must be such a line, and as likely as this. */
const commonLineProbability = 0.2;
/** A solid blot needs this many pixels and mean probability. */
export const blotPixels = 40;
const blotProbability = 0.15;

/** Whether pixels of one colour that hang together are damage, by what was marked and by their shape. */
export function isStroke(
  scene: PaintedScene,
  stroke: readonly number[],
  isRare: boolean,
  isCommon: boolean,
): boolean {
  if (stroke.length < leastStroke) return false;
  const { window, background, areas, map } = scene;
  let marked = 0;
  let probability = 0;
  let contrast = 0;
  for (const at of stroke) {
    marked += areas[at];
    probability += map.data[at];
    contrast += colourDistance(window, at, rgbAt(background, at));
  }
  const share = marked / stroke.length;
  // What was not marked is its own background: only the marked pixels can show a contrast.
  if (marked > 0 && contrast < leastContrast * marked) return false;
  if (share >= markedShare && !isCommon) return true;
  const likely = probability / stroke.length;
  if (isThinLine(stroke, scene.width)) return likely >= (isCommon ? commonLineProbability : lineProbability);
  if (!isRare || stroke.length < blotPixels) return false;
  return likely >= blotProbability || (scene.isGrainy && !isClipped(scene.levels, stroke[0]));
}

/** Whether pixels are as many as a thin line of their extent would have, and the extent is a line's. */
export function isThinLine(pixels: readonly number[], width: number): boolean {
  const length = extentOf(pixels, width);
  return length >= lineLengthPx && pixels.length <= lineWidthPx * length;
}

/** Whether a channel is as dark or as bright as can be: large parts of a photo can be so. */
function isClipped(levels: Uint8Array, at: number): boolean {
  const size = levels.length / 3;
  return [0, 1, 2].some((c) => levels[c * size + at] <= 1 || levels[c * size + at] >= 254);
}
