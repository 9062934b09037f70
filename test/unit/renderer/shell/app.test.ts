import { expect, onTestFinished, test } from 'vitest';
import { eventNames } from '../../../../electron/ipc/channels.ts';
import type { Edit } from '../../../../electron/ipc/document.ts';
import { App } from '../../../../renderer/app/app.svelte.ts';
import { failed, fakeApi, ok, opened, photoInfo, startState } from './fake-api.ts';

const edit: Edit = {
  id: '10000000-0000-4000-8000-000000000000',
  region: {
    id: '20000000-0000-4000-8000-000000000000',
    rect: { x: 10, y: 20, width: 30, height: 40 },
    damage: 'auto',
    model: 'auto',
  },
  damage: { kind: 'stain' },
  patches: [{ id: '30000000-0000-4000-8000-000000000000', rect: { x: 10, y: 20, width: 30, height: 40 } }],
  strength: 1,
  enabled: true,
  provider: 'cpu',
  seconds: 1,
  madeAt: '2026-01-01T12:00:00.000Z',
};
const savedFile = {
  id: '40000000-0000-4000-8000-000000000000',
  name: 'photo-1-restored.jpg',
  format: 'jpeg' as const,
  depth: 8 as const,
  sizeBytes: 5,
  lost: ['icc'],
};

function appWith(...[answers, start]: [Parameters<typeof fakeApi>[0]?, Partial<typeof startState>?]) {
  const fake = fakeApi(answers);
  const app = new App(fake.api, { ...startState, ...start });
  onTestFinished(() => app.dispose());
  return { ...fake, app };
}

const shownNames = (app: App) => app.photos.list.map(({ info }) => info.name);

test('photos that are opened come after the others, and the first of them is shown', async () => {
  const { app } = appWith({ 'photos.choose': () => ok(opened(2, 3)) }, { opened: opened(1) });
  expect(app.photos.active?.info.name).toBe('photo-1.jpg');
  await app.opening.choose('files');
  expect(shownNames(app)).toEqual(['photo-1.jpg', 'photo-2.jpg', 'photo-3.jpg']);
  expect(app.photos.active?.info.name).toBe('photo-2.jpg');
});

test('a photo that is open already is shown, not added; its session stays', () => {
  const { app, emit } = appWith({}, { opened: opened(1, 2) });
  const [, second] = app.photos.list;
  second.viewport.resize(400, 300, 1);
  second.viewport.actualSize();
  emit('photos.opened', opened(2));
  expect(app.photos.list).toHaveLength(2);
  expect(app.photos.active).toBe(second);
  expect(second.viewport.mode).toBe('actual');
});

test('a dialog that was closed changes nothing', async () => {
  const { app } = appWith({ 'photos.choose': () => ok({ photos: [], failures: [] }) }, { opened: opened(1) });
  await app.opening.choose('folder');
  expect(shownNames(app)).toEqual(['photo-1.jpg']);
  expect(app.opening.isOpening).toBe(false);
});

test('stepping stops at both ends', () => {
  const { app } = appWith({}, { opened: opened(1, 2, 3) });
  app.photos.step(-1);
  expect(app.photos.activeIndex).toBe(0);
  app.photos.step(1);
  app.photos.step(5);
  expect(app.photos.activeIndex).toBe(2);
});

test('what cannot be opened is listed once per name, and can be opened as far as it goes', async () => {
  const failure = {
    name: 'half.jpg',
    error: { code: 'photo/truncated', message: '', data: {} },
    retry: '50000000-0000-4000-8000-000000000000',
  };
  const { app, emit, calls } = appWith({ 'photos.openTolerant': () => ok(opened(7)) });
  emit('photos.opened', { photos: [], failures: [failure] });
  emit('photos.opened', { photos: [], failures: [failure] });
  expect(app.opening.failures).toHaveLength(1);
  await app.opening.openTolerant(app.opening.failures[0]);
  expect(calls.at(-1)).toEqual({ name: 'photos.openTolerant', argument: { retry: failure.retry } });
  expect(app.opening.failures).toEqual([]);
  expect(app.photos.active?.info.id).toBe(photoInfo(7).id);
});

test('what could not be opened goes when another photo opens, unless there is something to do', () => {
  const failure = (name: string) => ({
    name,
    error: { code: 'photo/unknown-format', message: '', data: {} },
  });
  const half = { ...failure('half.jpg'), retry: '50000000-0000-4000-8000-000000000000' };
  const { app, emit } = appWith({}, { opened: opened(1) });
  const names = () => app.opening.failures.map(({ name }) => name);
  emit('photos.opened', { photos: [], failures: [failure('notes.txt'), half] });
  // It came with photos: it has not been read yet.
  emit('photos.opened', { ...opened(2), failures: [failure('table.csv')] });
  expect(names()).toEqual(['half.jpg', 'table.csv']);
  app.opening.dismissRead();
  expect(names()).toEqual(['half.jpg']);
});

test('a request to open that fails is a problem until the next one', async () => {
  let answer: ReturnType<typeof failed> = failed('clipboard/empty');
  const { app } = appWith({ 'photos.paste': () => answer });
  await app.opening.paste();
  expect(app.status.problem?.code).toBe('clipboard/empty');
  answer = ok(opened(1)) as never;
  await app.opening.paste();
  expect(app.status.problem).toBeUndefined();
});

test('a photo without unsaved repairs is closed without a question; its neighbour is shown', async () => {
  const { app, names } = appWith({}, { opened: opened(1, 2, 3) });
  app.photos.step(1);
  await app.close(app.photos.list[1]);
  expect(names()).toContain('photos.close');
  expect(names()).not.toContain('app.confirm');
  expect(app.photos.active?.info.name).toBe('photo-3.jpg');
  await app.close(app.photos.list[1]);
  expect(app.photos.active?.info.name).toBe('photo-1.jpg');
  await app.close(app.photos.list[0]);
  expect(app.photos.active).toBeUndefined();
});

test.each([true, false])('closing over unsaved repairs asks: %s', async (answer) => {
  const photos = [{ info: photoInfo(1), document: { regions: [], edits: [edit] } }];
  const { app, calls, names } = appWith(
    { 'app.confirm': () => ok(answer) },
    { opened: { photos, failures: [] } },
  );
  await app.close(app.photos.list[0]);
  expect(calls[0]).toEqual({
    name: 'app.confirm',
    argument: { question: 'discard-edits', name: 'photo-1.jpg' },
  });
  expect(names().includes('photos.close')).toBe(answer);
  expect(app.photos.list).toHaveLength(answer ? 0 : 1);
});

test('a photo that the app has forgotten is closed all the same', async () => {
  const { app } = appWith({ 'photos.close': () => failed('photo/closed') }, { opened: opened(1) });
  await app.close(app.photos.list[0]);
  expect(app.photos.list).toEqual([]);
  expect(app.status.problem).toBeUndefined();
});

test('saving a copy sends what is in force, and the photo is unsaved no more', async () => {
  const photos = [{ info: photoInfo(1), document: { regions: [], edits: [{ ...edit, strength: 0.5 }] } }];
  const { app, calls } = appWith({ 'save.copy': () => ok(savedFile) }, { opened: { photos, failures: [] } });
  const [session] = app.photos.list;
  expect(session.hasUnsavedEdits).toBe(true);
  await app.saving.copy(session);
  expect(calls.find(({ name }) => name === 'save.copy')?.argument).toEqual({
    photo: photoInfo(1).id,
    layers: [{ patch: edit.patches[0].id, strength: 0.5 }],
  });
  expect(session.hasUnsavedEdits).toBe(false);
  expect(app.status.message).toMatchObject({ key: 'status.saved', savedId: savedFile.id, lost: ['icc'] });
});

test('saving that was called off or failed leaves the photo unsaved', async () => {
  const photos = [{ info: photoInfo(1), document: { regions: [], edits: [edit] } }];
  const { app } = appWith(
    { 'save.copy': () => ok(null), 'save.as': () => failed('save/disk-full') },
    { opened: { photos, failures: [] } },
  );
  const [session] = app.photos.list;
  await app.saving.copy(session);
  expect(app.status.message).toBeUndefined();
  const choices = { format: 'png' as const, keepMetadata: true, markAsReconstructed: true };
  expect(await app.saving.as(session, choices)).toMatchObject({
    state: 'failed',
    error: { code: 'save/disk-full' },
  });
  // The dialog shows it.
  expect(app.status.problem).toBeUndefined();
  expect(session.hasUnsavedEdits).toBe(true);
  expect(app.saving.isBusy).toBe(false);
});

test('exporting a part leaves the photo unsaved; copying says whether it was a part', async () => {
  const photos = [{ info: photoInfo(1), document: { regions: [edit.region], edits: [edit] } }];
  const { app, calls } = appWith(
    { 'save.selection': () => ok(savedFile) },
    { opened: { photos, failures: [] } },
  );
  const [session] = app.photos.list;
  const { rect } = edit.region;
  const choices = { format: 'png' as const, keepMetadata: true, markAsReconstructed: true };
  expect(await app.saving.selection(session, rect, choices)).toEqual({ state: 'saved' });
  expect(session.hasUnsavedEdits).toBe(true);
  session.select(edit.region.id);
  app.commands.run('copy');
  await expect.poll(() => app.status.message?.key).toBe('status.copied-part');
  expect(calls.at(-1)?.argument).toMatchObject({ rect });
});

test('unsaved work is resumed with its document and leaves the list; what cannot be resumed stays', async () => {
  const work = {
    id: edit.id,
    name: 'old.jpg',
    changedAt: '2026-01-01T00:00:00Z',
    edits: 1,
    photoChanged: false,
  };
  let answer: unknown = ok({
    photos: [],
    failures: [{ name: 'old.jpg', error: { code: 'photo/not-found', message: '', data: {} } }],
  });
  const { app } = appWith({ 'work.resume': () => answer as never }, { unsaved: [work] });
  await app.opening.resume(work);
  expect(app.opening.unsaved).toEqual([work]);
  answer = ok({ photos: [{ info: photoInfo(1), document: { regions: [], edits: [edit] } }], failures: [] });
  await app.opening.resume(work);
  expect(app.opening.unsaved).toEqual([]);
  expect(app.photos.active?.document.edits).toEqual([edit]);
  expect(app.photos.active?.hasUnsavedEdits).toBe(true);
});

test.each([true, false])('unsaved work is thrown away only after a yes: %s', async (answer) => {
  const work = {
    id: edit.id,
    name: 'old.jpg',
    changedAt: '2026-01-01T00:00:00Z',
    edits: 1,
    photoChanged: false,
  };
  const { app, names } = appWith({ 'app.confirm': () => ok(answer) }, { unsaved: [work] });
  await app.opening.discard(work);
  expect(names().includes('work.discard')).toBe(answer);
  expect(app.opening.unsaved).toHaveLength(answer ? 0 : 1);
});

test('settings take effect at once, and go back where they cannot be stored', async () => {
  const { app, emit } = appWith({ 'settings.change': () => failed('save/disk-full') });
  const changing = app.preferences.change({ theme: 'dark' });
  expect(app.preferences.settings.theme).toBe('dark');
  await changing;
  expect(app.preferences.settings.theme).toBe('system');
  expect(app.status.problem?.code).toBe('save/disk-full');
  emit('settings.changed', { settings: { ...startState.settings, language: 'zh-CN' }, language: 'zh-CN' });
  expect(app.preferences.settings.language).toBe('zh-CN');
  expect(app.language.t('restore')).toBe('修复');
});

test('commands need a photo, and do nothing without one', () => {
  const { app, names } = appWith();
  for (const command of ['save-copy', 'restore', 'zoom-fit', 'nudge', 'close-photo'] as const) {
    expect(app.commands.can(command), command).toBe(false);
    app.commands.run(command, 'ArrowLeft');
  }
  expect(names()).toEqual([]);
});

test('another place has no photo to work on; photos that are opened are shown in theirs', () => {
  const { app, emit } = appWith({}, { opened: opened(1, 2) });
  app.commands.run('place-folder');
  expect(app.place).toBe('folder');
  for (const command of ['save-copy', 'zoom-fit', 'next-photo', 'toggle-panel', 'undo'] as const) {
    expect(app.commands.can(command), command).toBe(false);
  }
  emit('photos.opened', opened(3));
  expect(app.place).toBe('photo');
  expect(app.photos.active?.info.name).toBe('photo-3.jpg');
});

test('arrows move the selected region by pixels, and the view where nothing is selected', () => {
  const { app } = appWith({}, { opened: opened(1) });
  const [session] = app.photos.list;
  const id = session.addRegion({ x: 100, y: 100, width: 50, height: 50 }) ?? '';
  app.commands.run('nudge', 'ArrowRight');
  app.commands.run('nudge-far', 'ArrowUp');
  app.commands.run('resize', 'ArrowDown');
  expect(session.region(id)?.rect).toEqual({ x: 101, y: 90, width: 50, height: 51 });
  session.select(undefined);
  session.viewport.resize(100, 100, 1);
  session.viewport.actualSize();
  const before = session.viewport.origin;
  app.commands.run('nudge', 'ArrowRight');
  expect(session.viewport.origin.x).toBeLessThan(before.x);
  expect(session.region(id)?.rect.x).toBe(101);
});

test('[ and ] change the strength of the selected repair, else of the last', () => {
  const other = { ...edit, id: '60000000-0000-4000-8000-000000000000' };
  const photos = [{ info: photoInfo(1), document: { regions: [], edits: [edit, other] } }];
  const { app } = appWith({}, { opened: { photos, failures: [] } });
  const [session] = app.photos.list;
  const strengths = () => session.document.edits.map(({ strength }) => strength);
  app.commands.run('weaker');
  expect(strengths()).toEqual([1, 0.95]);
  app.commands.run('stronger');
  app.commands.run('stronger');
  expect(strengths()).toEqual([1, 1]);
  session.selectedEditId = edit.id;
  app.commands.run('weaker');
  expect(strengths()).toEqual([0.95, 1]);
});

test('Escape cancels a repair that is running, and deselects otherwise', async () => {
  let end: (reply: never) => void = () => {};
  const { app, names } = appWith(
    {
      'restore.run': () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    },
    { opened: opened(1) },
  );
  const [session] = app.photos.list;
  session.addRegion({ x: 100, y: 100, width: 50, height: 50 });
  app.commands.run('restore');
  expect(app.commands.can('restore')).toBe(false);
  app.commands.run('cancel');
  expect(session.job?.cancelling).toBe(true);
  expect(session.selectedRegionIds).toHaveLength(1);
  await expect.poll(() => names()).toContain('restore.cancel');
  end(failed('restore/cancelled') as never);
  await expect.poll(() => session.job).toBeUndefined();
  app.commands.run('cancel');
  expect(session.selectedRegionIds).toEqual([]);
});

test('a list of devices is asked for once, and again after a failure', async () => {
  let answer: unknown = failed('engine/crashed');
  const { app, names } = appWith({ 'devices.list': () => answer as never });
  const { devices } = app.equipment;
  await Promise.all([devices.load(), devices.load()]);
  expect(names()).toEqual(['devices.list']);
  expect(devices.error?.code).toBe('engine/crashed');
  answer = ok([]);
  await devices.load();
  await devices.load();
  expect(names()).toHaveLength(2);
  expect(devices).toMatchObject({ items: [], error: undefined, isLoading: false });
});

test('a window that goes away listens no more', () => {
  const { api, listenerCount } = fakeApi();
  const app = new App(api, { ...startState, opened: opened(1, 2) });
  // However many photos are open, each event crosses the bridge once.
  expect(listenerCount()).toBe(eventNames.length);
  app.dispose();
  expect(listenerCount()).toBe(0);
});
