import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DrawRegionGesture } from '../../../../renderer/editor/gestures/draw-region.ts';
import type { PointerPlace } from '../../../../renderer/editor/gestures/gesture.ts';
import { MoveRegionsGesture } from '../../../../renderer/editor/gestures/move-regions.ts';
import { PanGesture } from '../../../../renderer/editor/gestures/pan.ts';
import { Pinch } from '../../../../renderer/editor/gestures/pinch.ts';
import { PointerInput } from '../../../../renderer/editor/gestures/pointer-input.svelte.ts';
import { cursorOf, ResizeRegionGesture } from '../../../../renderer/editor/gestures/resize-region.ts';
import type { PhotoSession } from '../../../../renderer/editor/photo-session.svelte.ts';
import { moveKeys } from '../../../../renderer/editor/region-keys.ts';
import { rect, sessionWith } from './fixtures.ts';

let session: PhotoSession;

beforeEach(() => {
  vi.useFakeTimers();
  session = sessionWith().session;
  session.viewport.resize(1032, 832, 1);
  session.viewport.zoomTo(2, { x: 0, y: 0 });
});

/** A place on the photo, at the zoom of the tests. */
function at(x: number, y: number, keys: { shift?: boolean; mod?: boolean } = {}): PointerPlace {
  const screen = session.viewport.toScreen({ x, y });
  return { screen, photo: { x, y }, shift: keys.shift ?? false, mod: keys.mod ?? false };
}

function addRegion(x: number): string {
  return session.addRegion(rect(x, 100, 40, 40)) ?? '';
}

describe('the brush', () => {
  /** The region that a press paints on; undefined makes a new one. */
  function paintedAt(x: number, y: number): string | undefined {
    const masks = { begin: vi.fn(), finish: vi.fn() };
    const input = new PointerInput(session, masks as never, (clientX, clientY) => ({
      x: clientX,
      y: clientY,
    }));
    const { screen } = at(x, y);
    const currentTarget = { setPointerCapture: () => undefined, focus: () => undefined };
    const event = { button: 0, pointerId: 1, clientX: screen.x, clientY: screen.y, currentTarget };
    input.onPointerDown(event as never);
    return masks.begin.mock.calls[0][0];
  }

  beforeEach(() => {
    session.tool = 'brush';
    session.brushSizePx = 10;
  });

  test('refines the region under it, and the selected one beside it', () => {
    const id = addRegion(100);
    expect(paintedAt(120, 120)).toBe(id);
    expect(paintedAt(155, 120)).toBe(id);
  });

  test('makes a new region far from the selected one; the eraser does not', () => {
    const id = addRegion(100);
    expect(paintedAt(400, 300)).toBeUndefined();
    session.tool = 'erase';
    expect(paintedAt(400, 300)).toBe(id);
  });
});

describe('drawing', () => {
  test('makes one region, undone in one step', () => {
    const gesture = new DrawRegionGesture(session, at(10, 10));
    for (let x = 20; x <= 60; x += 10) gesture.move(at(x, x));
    gesture.end();
    expect(session.document.regions.map((region) => region.rect)).toEqual([rect(10, 10, 50, 50)]);
    expect(session.selectedRegion).toBeDefined();
    session.undo();
    expect(session.document.regions).toEqual([]);
    expect(session.canUndo).toBe(false);
  });

  test('a trembling click makes none and deselects', () => {
    addRegion(100);
    const gesture = new DrawRegionGesture(session, at(10, 10));
    gesture.move(at(11, 10));
    gesture.end();
    expect(session.document.regions).toHaveLength(1);
    expect(session.selectedRegionIds).toEqual([]);
  });

  test('a click with Ctrl keeps the selection', () => {
    addRegion(100);
    new DrawRegionGesture(session, at(10, 10, { mod: true })).end();
    expect(session.selectedRegionIds).toHaveLength(1);
  });

  test('a click on a restoration selects it', async () => {
    addRegion(100);
    await session.restore();
    session.selectedEditId = undefined;
    new DrawRegionGesture(session, at(110, 110)).end();
    expect(session.selectedEditId).toBe(session.document.edits[0].id);
    new DrawRegionGesture(session, at(10, 10)).end();
    expect(session.selectedEditId).toBeUndefined();
  });

  test('is taken back by a cancel', () => {
    const gesture = new DrawRegionGesture(session, at(10, 10));
    gesture.move(at(60, 60));
    gesture.cancel();
    expect(session.document.regions).toEqual([]);
    expect(session.canUndo).toBe(false);
  });
});

describe('moving', () => {
  test('selects what is pressed and moves it', () => {
    const id = addRegion(100);
    session.select(undefined);
    const gesture = new MoveRegionsGesture(session, session.document.regions[0], at(110, 110));
    gesture.move(at(120, 111));
    gesture.move(at(130, 105));
    gesture.end();
    expect(session.region(id)?.rect).toEqual(rect(120, 95, 40, 40));
    session.undo();
    expect(session.region(id)?.rect).toEqual(rect(100, 100, 40, 40));
  });

  test('comes back from the edge with the pointer', () => {
    const id = addRegion(100);
    const gesture = new MoveRegionsGesture(session, session.document.regions[0], at(110, 110));
    gesture.move(at(-500, 110));
    expect(session.region(id)?.rect.x).toBe(0);
    gesture.move(at(105, 110));
    expect(session.region(id)?.rect.x).toBe(95);
    gesture.cancel();
    expect(session.region(id)?.rect.x).toBe(100);
  });

  test('a click with Ctrl adds to the selection, and takes away', () => {
    const a = addRegion(100);
    const b = addRegion(200);
    const [first, second] = session.document.regions;
    new MoveRegionsGesture(session, first, at(110, 110, { mod: true })).end();
    expect(session.selectedRegionIds).toEqual([b, a]);
    new MoveRegionsGesture(session, second, at(210, 110, { mod: true })).end();
    expect(session.selectedRegionIds).toEqual([a]);
  });

  test('a click on one of several selects it alone', () => {
    const a = addRegion(100);
    addRegion(200);
    session.selectAll();
    new MoveRegionsGesture(session, session.document.regions[0], at(110, 110)).end();
    expect(session.selectedRegionIds).toEqual([a]);
  });
});

describe('resizing', () => {
  test('drags the handle without a jump', () => {
    const id = addRegion(100);
    const [region] = session.document.regions;
    const gesture = new ResizeRegionGesture(session, region, { x: 1, y: 1 }, at(143, 138));
    gesture.move(at(153, 158));
    gesture.end();
    expect(session.region(id)?.rect).toEqual(rect(100, 100, 50, 60));
    session.undo();
    expect(session.region(id)?.rect).toEqual(rect(100, 100, 40, 40));
  });

  test('shows where a handle goes', () => {
    expect(cursorOf({ x: -1, y: -1 })).toBe('nwse-resize');
    expect(cursorOf({ x: 1, y: -1 })).toBe('nesw-resize');
    expect(cursorOf({ x: 0, y: 1 })).toBe('ns-resize');
    expect(cursorOf({ x: -1, y: 0 })).toBe('ew-resize');
  });
});

describe('panning', () => {
  test('drags the photo along', () => {
    session.viewport.zoomTo(8);
    const { origin } = session.viewport;
    const gesture = new PanGesture(session.viewport, { ...at(0, 0), screen: { x: 100, y: 100 } });
    gesture.move({ ...at(0, 0), screen: { x: 130, y: 90 } });
    expect(session.viewport.origin).toEqual({ x: origin.x + 30, y: origin.y - 10 });
  });

  test('two fingers hold what is beneath them', () => {
    const { viewport } = session;
    viewport.fill();
    viewport.zoomTo(2);
    const from = [
      { x: 300, y: 300 },
      { x: 500, y: 300 },
    ] as const;
    const under = from.map((finger) => viewport.toPhoto(finger));
    const pinch = new Pinch(viewport, from[0], from[1]);
    const to = [
      { x: 250, y: 350 },
      { x: 550, y: 350 },
    ] as const;
    pinch.move(to[0], to[1]);
    expect(viewport.scale).toBeCloseTo(3);
    for (const [i, finger] of to.entries()) {
      expect(viewport.toPhoto(finger).x).toBeCloseTo(under[i].x, 0);
      expect(viewport.toPhoto(finger).y).toBeCloseTo(under[i].y, 0);
    }
  });
});

describe('keys on a region', () => {
  const none = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };

  test('move and resize it', () => {
    const id = addRegion(100);
    expect(moveKeys(session, { ...none, key: 'ArrowRight' })).toBe(true);
    expect(moveKeys(session, { ...none, key: 'ArrowUp', shiftKey: true })).toBe(true);
    expect(moveKeys(session, { ...none, key: 'ArrowDown', altKey: true })).toBe(true);
    expect(session.region(id)?.rect).toEqual(rect(101, 90, 40, 41));
  });

  test('are left alone otherwise', () => {
    addRegion(100);
    expect(moveKeys(session, { ...none, key: 'a' })).toBe(false);
    expect(moveKeys(session, { ...none, key: 'ArrowUp', ctrlKey: true })).toBe(false);
  });
});
