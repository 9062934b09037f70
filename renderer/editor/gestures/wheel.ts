import type { Point } from '../geometry.ts';
import type { Viewport } from '../viewport.svelte.ts';

/** What of a wheel's event is needed; `deltaMode` 0 counts in pixels, 1 in lines, 2 in pages. */
export type WheelTurn = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'shiftKey'>;

const linePx = 33;
const pagePx = 400;
/** A notch of a usual wheel, 100 pixels, zooms by a fifth. */
const zoomPerPixel = Math.log(1.2) / 100;
/** Trackpads report pinches as a held Ctrl key with small steps. */
const zoomPerPinchPixel = 0.01;
/** No single event may throw the photo about. */
const greatestStepPx = 240;

/** Zooms about the pointer; with Shift, and for sideways movement, pans. */
export function turnWheel(viewport: Viewport, turn: WheelTurn, at: Point): void {
  const unit = [1, linePx, pagePx][turn.deltaMode] ?? 1;
  const deltaX = limit(turn.deltaX * unit);
  const deltaY = limit(turn.deltaY * unit);
  if (turn.ctrlKey) {
    viewport.zoomBy(Math.exp(-deltaY * (Math.abs(deltaY) < 50 ? zoomPerPinchPixel : zoomPerPixel)), at);
  } else if (turn.shiftKey) {
    viewport.panBy(-(deltaX || deltaY), 0);
  } else if (Math.abs(deltaX) > Math.abs(deltaY)) {
    viewport.panBy(-deltaX, 0);
  } else {
    viewport.zoomBy(Math.exp(-deltaY * zoomPerPixel), at);
  }
}

function limit(delta: number): number {
  return Math.max(-greatestStepPx, Math.min(greatestStepPx, delta));
}
