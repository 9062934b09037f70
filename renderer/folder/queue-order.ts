import type { BatchPhoto } from '../../electron/ipc/batch-requests.ts';

/** Where a waiting photo is moved: one place, or to an end of the queue. */
export const directions = ['first', 'earlier', 'later', 'last'] as const;
export type Direction = (typeof directions)[number];

/**
 * Moves a photo among those that wait; the others keep their places.
 * @returns the new order, and which photo it now comes before (`null`: the last one); undefined where it does not wait
 *   or is there already
 */
export function moved<Photo extends Pick<BatchPhoto, 'n' | 'state'>>(
  photos: readonly Photo[],
  n: number,
  to: Direction,
): { readonly photos: readonly Photo[]; readonly before: number | null } | undefined {
  const photo = photos.find((one) => one.n === n);
  const waiting = photos.filter(({ state }) => state === 'waiting');
  const from = waiting.findIndex((one) => one.n === n);
  if (photo === undefined || from < 0) return undefined;
  const others = waiting.filter((one) => one.n !== n);
  const place = { first: 0, earlier: Math.max(0, from - 1), later: from + 1, last: others.length }[to];
  if (place === from || place > others.length) return undefined;
  const rest = photos.filter((one) => one.n !== n);
  const next = others[place];
  const at = next === undefined ? rest.indexOf(others[place - 1]) + 1 : rest.indexOf(next);
  return { photos: rest.toSpliced(at, 0, photo), before: next?.n ?? null };
}
