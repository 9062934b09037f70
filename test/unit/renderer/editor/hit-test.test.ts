import { describe, expect, test } from 'vitest';
import type { MaskedRegion } from '../../../../electron/ipc/document.ts';
import { hitTest } from '../../../../renderer/editor/hit-test.ts';
import { paneAt, panesOf } from '../../../../renderer/editor/panes.ts';
import { rect } from './fixtures.ts';

function region(id: string, place: MaskedRegion['rect']): MaskedRegion {
  return { id, rect: place, damage: 'auto', model: 'auto' };
}

describe('what lies under the pointer', () => {
  const large = region('large', rect(100, 100, 200, 200));
  const small = region('small', rect(150, 150, 40, 40));
  const regions = [small, large];

  test('is the smallest region', () => {
    expect(hitTest(regions, [], { x: 160, y: 160 }, 1)).toEqual({ what: 'region', region: small });
    expect(hitTest(regions, [], { x: 120, y: 120 }, 1)).toEqual({ what: 'region', region: large });
    expect(hitTest(regions, [], { x: 20, y: 20 }, 1)).toBeUndefined();
  });

  test('is a handle within its area, of selected regions only', () => {
    const corner = { x: 308, y: 292 };
    expect(hitTest(regions, ['large'], corner, 1)).toEqual({
      what: 'handle',
      region: large,
      handle: { x: 1, y: 1 },
    });
    expect(hitTest(regions, [], corner, 1)).toBeUndefined();
    expect(hitTest(regions, ['large'], { x: 200, y: 100 }, 1)).toMatchObject({ handle: { x: 0, y: -1 } });
    expect(hitTest(regions, ['large'], { x: 313, y: 292 }, 1)).toBeUndefined();
  });

  test('handles keep their size on the screen', () => {
    expect(hitTest(regions, ['large'], { x: 330, y: 330 }, 0.25)).toMatchObject({ what: 'handle' });
    expect(hitTest(regions, ['large'], { x: 303, y: 303 }, 8)).toBeUndefined();
  });

  test('small regions can still be moved', () => {
    expect(hitTest(regions, ['small'], { x: 170, y: 170 }, 0.25)).toEqual({ what: 'region', region: small });
  });
});

describe('panes', () => {
  test('are two halves side by side, the result last', () => {
    const panes = panesOf({ width: 1001, height: 600 }, 'sideBySide');
    expect(panes).toEqual([
      { x: 0, width: 499, height: 600, shows: 'original' },
      { x: 502, width: 499, height: 600, shows: 'result' },
    ]);
    expect(paneAt(panes, 10).shows).toBe('original');
    expect(paneAt(panes, 500).shows).toBe('result');
    expect(paneAt(panes, 5000).shows).toBe('result');
  });

  test('are one otherwise', () => {
    expect(panesOf({ width: 1000, height: 600 }, 'slider')).toHaveLength(1);
  });
});
