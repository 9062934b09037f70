import { expect, test } from 'vitest';
import { turnWheel } from '../../../../renderer/editor/gestures/wheel.ts';
import { Viewport } from '../../../../renderer/editor/viewport.svelte.ts';

const still = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false };
const at = { x: 300, y: 200 };

function zoomedIn(): Viewport {
  const viewport = new Viewport({ width: 6000, height: 4000 });
  viewport.resize(1200, 800, 1);
  viewport.actualSize();
  return viewport;
}

test('a notch zooms by a fifth about the pointer, in either unit', () => {
  const viewport = zoomedIn();
  const under = viewport.toPhoto(at);
  turnWheel(viewport, { ...still, deltaY: -100 }, at);
  expect(viewport.scale).toBeCloseTo(1.2);
  expect(viewport.toPhoto(at).x).toBeCloseTo(under.x, 0);
  turnWheel(viewport, { ...still, deltaY: 3, deltaMode: 1 }, at);
  expect(viewport.scale).toBeCloseTo(1, 1);
});

test('a pinch zooms smoothly', () => {
  const viewport = zoomedIn();
  turnWheel(viewport, { ...still, deltaY: -2, ctrlKey: true }, at);
  expect(viewport.scale).toBeCloseTo(1.02);
});

test('no single event throws the photo about', () => {
  const viewport = zoomedIn();
  turnWheel(viewport, { ...still, deltaY: -100_000 }, at);
  expect(viewport.scale).toBeLessThan(1.6);
});

test('Shift and sideways movement pan', () => {
  const viewport = zoomedIn();
  const before = viewport.origin.x;
  turnWheel(viewport, { ...still, deltaY: 50, shiftKey: true }, at);
  expect(viewport.origin.x).toBe(before - 50);
  turnWheel(viewport, { ...still, deltaX: -20, deltaY: 3 }, at);
  expect(viewport.origin.x).toBe(before - 30);
  expect(viewport.scale).toBe(1);
});
