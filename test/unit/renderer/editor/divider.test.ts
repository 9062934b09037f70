import { describe, expect, test } from 'vitest';
import { dividerX, gripX, positionAfterKey, positionAt } from '../../../../renderer/compare/divider.ts';
import { Viewport } from '../../../../renderer/editor/viewport.svelte.ts';

function viewport(): Viewport {
  const made = new Viewport({ width: 6000, height: 4000 });
  made.resize(1232, 832, 1);
  return made;
}

describe('the divider', () => {
  test('lies at a part of the photo, at any zoom', () => {
    const view = viewport();
    expect(dividerX(view, 0.25)).toBe(316);
    expect(positionAt(view, 316)).toBeCloseTo(0.25);
    view.zoomTo(2, { x: 300, y: 300 });
    expect(positionAt(view, dividerX(view, 0.3))).toBeCloseTo(0.3, 3);
  });

  test('ends with the photo', () => {
    const view = viewport();
    expect(positionAt(view, -100)).toBe(0);
    expect(positionAt(view, 5000)).toBe(1);
  });

  test('keeps its grip in the window', () => {
    const view = viewport();
    expect(gripX(view, 0.5)).toBe(616);
    view.zoomTo(4);
    view.panBy(-20_000, 0);
    expect(dividerX(view, 0.1)).toBeLessThan(0);
    expect(gripX(view, 0.1)).toBe(22);
    expect(gripX(view, 5)).toBe(1210);
  });

  test.each([
    ['ArrowLeft', false, 0.49],
    ['ArrowRight', false, 0.51],
    ['ArrowUp', true, 0.6],
    ['ArrowDown', true, 0.4],
    ['PageUp', false, 0.6],
    ['Home', false, 0],
    ['End', false, 1],
  ])('moves by %s', (key, shiftKey, expected) => {
    expect(positionAfterKey(0.5, { key, shiftKey })).toBeCloseTo(expected);
  });

  test('stays between its ends and ignores other keys', () => {
    expect(positionAfterKey(0, { key: 'ArrowLeft', shiftKey: false })).toBe(0);
    expect(positionAfterKey(0.5, { key: 'a', shiftKey: false })).toBeUndefined();
  });
});
