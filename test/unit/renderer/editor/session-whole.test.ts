import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isWhole } from '../../../../electron/ipc/whole-edits.ts';
import { editInFocus, selectedPart } from '../../../../renderer/app/focus.ts';
import { failure, rect, sessionWith, wholeResult } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('the whole photo is repaired in one edit, on top of what was there, and undone in one step', async () => {
  const { session, main } = sessionWith();
  session.addRegion(rect(0, 0, 20, 20));
  await session.restore();
  session.whole.setStep('noise', false);
  await session.whole.repair();
  const [{ layers, steps, model }] = main.repairWhole.mock.calls[0];
  expect(layers).toEqual([{ patch: session.document.edits[0].patches[0].id, strength: 1 }]);
  expect(steps).toEqual({ marks: true, fading: true, noise: false, jpeg: true });
  expect(model).toBe('auto');
  const [, edit] = session.document.edits;
  expect(edit).toMatchObject({
    whole: { steps, report: { marks: 3, fading: 0.6 }, model: 'auto' },
    strength: 1,
    enabled: true,
  });
  expect(session.lastResult).toEqual({ whole: 'repaired', notices: [] });
  expect(session.hasUnsavedEdits).toBe(true);
  expect(session.layers()).toHaveLength(3);
  session.undo();
  expect(session.document.edits).toHaveLength(1);
});

test('strength and switching act on all of its patches', async () => {
  const { session } = sessionWith();
  await session.whole.repair();
  const edit = editInFocus(session);
  session.setStrength(edit?.id ?? '', 0.4);
  expect(session.layers().map(({ strength }) => strength)).toEqual([0.4, 0.4]);
  session.setEnabled(edit?.id ?? '', false);
  expect(session.layers()).toEqual([]);
});

test('once more it takes its own place, keeps its strength, and leaves alone what lies on top', async () => {
  const { session, main } = sessionWith();
  await session.whole.repair();
  const first = session.document.edits[0];
  session.setStrength(first.id, 0.5);
  session.addRegion(rect(0, 0, 20, 20));
  await session.restore();
  const top = session.document.edits[1];
  session.whole.setStep('fading', false);
  await session.whole.repair();
  expect(main.repairWhole.mock.calls[1][0].layers).toEqual([]);
  const [again, kept] = session.document.edits;
  expect(kept).toBe(top);
  expect(again).toMatchObject({ strength: 0.5, whole: { steps: { fading: false } } });
  expect(again.id).not.toBe(first.id);
  session.undo();
  expect(session.document.edits[0]).toMatchObject({ id: first.id, whole: { steps: { fading: true } } });
});

test('a photo in good order gets no edit', async () => {
  const { session, main } = sessionWith();
  main.repairWhole.mockResolvedValueOnce({
    ok: true,
    value: { ...wholeResult(), patches: [], report: { marks: 0, fading: 0, noise: null, jpeg: null } },
  });
  await session.whole.repair();
  expect(session.document.edits).toEqual([]);
  expect(session.lastResult).toEqual({ whole: 'sound', notices: [] });
  expect(session.canUndo).toBe(false);
});

test('without a step nothing is done; a failure is told and loses nothing', async () => {
  const { session, main } = sessionWith();
  for (const step of ['marks', 'fading', 'noise', 'jpeg'] as const) session.whole.setStep(step, false);
  await session.whole.repair();
  expect(main.repairWhole).not.toHaveBeenCalled();
  session.whole.setStep('jpeg', true);
  main.repairWhole.mockResolvedValueOnce(failure('engine/crashed'));
  await session.whole.repair();
  expect(session.error?.code).toBe('engine/crashed');
  expect(session.document.edits).toEqual([]);
});

test('it is neither a place on the photo nor checked as one', async () => {
  const { session, main } = sessionWith();
  await session.whole.repair();
  const [edit] = session.document.edits;
  session.selectedEditId = edit.id;
  expect(isWhole(edit)).toBe(true);
  expect(selectedPart(session)).toBeUndefined();
  await session.rerun(edit.id, 'lama');
  expect(main.run).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  expect(main.check).not.toHaveBeenCalled();
});

test('proposals are gone with the damage', async () => {
  const { session, main } = sessionWith();
  main.find.mockResolvedValueOnce({
    ok: true,
    value: {
      places: [{ kind: 'stain', rect: rect(0, 0, 9, 9), damage: { kind: 'fill' }, certainty: 0.9 }],
      notices: [],
    },
  });
  await session.whole.find();
  expect(session.whole.finding.open).toHaveLength(1);
  await session.whole.repair();
  expect(session.whole.finding.open).toEqual([]);
});
