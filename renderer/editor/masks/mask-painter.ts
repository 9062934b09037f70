import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import { intersect, type Point, type Rect } from '../geometry.ts';
import type { Masks } from './masks.svelte.ts';
import { paintStroke } from './stroke.ts';

/** Red, as masks are in print and in other editors; shows on nearly every photo. */
const tint = '#ff3b4e';
const selectedOpacity = 0.45;
const otherOpacity = 0.22;

/** Where the photo lies on the canvas, in device pixels. */
interface Place {
  readonly origin: Point;
  readonly scale: number;
  readonly pane: Rect;
}

/** Shows masks, and strokes as they are made, as a tint over the photo. */
export class MaskPainter {
  readonly #layer = new OffscreenCanvas(1, 1);

  paint(
    context: CanvasRenderingContext2D,
    masks: Masks,
    regions: readonly MaskedRegion[],
    selectedIds: readonly string[],
    place: Place,
  ): void {
    for (const region of regions) {
      const strokes = masks.open.filter(({ regionId }) => regionId === region.id);
      if (region.mask === undefined && strokes.length === 0) continue;
      const part = strokes.length > 0 ? place.pane : partOf(region.rect, place);
      const opacity = selectedIds.includes(region.id) ? selectedOpacity : otherOpacity;
      this.#paintLayer(context, place, part, opacity, (layer) => {
        paintMask(layer, masks, region);
        for (const { stroke } of strokes) paintStroke(layer, stroke);
      });
    }
    const fresh = masks.open.filter(({ regionId }) => !regions.some(({ id }) => id === regionId));
    if (fresh.length === 0) return;
    this.#paintLayer(context, place, place.pane, selectedOpacity, (layer) => {
      for (const { stroke } of fresh) paintStroke(layer, stroke);
    });
  }

  /** One tint for all that `draw` draws in a part of the canvas, however often it draws over itself. */
  #paintLayer(
    context: CanvasRenderingContext2D,
    { origin, scale, pane }: Place,
    part: Rect | undefined,
    opacity: number,
    draw: (layer: OffscreenCanvasRenderingContext2D) => void,
  ): void {
    const layer = this.#layer.getContext('2d');
    if (layer === null || part === undefined) return;
    if (this.#layer.width !== pane.width || this.#layer.height !== pane.height) {
      this.#layer.width = pane.width;
      this.#layer.height = pane.height;
    }
    const [x, y] = [part.x - pane.x, part.y - pane.y];
    layer.save();
    layer.beginPath();
    layer.rect(x, y, part.width, part.height);
    layer.clip();
    layer.clearRect(x, y, part.width, part.height);
    layer.save();
    layer.setTransform(scale, 0, 0, scale, origin.x - pane.x, origin.y - pane.y);
    draw(layer);
    layer.restore();
    layer.globalCompositeOperation = 'source-in';
    layer.fillStyle = tint;
    layer.fillRect(x, y, part.width, part.height);
    layer.restore();
    context.globalAlpha = opacity;
    context.drawImage(this.#layer, x, y, part.width, part.height, part.x, part.y, part.width, part.height);
    context.globalAlpha = 1;
  }
}

/** Where a rectangle of the photo lies on the canvas; undefined where it is not seen. */
function partOf(rect: Rect, { origin, scale, pane }: Place): Rect | undefined {
  const x = Math.floor(origin.x + rect.x * scale);
  const y = Math.floor(origin.y + rect.y * scale);
  const width = Math.ceil(rect.width * scale) + 1;
  const height = Math.ceil(rect.height * scale) + 1;
  return intersect({ x, y, width, height }, pane);
}

function paintMask(layer: OffscreenCanvasRenderingContext2D, masks: Masks, region: MaskedRegion): void {
  const shown = masks.shown(region);
  if (shown === undefined) return;
  const { rect, mask } = shown;
  layer.imageSmoothingEnabled = true;
  if (mask !== undefined) {
    layer.drawImage(mask, rect.x, rect.y, rect.width, rect.height);
    return;
  }
  layer.fillStyle = '#fff';
  layer.fillRect(rect.x, rect.y, rect.width, rect.height);
}
