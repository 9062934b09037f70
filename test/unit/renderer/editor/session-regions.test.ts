import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { analysis, failure, held, mosaic, photoInfo, rect, sessionWith } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('regions', () => {
  test('are selected when added, with the model of the settings', () => {
    const { session, main } = sessionWith();
    main.settings.model = 'article';
    const id = session.addRegion(rect(10, 20, 30, 40));
    expect(session.selectedRegion).toMatchObject({
      id,
      rect: rect(10, 20, 30, 40),
      damage: 'auto',
      model: 'article',
    });
  });

  test('are put in the middle of what is seen without a pointer', () => {
    const { session } = sessionWith();
    session.viewport.resize(400, 400, 1);
    session.viewport.zoomTo(2);
    const { visible } = session.viewport;
    session.addRegionInView();
    expect(visible).toEqual(rect(400, 300, 200, 200));
    expect(session.selectedRegion?.rect).toEqual(rect(450, 350, 100, 100));
  });

  test('lie on the photo and are not too small', () => {
    const { session } = sessionWith();
    session.addRegion(rect(990, -5, 100.4, 2));
    expect(session.selectedRegion?.rect).toEqual(rect(900, 0, 100, 8));
  });

  test('move together, and stop together at the edge', () => {
    const { session } = sessionWith();
    session.addRegion(rect(10, 10, 20, 20));
    session.addRegion(rect(100, 50, 20, 20));
    session.selectAll();
    session.moveSelected(-30, 5);
    expect(session.document.regions.map((region) => region.rect)).toEqual([
      rect(0, 15, 20, 20),
      rect(90, 55, 20, 20),
    ]);
  });

  test('grow and shrink between their least size and the edge', () => {
    const { session } = sessionWith();
    session.addRegion(rect(960, 10, 20, 20));
    session.resizeSelected(100, -100);
    expect(session.selectedRegion?.rect).toEqual(rect(960, 10, 40, 8));
  });

  test('keep a measured grid in its place on the photo', () => {
    const { session } = sessionWith();
    const id = session.addRegion(rect(100, 100, 64, 64)) ?? '';
    session.changeRegion(id, { damage: mosaic });
    session.moveSelected(5, -6);
    expect(session.selectedRegion?.damage).toEqual({
      kind: 'mosaic',
      grid: { pitchX: 8, pitchY: 8, offsetX: 6, offsetY: 3 },
    });
    session.changeRegion(id, { rect: rect(100, 100, 80, 80) });
    expect(session.selectedRegion?.damage).toEqual(mosaic);
  });

  test('are duplicated beside themselves, also in the corner', () => {
    const { session } = sessionWith();
    session.addRegion(rect(900, 10, 100, 100));
    session.duplicateSelected();
    expect(session.document.regions).toHaveLength(2);
    expect(session.selectedRegion?.rect).toEqual(rect(884, 26, 100, 100));
    expect(session.document.regions[0].id).not.toBe(session.document.regions[1].id);
  });

  test('are selected one by one or together', () => {
    const { session } = sessionWith();
    const a = session.addRegion(rect(0, 0, 20, 20));
    const b = session.addRegion(rect(50, 0, 20, 20));
    session.select(a, true);
    expect(session.selectedRegionIds).toEqual([b, a]);
    expect(session.selectedRegion).toBeUndefined();
    session.select(b, true);
    expect(session.selectedRegionIds).toEqual([a]);
    session.deleteSelected();
    expect(session.document.regions.map(({ id }) => id)).toEqual([b]);
    expect(session.selectedRegionIds).toEqual([]);
  });

  test('are no more than the document can hold', () => {
    const { session } = sessionWith();
    for (let i = 0; i < 500; i++) session.addRegion(rect(i, 0, 20, 20));
    expect(session.addRegion(rect(0, 0, 20, 20))).toBeUndefined();
    session.duplicateSelected();
    expect(session.document.regions).toHaveLength(500);
  });
});

describe('undo', () => {
  test('goes back and forth', () => {
    const { session } = sessionWith();
    expect([session.canUndo, session.canRedo]).toEqual([false, false]);
    session.addRegion(rect(0, 0, 20, 20));
    session.addRegion(rect(50, 0, 20, 20));
    session.undo();
    expect(session.document.regions).toHaveLength(1);
    expect([session.canUndo, session.canRedo]).toEqual([true, true]);
    session.redo();
    expect(session.document.regions).toHaveLength(2);
    session.undo();
    session.addRegion(rect(90, 0, 20, 20));
    expect(session.canRedo).toBe(false);
  });

  test('takes a gesture as one step', () => {
    const { session } = sessionWith();
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    session.beginGesture();
    for (let x = 1; x < 20; x++) session.changeRegion(id, { rect: rect(x, 0, 20, 20) });
    session.endGesture();
    session.undo();
    expect(session.selectedRegion?.rect.x).toBe(0);
    expect(session.canUndo).toBe(true);
  });

  test('a cancelled gesture leaves no trace', () => {
    const { session } = sessionWith();
    session.beginGesture();
    session.addRegion(rect(0, 0, 20, 20));
    session.cancelGesture();
    expect(session.document.regions).toEqual([]);
    expect(session.selectedRegionIds).toEqual([]);
    expect(session.canUndo).toBe(false);
  });

  test('a gesture that changes nothing is no step', () => {
    const { session } = sessionWith();
    session.beginGesture();
    session.endGesture();
    expect(session.canUndo).toBe(false);
  });

  test('takes arrow keys in quick succession as one step, and later ones as another', () => {
    const { session } = sessionWith();
    session.addRegion(rect(0, 0, 20, 20));
    for (let i = 0; i < 10; i++) session.moveSelected(1, 0);
    vi.advanceTimersByTime(2000);
    session.moveSelected(1, 0);
    session.undo();
    expect(session.document.regions[0].rect.x).toBe(10);
    session.undo();
    expect(session.document.regions[0].rect.x).toBe(0);
  });
});

describe('masks', () => {
  test('are fitted when a gesture has changed their rectangle, in the same step', async () => {
    const refitMask = vi.fn(async () => 'fitted');
    const { session } = sessionWith({ refitMask });
    const id = session.addRegion(rect(0, 0, 20, 20), 'painted') ?? '';
    session.beginGesture();
    session.changeRegion(id, { rect: rect(0, 0, 30, 20) });
    session.changeRegion(id, { rect: rect(0, 0, 40, 20) });
    expect(refitMask).not.toHaveBeenCalled();
    session.endGesture();
    await vi.advanceTimersByTimeAsync(0);
    expect(refitMask).toHaveBeenCalledExactlyOnceWith('painted', rect(0, 0, 20, 20), rect(0, 0, 40, 20));
    expect(session.selectedRegion?.mask).toBe('fitted');
    session.undo();
    expect(session.selectedRegion).toMatchObject({ rect: rect(0, 0, 20, 20), mask: 'painted' });
    session.redo();
    expect(session.selectedRegion).toMatchObject({ rect: rect(0, 0, 40, 20), mask: 'fitted' });
  });

  test('stay as they are when their region only moves', async () => {
    const refitMask = vi.fn(async () => 'fitted');
    const { session } = sessionWith({ refitMask });
    session.addRegion(rect(0, 0, 20, 20), 'painted');
    session.moveSelected(10, 10);
    session.resizeSelected(10, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(refitMask).toHaveBeenCalledExactlyOnceWith('painted', rect(10, 10, 20, 20), rect(10, 10, 30, 20));
  });

  test('are taken away by null', () => {
    const { session } = sessionWith();
    const id = session.addRegion(rect(0, 0, 20, 20), 'painted') ?? '';
    session.changeRegion(id, { mask: null });
    expect(session.selectedRegion).not.toHaveProperty('mask');
  });

  test('on their way are waited for by a restoration', async () => {
    const { session, main } = sessionWith();
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    const encoding = held<void>();
    session.awaitMask(encoding.promise.then(() => session.changeRegion(id, { mask: 'painted' })));
    const restored = session.restore();
    await vi.advanceTimersByTimeAsync(10);
    expect(main.run).not.toHaveBeenCalled();
    encoding.give();
    await vi.advanceTimersByTimeAsync(10);
    await restored;
    expect(main.run.mock.calls[0][0].regions[0].mask).toBe('painted');
  });
});

describe('analysis', () => {
  test('is asked for once a region rests', async () => {
    const { session, main } = sessionWith();
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    expect(session.analysisOf(id)).toEqual({ state: 'running' });
    await vi.advanceTimersByTimeAsync(200);
    session.moveSelected(1, 0);
    await vi.advanceTimersByTimeAsync(200);
    expect(main.analyse).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60);
    expect(main.analyse).toHaveBeenCalledOnce();
    expect(main.analyse.mock.calls[0][0].region.rect.x).toBe(1);
    expect(session.analysisOf(id)).toEqual({ state: 'done', analysis });
  });

  test('drops an answer to an old question', async () => {
    const { session, main } = sessionWith();
    const first = held<Awaited<ReturnType<typeof main.analyse>>>();
    main.analyse.mockReturnValueOnce(first.promise);
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    await vi.advanceTimersByTimeAsync(300);
    session.moveSelected(1, 0);
    first.give({ ok: true, value: { found: null, candidates: [] } });
    await vi.advanceTimersByTimeAsync(0);
    expect(session.analysisOf(id)).toEqual({ state: 'running' });
    await vi.advanceTimersByTimeAsync(300);
    expect(session.analysisOf(id)).toEqual({ state: 'done', analysis });
  });

  test('is not asked for where the person gave a measure, nor again for a kind', async () => {
    const { session, main } = sessionWith();
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    await vi.advanceTimersByTimeAsync(300);
    session.changeRegion(id, { damage: 'mosaic' });
    await vi.advanceTimersByTimeAsync(300);
    expect(main.analyse).toHaveBeenCalledOnce();
    session.changeRegion(id, { damage: mosaic });
    await vi.advanceTimersByTimeAsync(300);
    expect(main.analyse).toHaveBeenCalledOnce();
    expect(session.analysisOf(id)).toBeUndefined();
  });

  test('tells of its failure', async () => {
    const { session, main } = sessionWith();
    main.analyse.mockResolvedValue(failure('damage/not-measurable'));
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    await vi.advanceTimersByTimeAsync(300);
    expect(session.analysisOf(id)).toMatchObject({
      state: 'failed',
      error: { code: 'damage/not-measurable' },
    });
    expect(session.error).toBeUndefined();
  });

  test('is asked for again when a restoration beneath changes', async () => {
    const { session, main } = sessionWith();
    session.addRegion(rect(0, 0, 100, 100));
    const restored = session.restore();
    await vi.advanceTimersByTimeAsync(300);
    await restored;
    const over = session.addRegion(rect(50, 50, 100, 100));
    const beside = session.addRegion(rect(500, 500, 100, 100));
    await vi.advanceTimersByTimeAsync(300);
    main.analyse.mockClear();
    session.setEnabled(session.document.edits[0].id, false);
    await vi.advanceTimersByTimeAsync(300);
    expect(main.analyse.mock.calls.map(([{ region }]) => region.id)).toEqual([over]);
    expect(beside).toBeDefined();
  });
});

test('brushes are neither tiny nor larger than a part of the photo', () => {
  const { session } = sessionWith({ info: photoInfo(1000, 800) });
  session.brushSizePx = 1;
  expect(session.brushSizePx).toBe(2);
  session.brushSizePx = 5000;
  expect(session.brushSizePx).toBe(200);
});
