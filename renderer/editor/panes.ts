import type { Size } from './geometry.ts';
import type { CompareMode } from './photo-session.svelte.ts';

/** A part of the view that shows the photo, in CSS pixels from the view's left edge. */
export interface Pane extends Size {
  readonly x: number;
  readonly shows: 'original' | 'result';
}

/** Between two panes, in CSS pixels. */
const gapPx = 2;

/** The panes of a view, from left to right; the result is the last one. */
export function panesOf({ width, height }: Size, mode: CompareMode): readonly Pane[] {
  if (mode !== 'sideBySide') return [{ x: 0, width, height, shows: 'result' }];
  const half = Math.max(0, Math.floor((width - gapPx) / 2));
  return [
    { x: 0, width: half, height, shows: 'original' },
    { x: width - half, width: half, height, shows: 'result' },
  ];
}

/** The pane that a place lies in; in the gap, the one after it. */
export function paneAt(panes: readonly Pane[], x: number): Pane {
  return panes.find((pane) => x < pane.x + pane.width) ?? panes[panes.length - 1];
}
