import { describe, expect, test } from 'vitest';
import { Viewport } from '../../../../renderer/editor/viewport.svelte.ts';

function viewportOf(photo: [number, number], pane: [number, number], density = 1): Viewport {
  const viewport = new Viewport({ width: photo[0], height: photo[1] });
  viewport.resize(...pane, density);
  return viewport;
}

describe('fit', () => {
  test('shows the whole photo in the middle', () => {
    const viewport = viewportOf([6000, 4000], [1232, 832]);
    expect(viewport.mode).toBe('fit');
    expect(viewport.scale).toBeCloseTo(0.2);
    expect(viewport.toScreen({ x: 3000, y: 2000 })).toEqual({ x: 616, y: 416 });
    expect(viewport.visible).toEqual({ x: 0, y: 0, width: 6000, height: 4000 });
  });

  test('enlarges a photo that is smaller than the window', () => {
    expect(viewportOf([800, 600], [1232, 932]).scale).toBeCloseTo(1.5);
  });

  test('enlarges tiny photos by a whole number', () => {
    expect(viewportOf([64, 48], [1400, 900]).scale).toBe(8);
    expect(viewportOf([300, 200], [1400, 900]).scale).toBe(4);
  });

  test('counts in device pixels', () => {
    expect(viewportOf([800, 600], [1232, 932], 2).scale).toBeCloseTo(3);
    expect(viewportOf([6000, 4000], [1232, 832], 2).scale).toBeCloseTo(0.4);
  });

  test('follows the window', () => {
    const viewport = viewportOf([6000, 4000], [1232, 832]);
    viewport.resize(632, 432, 1);
    expect(viewport.scale).toBeCloseTo(0.1);
    expect(viewport.toScreen({ x: 3000, y: 2000 })).toEqual({ x: 316, y: 216 });
  });

  test('is no trouble before the window has a size', () => {
    const viewport = viewportOf([6000, 4000], [0, 0]);
    expect(viewport.visible).toBeUndefined();
    viewport.resize(1232, 832, 1);
    expect(viewport.scale).toBeCloseTo(0.2);
  });
});

describe('zoom', () => {
  test('keeps the point under the pointer', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.zoomTo(1);
    const at = { x: 900, y: 200 };
    const under = viewport.toPhoto(at);
    for (const factor of [1.3, 2, 0.9, 0.7]) {
      viewport.zoomBy(factor, at);
      expect(viewport.toPhoto(at).x).toBeCloseTo(under.x, 0);
      expect(viewport.toPhoto(at).y).toBeCloseTo(under.y, 0);
    }
  });

  test('stops at both ends', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.zoomBy(1e9);
    expect(viewport.scale).toBe(viewport.greatestScale);
    viewport.zoomBy(1e-9);
    expect(viewport.scale).toBe(viewport.leastScale);
  });

  test('centres a photo that is smaller than the window', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.zoomTo(viewport.leastScale, { x: 0, y: 0 });
    expect(viewport.toScreen({ x: 3000, y: 2000 })).toEqual({ x: 600, y: 400 });
  });

  test('100 % shows each pixel once, on whole device pixels', () => {
    const viewport = viewportOf([6001, 4001], [1200, 800], 2);
    viewport.actualSize({ x: 333, y: 77 });
    expect(viewport.scale).toBe(1);
    expect(viewport.cssScale).toBe(0.5);
    expect(viewport.mode).toBe('actual');
    expect(Number.isInteger(viewport.origin.x) && Number.isInteger(viewport.origin.y)).toBe(true);
  });

  test('toggles between fit and 100 % at the pointer', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    const at = { x: 700, y: 300 };
    const under = viewport.toPhoto(at);
    viewport.toggleFit(at);
    expect(viewport.mode).toBe('actual');
    expect(viewport.toPhoto(at).x).toBeCloseTo(under.x, 0);
    viewport.toggleFit(at);
    expect(viewport.mode).toBe('fit');
  });

  test('toggling does something where fit is 100 % already', () => {
    const viewport = viewportOf([800, 600], [832, 632]);
    viewport.toggleFit();
    expect(viewport.scale).toBe(2);
  });
});

describe('pan', () => {
  test('moves by CSS pixels', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800], 2);
    viewport.actualSize();
    const before = viewport.toScreen({ x: 0, y: 0 });
    viewport.panBy(30, -20);
    expect(viewport.toScreen({ x: 0, y: 0 })).toEqual({ x: before.x + 30, y: before.y - 20 });
  });

  test('leaves a fitted photo fitted', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    const { origin } = viewport;
    viewport.panBy(50, 50);
    expect(viewport.mode).toBe('fit');
    expect(viewport.origin).toEqual(origin);
  });

  test('keeps the photo in the window', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.actualSize();
    viewport.panBy(1e6, 1e6);
    expect(viewport.toScreen({ x: 0, y: 0 })).toEqual({ x: 64, y: 64 });
    viewport.panBy(-1e6, -1e6);
    expect(viewport.toScreen({ x: 6000, y: 4000 })).toEqual({ x: 1136, y: 736 });
  });

  test('a filled window stays full', () => {
    const viewport = viewportOf([6000, 4000], [1200, 600]);
    viewport.fill();
    expect(viewport.scale).toBeCloseTo(0.2);
    viewport.panBy(0, 1e6);
    expect(viewport.toScreen({ x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
  });

  test('keeps the middle when the window changes', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.zoomTo(1, { x: 100, y: 100 });
    const middle = viewport.toPhoto({ x: 600, y: 400 });
    viewport.resize(900, 700, 1);
    expect(viewport.toPhoto({ x: 450, y: 350 })).toEqual(middle);
    expect(viewport.scale).toBe(1);
  });

  test('brings a region into sight only where it is not', () => {
    const viewport = viewportOf([6000, 4000], [1200, 800]);
    viewport.actualSize();
    const { origin } = viewport;
    viewport.reveal({ x: 3000, y: 2000, width: 50, height: 50 });
    expect(viewport.origin).toEqual(origin);
    viewport.reveal({ x: 100, y: 100, width: 50, height: 50 });
    expect(viewport.toScreen({ x: 100, y: 100 })).toEqual({ x: 16, y: 16 });
  });
});
