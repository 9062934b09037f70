import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { BatchFolder, BatchPhotoState, BatchPreview } from '../../../../electron/ipc/batch-requests.ts';
import { FolderDesk } from '../../../../renderer/folder/folder-desk.svelte.ts';
import { failed, fakeApi, ok } from '../shell/fake-api.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function folderOf(id: number, states: readonly BatchPhotoState[]): BatchFolder {
  const photos = states.map((state, n) => ({ n, path: `${n}.jpg`, sizeBytes: 1, state }));
  return { id: uuid(id), name: 'party', out: 'party-restored', photos, isUnfinished: false, masks: null };
}

const desks: FolderDesk[] = [];
function newDesk(answers: Parameters<typeof fakeApi>[0] = {}, folder = folderOf(1, ['waiting', 'waiting'])) {
  const fake = fakeApi({ 'batch.choose': () => ok(folder), ...answers });
  const desk = new FolderDesk(fake.api, () => undefined);
  desks.push(desk);
  const controls = () =>
    fake.calls.filter(({ name }) => name === 'batch.control').map(({ argument }) => argument);
  return { ...fake, desk, controls };
}
afterEach(() => {
  for (const desk of desks.splice(0)) desk.dispose();
});

const states = (desk: FolderDesk) => desk.photos.all.map(({ state }) => state);

test('a run is shown as it goes, and is over when it is', async () => {
  const { desk, emit } = newDesk();
  await desk.choose('folder');
  expect(desk.isReady).toBe(true);
  await desk.start();
  expect([desk.isRunning, desk.isReady]).toEqual([true, false]);
  emit('batch.planned', folderOf(2, ['waiting', 'waiting']));
  const counts = { waiting: 1, repaired: 1, clean: 0, exists: 0, failed: 0, skipped: 0 };
  const progress = { total: 2, counts, photosPerMinute: null, secondsLeft: null };
  emit('batch.news', { photos: [{ n: 0, state: 'repaired' }], progress, holds: ['battery'] });
  expect(states(desk)).toEqual(['repaired', 'waiting']);
  expect(desk.holds).toEqual(['battery']);
  emit('batch.ended', { end: 'finished' });
  expect([desk.isRunning, desk.hasRun, desk.holds.length]).toEqual([false, true, 0]);
});

test('a photo that is done once more shows no old result, and a new one has another picture', async () => {
  let answer: () => void = () => {};
  const { desk, emit } = newDesk({
    'batch.control': () => new Promise((resolve) => (answer = () => resolve(ok({})))),
  });
  await desk.choose('folder');
  emit('batch.planned', folderOf(2, ['repaired', 'repaired']));
  const redo = desk.redo([1]);
  expect(states(desk)).toEqual(['repaired', 'waiting']);
  expect(desk.isRunning).toBe(true);
  answer();
  await redo;
  emit('batch.news', { photos: [{ n: 1, state: 'repaired' }], progress: null, holds: [] });
  expect(desk.photos.all.map(({ turn = 0 }) => turn)).toEqual([0, 1]);
});

test('where doing it once more is refused, all is as before', async () => {
  const { desk, emit } = newDesk({ 'batch.control': () => failed('batch/busy') });
  await desk.choose('folder');
  emit('batch.planned', folderOf(2, ['repaired', 'failed']));
  await desk.retryFailed();
  expect(states(desk)).toEqual(['repaired', 'failed']);
  expect(desk.isRunning).toBe(false);
  expect(desk.problem?.code).toBe('batch/busy');
});

test('only a result can be kept or discarded; keeping goes on to the next photo', async () => {
  const { desk, calls, emit } = newDesk({ 'batch.judge': () => ok({}) });
  await desk.choose('folder');
  emit('batch.planned', folderOf(2, ['failed', 'repaired', 'clean', 'exists']));
  const judged = () => calls.filter(({ name }) => name === 'batch.judge').map(({ argument }) => argument);
  await desk.discard(0);
  await desk.discard(3);
  desk.photos.selected = 0;
  await desk.keep(0);
  expect(desk.photos.selected).toBe(1);
  expect(judged()).toEqual([]);
  await desk.keep(1);
  await desk.discard(2);
  expect(judged()).toEqual([
    { photo: 1, verdict: 'keep' },
    { photo: 2, verdict: 'discard' },
  ]);
  expect(states(desk)).toEqual(['failed', 'repaired', 'skipped', 'exists']);
});

test('moving a photo shows it there and tells the queue', async () => {
  const { desk, controls, emit } = newDesk();
  await desk.choose('folder');
  await desk.start();
  emit('batch.planned', folderOf(2, ['repair', 'waiting', 'waiting', 'waiting']));
  await desk.move(3, 'first');
  expect(desk.photos.all.map(({ n }) => n)).toEqual([0, 3, 1, 2]);
  await desk.move(1, 'last');
  await desk.move(0, 'last');
  expect(controls().slice(1)).toEqual([
    { action: 'move', photos: [3], before: 1 },
    { action: 'move', photos: [1] },
  ]);
  // What changes later stays where it was moved to.
  emit('batch.news', { photos: [{ n: 3, state: 'decode' }], progress: null, holds: [] });
  expect(desk.photos.all.map(({ n }) => n)).toEqual([0, 3, 2, 1]);
});

test('while a batch runs, a photo that is done once more comes where it is shown', async () => {
  const { desk, controls, emit } = newDesk();
  await desk.choose('folder');
  await desk.start();
  emit('batch.planned', folderOf(2, ['failed', 'repair', 'waiting']));
  await desk.redo([0]);
  expect(controls().slice(1)).toMatchObject([
    { action: 'again', photos: [0] },
    { action: 'move', photos: [0], before: 2 },
  ]);
});

test('masks are needed where masks say where', async () => {
  const { desk } = newDesk();
  await desk.choose('folder');
  desk.choices.where = 'masks';
  expect(desk.isReady).toBe(false);
  desk.choices.where = 'rects';
  expect(desk.isReady).toBe(false);
  desk.choices.where = 'sidecar';
  expect(desk.isReady).toBe(true);
});

const preview: BatchPreview = {
  width: 100,
  height: 50,
  levels: [
    {
      from: 0,
      regions: [0.9, 0.2].map((confidence) => ({ rect: { x: 1, y: 2, width: 3, height: 4 }, confidence })),
    },
    { from: 0.25, regions: [{ rect: { x: 1, y: 2, width: 3, height: 4 }, confidence: 0.9 }] },
    { from: 0.95, regions: [] },
  ],
};

test('what is found is looked for in sight only, and the slider needs no second look', async () => {
  const { desk, calls } = newDesk({ 'batch.find': () => ok(preview) });
  await desk.choose('folder');
  desk.previews.want(0, true);
  expect(desk.previews.isMissing(0)).toBe(false);
  desk.previews.isOn = true;
  desk.previews.want(0, true);
  expect(desk.previews.isMissing(0)).toBe(true);
  await expect.poll(() => desk.previews.of(0)).toBeDefined();
  expect(desk.previews.isMissing(0)).toBe(false);
  const counts = [0, 0.25, 0.5, 0.95, 1].map((least) => {
    desk.choices.minConfidence = least;
    flushSync();
    return desk.previews.of(0)?.regions.length;
  });
  expect(counts).toEqual([2, 1, 1, 0, 0]);
  expect(desk.previews.of(1)).toBeUndefined();
  desk.previews.want(0, true);
  const looks = () => calls.filter(({ name }) => name === 'batch.find').length;
  expect(looks()).toBe(1);
  // Other places are other answers.
  desk.choices.where = 'sidecar';
  expect(desk.previews.of(0)).toBeUndefined();
  desk.previews.want(0, true);
  await expect.poll(() => desk.previews.of(0)?.regions.length).toBe(2);
  expect(looks()).toBe(2);
  desk.previews.isOn = false;
  expect(desk.previews.of(0)).toBeUndefined();
});
