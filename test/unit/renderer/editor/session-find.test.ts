import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FoundPlace } from '../../../../electron/ipc/whole-photo.ts';
import { failure, held, mosaic, rect, regionEdits, sessionWith } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const scratch: FoundPlace = {
  kind: 'scratch',
  rect: rect(10, 10, 200, 20),
  mask: 'iVBORw0KGgo=',
  damage: { kind: 'fill' },
  certainty: 0.95,
};
const squares: FoundPlace = {
  kind: 'mosaic',
  rect: rect(400, 300, 80, 80),
  damage: mosaic,
  certainty: 0.7,
};
const speck: FoundPlace = { ...scratch, kind: 'dust', rect: rect(600, 50, 6, 6), certainty: 0.3 };

async function found(places: readonly FoundPlace[] = [scratch, squares, speck]) {
  const { session, main } = sessionWith();
  main.find.mockResolvedValueOnce({ ok: true, value: { places: [...places], notices: [] } });
  await session.whole.find();
  return { session, main, finding: session.whole.finding };
}

test('what is found is proposed, and what is doubtful only when it is asked for', async () => {
  const { session, finding } = await found();
  expect(finding.shown.map(({ kind }) => kind)).toEqual(['scratch', 'mosaic']);
  expect(finding.open).toHaveLength(3);
  expect(session.lastResult).toEqual({ found: 2, notices: [] });
  expect(session.document).toEqual({ regions: [], edits: [] });
  expect(session.canUndo).toBe(false);
  finding.leastCertainty = 0.2;
  expect(finding.shown).toHaveLength(3);
  finding.leastCertainty = 0.9;
  expect(finding.shown.map(({ kind }) => kind)).toEqual(['scratch']);
});

test('a photo in good order is said to be so, also where all that was found is doubtful', async () => {
  expect((await found([])).finding.isClean).toBe(true);
  const { session, finding } = await found([speck]);
  expect(finding.isClean).toBe(true);
  expect(finding.open).toEqual([]);
  expect(session.lastResult).toEqual({ found: 0, notices: [] });
});

test('finding looks at the photo with what was repaired before', async () => {
  const { session, main } = sessionWith();
  session.addRegion(rect(0, 0, 20, 20));
  await session.restore();
  await session.whole.find();
  const [{ layers, photo }] = main.find.mock.calls[0];
  expect(photo).toBe(session.info.id);
  expect(layers).toEqual([{ patch: session.document.edits[0].patches[0].id, strength: 1 }]);
});

test('all that are shown are accepted in one step, and are proposals again when that is undone', async () => {
  const { session, finding } = await found();
  session.whole.accept();
  expect(session.document.regions).toMatchObject([
    { rect: scratch.rect, mask: scratch.mask, damage: { kind: 'fill' }, found: 'scratch' },
    { rect: squares.rect, damage: mosaic, found: 'mosaic' },
  ]);
  expect(session.document.regions[1]).not.toHaveProperty('mask');
  expect(session.selectedRegionIds).toEqual([]);
  expect(finding.open.map(({ kind }) => kind)).toEqual(['dust']);
  session.undo();
  expect(session.document.regions).toEqual([]);
  expect(finding.shown).toHaveLength(2);
  session.redo();
  expect(finding.shown).toEqual([]);
});

test('one is accepted, another dismissed; what is repaired is no proposal any more', async () => {
  const { session, main, finding } = await found();
  const [first, second] = finding.shown;
  session.whole.accept([first.id]);
  session.whole.dismiss([second.id]);
  expect(finding.shown).toEqual([]);
  await session.restore();
  expect(main.run.mock.calls[0][0].regions.map(({ id }) => id)).toEqual([first.id]);
  expect(regionEdits(session).map(({ region }) => region.found)).toEqual(['scratch']);
  expect(finding.shown).toEqual([]);
  session.undo();
  session.undo();
  expect(finding.shown.map(({ id }) => id)).toEqual([second.id]);
  session.undo();
  expect(finding.shown.map(({ id }) => id)).toEqual([first.id, second.id]);
});

test('what was dismissed is proposed again when that is undone, one by one or all at once', async () => {
  const { session, finding } = await found();
  const ids = finding.open.map(({ id }) => id);
  const open = () => finding.open.map(({ id }) => id);
  session.whole.dismiss([ids[0]]);
  session.whole.dismiss();
  expect(open()).toEqual([]);
  session.undo();
  expect(open()).toEqual(ids.slice(1));
  session.undo();
  expect(open()).toEqual(ids);
  session.redo();
  expect(open()).toEqual(ids.slice(1));
  // An accepted one whose region is deleted: undo gives the region back, and then the proposal.
  session.whole.accept([ids[1]]);
  session.deleteRegion(ids[1]);
  expect(open()).toEqual(ids.slice(2));
  session.undo();
  expect(session.document.regions.map(({ id }) => id)).toEqual([ids[1]]);
  session.undo();
  expect(open()).toEqual(ids.slice(1));
  // What is kept of the work knows nothing of proposals.
  expect(Object.keys(session.document)).toEqual(['regions', 'edits']);
});

test('a region that is deleted, or no longer as it was found, is not proposed once more', async () => {
  const { session, finding } = await found();
  session.whole.accept();
  const [a, b] = session.document.regions;
  session.changeRegion(a.id, { model: 'lama' });
  expect(session.region(a.id)?.found).toBe('scratch');
  session.changeRegion(a.id, { damage: 'stain' });
  expect(session.region(a.id)?.found).toBeUndefined();
  session.select(b.id);
  session.deleteSelected();
  session.deleteRegion(a.id);
  expect(finding.shown).toEqual([]);
});

test('the proposal that was clicked is selected while it is shown', async () => {
  const { finding } = await found();
  finding.select(finding.shown[1].id);
  expect(finding.selectedId).toBe(finding.shown[1].id);
  finding.leastCertainty = 0.9;
  expect(finding.selectedId).toBeUndefined();
});

test('looking is a job: with progress, cancelled without a word, one at a time', async () => {
  const { session, main } = sessionWith();
  const answer = held<Awaited<ReturnType<typeof main.find>>>();
  main.find.mockReturnValueOnce(answer.promise);
  const looking = session.whole.find();
  await vi.advanceTimersByTimeAsync(0);
  const { job } = main.find.mock.calls[0][0];
  expect(session.job).toMatchObject({ id: job, what: 'find' });
  main.progress({ job, fraction: 0.4, tilesDone: 40, tiles: 100, secondsLeft: null });
  expect(session.job?.fraction).toBe(0.4);
  await session.whole.find();
  expect(main.find).toHaveBeenCalledOnce();
  session.cancel();
  expect(main.cancel).toHaveBeenCalledExactlyOnceWith({ job });
  answer.give(failure('restore/cancelled'));
  await looking;
  expect(session.job).toBeUndefined();
  expect(session.error).toBeUndefined();
  expect(session.lastResult).toBeUndefined();
  expect(session.whole.finding.isClean).toBe(false);
});
