import type { PhotoSession } from './photo-session.svelte.ts';

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const farStepPx = 10;

/** Arrows move a focused region, with Alt they resize it, with Shift by more. Says whether the key was one of them. */
export function moveKeys(
  session: PhotoSession,
  {
    key,
    shiftKey,
    altKey,
    ctrlKey,
    metaKey,
  }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>,
): boolean {
  const step = steps[key];
  if (step === undefined || ctrlKey || metaKey) return false;
  const far = shiftKey ? farStepPx : 1;
  if (altKey) session.resizeSelected(step[0] * far, step[1] * far);
  else session.moveSelected(step[0] * far, step[1] * far);
  return true;
}
