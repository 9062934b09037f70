import type { Point } from '../geometry.ts';

/** Where the pointer is, and which keys are held with it. */
export interface PointerPlace {
  /** From the upper left corner of the pane, in CSS pixels. */
  readonly screen: Point;
  /** In pixels of the photo, with fractions. */
  readonly photo: Point;
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly mod: boolean;
}

/** What a press of the pointer has begun, until it is let go. */
export interface Gesture {
  readonly cursor: string;
  move(to: PointerPlace): void;
  end(): void;
  /** Takes back what the gesture has done. */
  cancel(): void;
}

/** A hand does not hold still: shorter ways in CSS pixels are clicks. */
export const clickSlackPx = 4;

export function isClick(from: PointerPlace, to: PointerPlace): boolean {
  return Math.hypot(to.screen.x - from.screen.x, to.screen.y - from.screen.y) < clickSlackPx;
}
