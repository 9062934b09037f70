import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PatchInfo } from '../../../../electron/ipc/contract.ts';
import type { PhotoSession } from '../../../../renderer/editor/photo-session.svelte.ts';
import { failure, held, rect, regionEdits, resultFor, sessionWith } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function restoredOne(session: PhotoSession, x = 0) {
  const id = session.addRegion(rect(x, 0, 20, 20));
  session.select(id);
  await session.restore();
  const edits = regionEdits(session);
  return edits[edits.length - 1];
}

describe('restore', () => {
  test('turns regions into edits, one each', async () => {
    const { session, main } = sessionWith();
    const a = session.addRegion(rect(0, 0, 20, 20));
    const b = session.addRegion(rect(50, 0, 20, 20));
    session.select(undefined);
    await session.restore();
    expect(main.run).toHaveBeenCalledOnce();
    expect(session.document.regions).toEqual([]);
    expect(session.document.edits).toMatchObject([
      {
        region: { id: a },
        strength: 1,
        enabled: true,
        provider: 'cpu',
        seconds: 1,
        damage: { kind: 'blur' },
      },
      { region: { id: b }, strength: 1, enabled: true },
    ]);
    expect(session.lastResult).toEqual({ restored: 2, sound: 0, notices: [] });
    expect(session.job).toBeUndefined();
  });

  test('takes the selected regions only, on top of what was restored before', async () => {
    const { session, main } = sessionWith();
    const first = await restoredOne(session);
    session.setStrength(first.id, 0.5);
    session.addRegion(rect(50, 0, 20, 20));
    const chosen = session.addRegion(rect(90, 0, 20, 20));
    await session.restore();
    const { regions, layers } = main.run.mock.calls[1][0];
    expect(regions.map(({ id }) => id)).toEqual([chosen]);
    expect(layers).toEqual([{ patch: first.patches[0].id, strength: 0.5 }]);
    expect(session.document.regions).toHaveLength(1);
    expect(session.document.edits).toHaveLength(2);
  });

  test('leaves sound regions where they are, with a note', async () => {
    const { session, main } = sessionWith();
    main.run.mockImplementationOnce(async (argument) => {
      const value = resultFor(argument);
      value.regions[0] = { ...value.regions[0], damage: null, patches: [] };
      return { ok: true, value: { ...value, notices: ['resumed-on-cpu'] } };
    });
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    session.addRegion(rect(50, 0, 20, 20));
    session.selectAll();
    await session.restore();
    expect(session.document.regions.map((region) => region.id)).toEqual([id]);
    expect(session.lastResult).toEqual({ restored: 1, sound: 1, notices: ['resumed-on-cpu'] });
    expect(session.isSound(id)).toBe(true);
    session.changeRegion(id, { damage: 'fill' });
    expect(session.isSound(id)).toBe(false);
  });

  /** A view whose patches are seen when `seen` is given. */
  function viewOf(session: PhotoSession) {
    const seen = held<void>();
    const view = {
      prefetch: vi.fn(async (_: readonly string[]) => undefined),
      show: vi.fn((_: readonly PatchInfo[]) => seen.promise),
      settle: vi.fn(),
    };
    session.view = view;
    return { seen, view };
  }

  test('is done when its patches are seen; they are fetched while they are made', async () => {
    const { session, main } = sessionWith();
    const { seen, view } = viewOf(session);
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    session.addRegion(rect(0, 0, 20, 20));
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(0);
    const [{ job, regions }] = main.run.mock.calls[0];
    const result = resultFor({ regions });
    const { patches } = result.regions[0];
    const ids = patches.map(({ id }) => id);
    main.progress({ job, fraction: 0, tilesDone: 0, tiles: 1, secondsLeft: null, patches: ids });
    expect(view.prefetch).toHaveBeenLastCalledWith(ids);
    answer.give({ ok: true, value: result });
    await vi.advanceTimersByTimeAsync(0);
    expect(view.show).toHaveBeenCalledExactlyOnceWith(patches);
    expect(session.job).toBeDefined();
    expect(session.document.edits).toEqual([]);
    expect(view.settle).not.toHaveBeenCalled();
    seen.give();
    await running;
    expect(session.job).toBeUndefined();
    expect(session.document.edits).toHaveLength(1);
    expect(view.settle).toHaveBeenCalledOnce();
  });

  test('made anew is not laid over what lies on it', async () => {
    const { session } = sessionWith();
    const edit = await restoredOne(session);
    const { view } = viewOf(session);
    await session.rerun(edit.id, 'none');
    expect(view.show).not.toHaveBeenCalled();
    expect(view.prefetch).toHaveBeenCalledWith(regionEdits(session)[0].patches.map(({ id }) => id));
  });

  test('is undone in one step, and can be redone', async () => {
    const { session } = sessionWith();
    await restoredOne(session);
    expect(session.layers()).toHaveLength(1);
    session.undo();
    expect(session.selectedRegion).toMatchObject({ rect: rect(0, 0, 20, 20) });
    expect(session.layers()).toEqual([]);
    session.redo();
    expect(session.document.regions).toEqual([]);
    expect(session.layers()).toHaveLength(1);
  });

  test('does nothing without regions, nor while it runs', async () => {
    const { session, main } = sessionWith();
    await session.restore();
    expect(main.run).not.toHaveBeenCalled();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    session.addRegion(rect(0, 0, 20, 20));
    const running = session.restore();
    await session.restore();
    await vi.advanceTimersByTimeAsync(0);
    expect(main.run).toHaveBeenCalledOnce();
    answer.give({ ok: true, value: resultFor(main.run.mock.calls[0][0]) });
    await running;
    expect(session.document.edits).toHaveLength(1);
  });

  test('drops the result of a region that was deleted, and keeps one that was changed', async () => {
    const { session, main } = sessionWith();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    const deleted = session.addRegion(rect(0, 0, 20, 20));
    const changed = session.addRegion(rect(50, 0, 20, 20));
    session.selectAll();
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(0);
    session.select(deleted);
    session.deleteSelected();
    session.select(changed);
    session.moveSelected(5, 0);
    answer.give({ ok: true, value: resultFor(main.run.mock.calls[0][0]) });
    await running;
    expect(regionEdits(session).map(({ region }) => region.rect)).toEqual([rect(50, 0, 20, 20)]);
    expect(session.document.regions.map((region) => region.rect)).toEqual([rect(55, 0, 20, 20)]);
  });
});

describe('a result that comes while something is being drawn', () => {
  test('is a step of its own, and stays when the drawing is cancelled', async () => {
    const { session, main } = sessionWith();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    session.addRegion(rect(0, 0, 20, 20));
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(0);
    session.beginGesture();
    session.addRegion(rect(50, 0, 20, 20));
    answer.give({ ok: true, value: resultFor(main.run.mock.calls[0][0]) });
    await running;
    expect(session.document.edits).toHaveLength(1);
    expect(session.document.regions.map((region) => region.rect.x)).toEqual([50]);
    session.cancelGesture();
    expect(session.document.edits).toHaveLength(1);
    expect(session.document.regions).toEqual([]);
    session.undo();
    expect(session.document.edits).toEqual([]);
    expect(session.document.regions.map((region) => region.rect.x)).toEqual([0]);
  });
});

describe('a running job', () => {
  test('shows the progress of its own', async () => {
    const { session, main } = sessionWith();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    const id = session.addRegion(rect(0, 0, 20, 20)) ?? '';
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(1100);
    const { job } = main.run.mock.calls[0][0];
    main.progress({ job: crypto.randomUUID(), fraction: 0.9, tilesDone: 9, tiles: 10, secondsLeft: 1 });
    main.progress({ job, fraction: 0.2, tilesDone: 2, tiles: 10, secondsLeft: 8 });
    expect(session.job).toMatchObject({ id: job, fraction: 0.2, tilesDone: 2, tiles: 10, cancelling: false });
    expect(session.job?.secondsLeft).toBeCloseTo(8);
    expect(session.job?.regionIds.has(id)).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(session.job?.secondsLeft).toBeCloseTo(6, 0);
    answer.give({ ok: true, value: resultFor(main.run.mock.calls[0][0]) });
    await running;
    expect(session.job).toBeUndefined();
  });

  test('is cancelled without a word', async () => {
    const { session, main } = sessionWith();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    session.addRegion(rect(0, 0, 20, 20));
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(0);
    session.cancel();
    session.cancel();
    expect(session.job?.cancelling).toBe(true);
    expect(main.cancel).toHaveBeenCalledExactlyOnceWith({ job: main.run.mock.calls[0][0].job });
    answer.give(failure('restore/cancelled'));
    await running;
    expect(session.job).toBeUndefined();
    expect(session.error).toBeUndefined();
    expect(session.document.regions).toHaveLength(1);
  });

  test('that fails loses nothing; the next action clears the error', async () => {
    const { session, main } = sessionWith();
    main.run.mockResolvedValueOnce(failure('engine/crashed'));
    session.addRegion(rect(0, 0, 20, 20));
    await session.restore();
    expect(session.error?.code).toBe('engine/crashed');
    expect(session.document.regions).toHaveLength(1);
    await session.restore();
    expect(session.error).toBeUndefined();
    expect(session.document.edits).toHaveLength(1);
  });

  test('ends with the session', async () => {
    const { session, main } = sessionWith();
    const answer = held<Awaited<ReturnType<typeof main.run>>>();
    main.run.mockReturnValueOnce(answer.promise);
    session.addRegion(rect(0, 0, 20, 20));
    const running = session.restore();
    await vi.advanceTimersByTimeAsync(0);
    session.dispose();
    expect(main.cancel).toHaveBeenCalledOnce();
    expect(main.listeners.size).toBe(0);
    answer.give(failure('photo/closed'));
    await running;
    expect(session.error).toBeUndefined();
    main.keep.mockClear();
    await vi.advanceTimersByTimeAsync(2000);
    expect(main.keep).not.toHaveBeenCalled();
  });
});

describe('how far a repair can be trusted', () => {
  test('is asked once, after the repair has had time to appear, with the layers beneath it', async () => {
    const { session, main } = sessionWith();
    session.addRegion(rect(10, 10, 100, 100));
    await session.restore();
    const [first] = session.document.edits;
    expect(main.check).not.toHaveBeenCalled();
    session.addRegion(rect(10, 10, 100, 100));
    await session.restore();
    await vi.advanceTimersByTimeAsync(1000);
    expect(main.check).toHaveBeenCalledTimes(2);
    expect(main.check.mock.calls.map(([{ layers }]) => layers)).toEqual([
      [],
      first.patches.map(({ id }) => ({ patch: id, strength: 1 })),
    ]);
    expect(session.confidenceOf(first.id)).toMatchObject({ level: 'good' });
    session.setStrength(first.id, 0.5);
    await vi.advanceTimersByTimeAsync(1000);
    expect(main.check).toHaveBeenCalledTimes(2);
  });
});

describe('edits', () => {
  test('are switched off, weakened and deleted', async () => {
    const { session } = sessionWith();
    const { id, patches } = await restoredOne(session);
    session.setStrength(id, 3);
    expect(session.layers()).toEqual([{ patch: patches[0].id, strength: 1 }]);
    session.setStrength(id, 0.25);
    expect(session.layers()).toEqual([{ patch: patches[0].id, strength: 0.25 }]);
    session.setEnabled(id, false);
    expect(session.layers()).toEqual([]);
    session.deleteEdit(id);
    expect(session.document.edits).toEqual([]);
    expect(session.selectedEditId).toBeUndefined();
    session.undo();
    session.undo();
    expect(session.layers()).toEqual([{ patch: patches[0].id, strength: 0.25 }]);
  });

  test('are deleted by the same key as regions where one is selected', async () => {
    const { session } = sessionWith();
    const { id } = await restoredOne(session);
    session.selectedEditId = id;
    session.deleteSelected();
    expect(session.document.edits).toEqual([]);
  });

  test('are made anew in their place, on the layers beneath', async () => {
    const { session, main } = sessionWith();
    const first = await restoredOne(session);
    const second = await restoredOne(session, 50);
    const third = await restoredOne(session, 90);
    session.setStrength(second.id, 0.5);
    await session.rerun(second.id, 'article');
    const { regions, layers } = main.run.mock.calls[3][0];
    expect(regions).toEqual([{ ...second.region, model: 'article' }]);
    expect(layers).toEqual([{ patch: first.patches[0].id, strength: 1 }]);
    const [, made] = session.document.edits;
    expect(session.document.edits.map(({ id }) => id)).toEqual([first.id, made.id, third.id]);
    expect(made).toMatchObject({ strength: 0.5, region: { model: 'article' } });
    expect(made.id).not.toBe(second.id);
    session.undo();
    expect(session.document.edits[1]).toMatchObject({ id: second.id, strength: 0.5 });
  });

  test('stay when making them anew finds nothing to do', async () => {
    const { session, main } = sessionWith();
    const edit = await restoredOne(session);
    main.run.mockResolvedValueOnce({
      ok: true,
      value: {
        regions: [{ region: edit.region.id, damage: null, patches: [], seconds: 1 }],
        provider: 'cpu',
        seconds: 1,
        notices: [],
      },
    });
    await session.rerun(edit.id, 'none');
    expect(session.document.edits).toEqual([edit]);
    expect(session.lastResult).toMatchObject({ restored: 0, sound: 1 });
  });
});

describe('work', () => {
  test('is unsaved where edits differ from what was saved; regions do not count', async () => {
    const { session } = sessionWith();
    session.addRegion(rect(0, 0, 20, 20));
    expect(session.hasUnsavedEdits).toBe(false);
    const { id } = await restoredOne(session);
    expect(session.hasUnsavedEdits).toBe(true);
    session.markSaved();
    expect(session.hasUnsavedEdits).toBe(false);
    session.setStrength(id, 0.5);
    expect(session.hasUnsavedEdits).toBe(true);
    session.undo();
    expect(session.hasUnsavedEdits).toBe(false);
  });

  test('that was resumed is unsaved', async () => {
    const first = sessionWith();
    await restoredOne(first.session);
    const { session } = sessionWith({ document: first.session.document });
    expect(session.hasUnsavedEdits).toBe(true);
    expect(session.layers()).toEqual(first.session.layers());
    expect(session.canUndo).toBe(false);
  });

  test('is kept a moment after the last change', async () => {
    const { session, main } = sessionWith();
    session.addRegion(rect(0, 0, 20, 20));
    await vi.advanceTimersByTimeAsync(200);
    session.moveSelected(1, 0);
    await vi.advanceTimersByTimeAsync(200);
    expect(main.keep).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(main.keep).toHaveBeenCalledExactlyOnceWith({
      photo: session.info.id,
      document: session.document,
      hasUnsavedEdits: false,
    });
  });

  test('is kept at once when asked to, and again after saving', async () => {
    const { session, main } = sessionWith();
    await restoredOne(session);
    await session.keepNow();
    expect(main.keep.mock.lastCall?.[0]).toMatchObject({ hasUnsavedEdits: true });
    session.markSaved();
    await vi.advanceTimersByTimeAsync(400);
    expect(main.keep.mock.lastCall?.[0]).toMatchObject({ hasUnsavedEdits: false });
    expect(main.keep).toHaveBeenCalledTimes(2);
  });

  test('that cannot be kept is told of', async () => {
    const { session, main } = sessionWith();
    main.keep.mockResolvedValueOnce(failure('save/disk-full'));
    session.addRegion(rect(0, 0, 20, 20));
    await vi.advanceTimersByTimeAsync(400);
    expect(session.error?.code).toBe('save/disk-full');
  });
});
