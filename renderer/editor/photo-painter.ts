import type { Edit } from '../../electron/ipc/document.ts';
import type { Point } from './geometry.ts';
import type { PhotoPixels } from './pixels/photo-pixels.svelte.ts';
import type { Placement } from './pixels/tiled-picture.ts';

/** One picture of the photo on the canvas, in device pixels. */
export interface Scene {
  /** The part of the canvas that may be drawn on. */
  readonly clip: Placement['clip'];
  readonly origin: Point;
  readonly scale: number;
  readonly edits: readonly Pick<Edit, 'patches' | 'strength' | 'enabled'>[];
  /** Restorations show from here to the right. */
  readonly restoredFrom: number;
}

/** Draws a photo and, over it, its restorations. */
export function paintPhoto(context: CanvasRenderingContext2D, pixels: PhotoPixels, scene: Scene): void {
  const { clip, restoredFrom } = scene;
  withClip(context, clip, () => paintOriginal(context, pixels, scene));
  const left = Math.max(clip.x, restoredFrom);
  const right = clip.x + clip.width;
  if (left >= right) return;
  const restored = { ...clip, x: left, width: right - left };
  withClip(context, restored, () => paintEdits(context, pixels, { ...scene, clip: restored }));
}

function paintOriginal(context: CanvasRenderingContext2D, pixels: PhotoPixels, scene: Scene): void {
  const { origin, scale, clip } = scene;
  const { base, preview, part, reduction } = pixels;
  if (base !== undefined) {
    base.draw(context, { origin, scale: scale * reduction, clip });
  } else if (preview !== undefined) {
    const { width, height } = pixels.size;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'low';
    context.drawImage(preview, origin.x, origin.y, width * scale, height * scale);
  }
  if (base !== undefined && part !== undefined && scale * reduction > 1) {
    const { x, y, width, height } = part.rect;
    const left = Math.round(origin.x + x * scale);
    const top = Math.round(origin.y + y * scale);
    context.imageSmoothingEnabled = scale <= 2;
    context.drawImage(
      part.picture,
      left,
      top,
      Math.round(origin.x + (x + width) * scale) - left,
      Math.round(origin.y + (y + height) * scale) - top,
    );
  }
}

function paintEdits(context: CanvasRenderingContext2D, pixels: PhotoPixels, scene: Scene): void {
  const { origin, scale, clip, edits } = scene;
  for (const { patches, strength, enabled } of edits) {
    if (!enabled || strength === 0) continue;
    context.globalAlpha = strength;
    for (const { id, rect } of patches) {
      const from = { x: origin.x + rect.x * scale, y: origin.y + rect.y * scale };
      pixels.patch(id)?.draw(context, { origin: from, scale, clip });
    }
  }
}

function withClip(context: CanvasRenderingContext2D, clip: Placement['clip'], paint: () => void): void {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
  paint();
  context.restore();
}
