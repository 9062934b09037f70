import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import type { Point, Size } from '../geometry.ts';
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
  readonly pane: Size & Point;
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
    const painted = regions.filter(
      ({ id, mask }) => mask !== undefined || masks.open.some(({ regionId }) => regionId === id),
    );
    for (const region of painted) {
      const opacity = selectedIds.includes(region.id) ? selectedOpacity : otherOpacity;
      this.#paintLayer(context, place, opacity, (layer) => {
        paintMask(layer, masks, region);
        for (const { regionId, stroke } of masks.open) if (regionId === region.id) paintStroke(layer, stroke);
      });
    }
    const fresh = masks.open.filter(({ regionId }) => regionId === undefined);
    if (fresh.length === 0) return;
    this.#paintLayer(context, place, selectedOpacity, (layer) => {
      for (const { stroke } of fresh) paintStroke(layer, stroke);
    });
  }

  /** One tint for all that `draw` draws, however often it draws over itself. */
  #paintLayer(
    context: CanvasRenderingContext2D,
    { origin, scale, pane }: Place,
    opacity: number,
    draw: (layer: OffscreenCanvasRenderingContext2D) => void,
  ): void {
    const layer = this.#layer.getContext('2d');
    if (layer === null) return;
    if (this.#layer.width !== pane.width || this.#layer.height !== pane.height) {
      this.#layer.width = pane.width;
      this.#layer.height = pane.height;
    }
    layer.setTransform(1, 0, 0, 1, 0, 0);
    layer.globalCompositeOperation = 'source-over';
    layer.clearRect(0, 0, pane.width, pane.height);
    layer.setTransform(scale, 0, 0, scale, origin.x - pane.x, origin.y - pane.y);
    draw(layer);
    layer.setTransform(1, 0, 0, 1, 0, 0);
    layer.globalCompositeOperation = 'source-in';
    layer.fillStyle = tint;
    layer.fillRect(0, 0, pane.width, pane.height);
    context.globalAlpha = opacity;
    context.drawImage(this.#layer, pane.x, pane.y);
    context.globalAlpha = 1;
  }
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
