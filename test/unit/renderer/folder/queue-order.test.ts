// @vitest-environment node
import { expect, test } from 'vitest';
import { type Direction, moved } from '../../../../renderer/folder/queue-order.ts';

/** `w`: waiting, anything else is over. */
const photos = (states: string) =>
  [...states].map((state, n) => ({
    n,
    state: state === 'w' ? ('waiting' as const) : ('repaired' as const),
  }));
const orderOf = (states: string, n: number, to: Direction) => {
  const result = moved(photos(states), n, to);
  return result && { order: result.photos.map((photo) => photo.n).join(''), before: result.before };
};

test.each([
  // Those that are over keep their places at the head.
  ['first', 3, { order: '03124', before: 1 }],
  ['earlier', 3, { order: '01324', before: 2 }],
  ['later', 3, { order: '01243', before: null }],
  ['last', 1, { order: '02341', before: null }],
] as const)('moves to %s', (to, n, expected) => {
  expect(orderOf('rwwww', n, to)).toEqual(expected);
});

test('one that is over in between is jumped over', () => {
  expect(orderOf('wrw', 2, 'earlier')).toEqual({ order: '201', before: 0 });
  expect(orderOf('wrw', 0, 'later')).toEqual({ order: '120', before: null });
});

test('nothing moves beyond the ends, and nothing that does not wait', () => {
  expect(orderOf('ww', 0, 'first')).toBeUndefined();
  expect(orderOf('ww', 0, 'earlier')).toBeUndefined();
  expect(orderOf('ww', 1, 'later')).toBeUndefined();
  expect(orderOf('ww', 1, 'last')).toBeUndefined();
  expect(orderOf('rw', 0, 'last')).toBeUndefined();
});
