import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecentStore } from '../../../electron/desktop/store/recent-store.ts';
import { SettingsStore } from '../../../electron/desktop/store/settings-store.ts';
import { WorkStore } from '../../../electron/desktop/store/work-store.ts';
import { defaultSettings } from '../../../electron/ipc/settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-stores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('settings', () => {
  test('are the defaults at first, and stay what they were made', async () => {
    const first = await SettingsStore.open(folder);
    expect(first.current).toEqual(defaultSettings);
    await first.change({ theme: 'dark', language: 'zh-CN' });
    const second = await SettingsStore.open(folder);
    expect(second.current).toEqual({ ...defaultSettings, theme: 'dark', language: 'zh-CN' });
  });

  test('what another version wrote falls back one by one', async () => {
    await writeFile(
      join(folder, 'settings.json'),
      JSON.stringify({ theme: 'sepia', language: 'en', more: 1 }),
    );
    expect((await SettingsStore.open(folder)).current).toEqual({ ...defaultSettings, language: 'en' });
  });

  test('a damaged file is put aside, not destroyed', async () => {
    await writeFile(join(folder, 'settings.json'), '{"theme": "da');
    const store = await SettingsStore.open(folder);
    await store.change({ theme: 'light' });
    expect(await readFile(join(folder, 'settings.json.damaged'), 'utf8')).toBe('{"theme": "da');
  });
});

describe('recent photos', () => {
  test('the latest first, each once, no more than twelve, and no paths for the window', async () => {
    const store = await RecentStore.open(folder);
    for (let i = 0; i < 20; i++) await store.add(`/photos/${i % 14}.jpg`);
    const again = await RecentStore.open(folder);
    expect(again.list.map(({ name }) => name).slice(0, 3)).toEqual(['5.jpg', '4.jpg', '3.jpg']);
    expect(again.list).toHaveLength(12);
    expect(again.list[0]).toEqual({ id: expect.any(String), name: '5.jpg', folder: 'photos' });
    expect(again.pathOf(again.list[0].id)).toBe('/photos/5.jpg');
    expect(again.pathOf('/photos/5.jpg')).toBeUndefined();
  });
});

describe('work in progress', () => {
  async function kept(store: WorkStore, hasUnsavedEdits: boolean): Promise<string> {
    const id = randomUUID();
    await store.create(id);
    const path = join(folder, `${id}.jpg`);
    await writeFile(path, 'photo');
    const { size, mtimeMs } = await stat(path);
    await store.keep(id, {
      name: 'photo.jpg',
      path,
      file: { realPath: path, id: '1', sizeBytes: size, modifiedMs: mtimeMs },
      origin: 'file',
      tolerant: false,
      hasUnsavedEdits,
      document: { regions: [], edits: [] },
    });
    return id;
  }

  test('what was not saved is offered; what was is removed; what is open is left alone', async () => {
    const store = new WorkStore(folder);
    const unsaved = await kept(store, true);
    await kept(store, false);
    const open = await kept(store, false);
    await store.create(randomUUID());
    expect(await store.unsaved(new Set([open]))).toMatchObject([
      { id: unsaved, name: 'photo.jpg', edits: 0, photoChanged: false },
    ]);
    expect((await readdir(join(folder, 'work'))).sort()).toEqual([unsaved, open].sort());
  });

  test('a photo that was changed meanwhile is told', async () => {
    const store = new WorkStore(folder);
    const id = await kept(store, true);
    await writeFile(join(folder, `${id}.jpg`), 'another photo');
    expect(await store.unsaved(new Set())).toMatchObject([{ id, photoChanged: true }]);
    await rm(join(folder, `${id}.jpg`));
    expect(await store.unsaved(new Set())).toMatchObject([{ id, photoChanged: true }]);
  });

  test('folders that cannot be read and those of others stay', async () => {
    const store = new WorkStore(folder);
    const id = randomUUID();
    await store.create(id);
    await writeFile(join(store.folderOf(id), 'work.json'), '{"half":');
    await mkdir(join(folder, 'work', 'something else'));
    expect(await store.unsaved(new Set())).toEqual([]);
    expect((await readdir(join(folder, 'work'))).sort()).toEqual([id, 'something else'].sort());
  });
});
