import { borderIndex } from '../pixels/crop.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { resizeArea } from '../pixels/resize.ts';
import { moved, type Similarity, scaleOf } from './similarity.ts';

/**
 * A picture of width x height whose pixel p is what `source` shows at `toSource(p)`, bilinear; the border pixel again
 * outside. Where the source is seen smaller it is averaged first, so that nothing aliases.
 */
export function warp(source: Planes, toSource: Similarity, width: number, height: number): Planes {
  const factor = Math.max(1, Math.round(scaleOf(toSource)));
  const small =
    factor === 1
      ? source
      : resizeArea(source, Math.ceil(source.width / factor), Math.ceil(source.height / factor));
  const [fx, fy] = [source.width / small.width, source.height / small.height];
  const out = createPlanes(width, height, source.channels);
  const pixels = width * height;
  const smallPixels = small.width * small.height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = moved(toSource, { x, y });
      const [u, v] = [(at.x + 0.5) / fx - 0.5, (at.y + 0.5) / fy - 0.5];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [wu, wv] = [u - left, v - top];
      const x0 = borderIndex(left, small.width, 'replicate');
      const x1 = borderIndex(left + 1, small.width, 'replicate');
      const row0 = borderIndex(top, small.height, 'replicate') * small.width;
      const row1 = borderIndex(top + 1, small.height, 'replicate') * small.width;
      for (let c = 0; c < source.channels; c++) {
        const base = c * smallPixels;
        const upper = small.data[base + row0 + x0] * (1 - wu) + small.data[base + row0 + x1] * wu;
        const lower = small.data[base + row1 + x0] * (1 - wu) + small.data[base + row1 + x1] * wu;
        out.data[c * pixels + y * width + x] = upper * (1 - wv) + lower * wv;
      }
    }
  }
  return out;
}
