/** From one frame to the next. */
export const framePitchPx = 80;
/** Frames drawn above and below those in sight, so that scrolling meets no holes. */
const spare = 4;

/** The frames to draw, `end` not included: a folder may hold thousands. */
export function visibleFrames(
  scrollTop: number,
  height: number,
  total: number,
): { start: number; end: number } {
  const start = Math.max(0, Math.floor(scrollTop / framePitchPx) - spare);
  const end = Math.min(total, Math.ceil((scrollTop + height) / framePitchPx) + spare);
  return { start: Math.min(start, end), end };
}
