import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OpenPhotos } from '../../../electron/desktop/open/open-photos.ts';
import { OpenQueue } from '../../../electron/desktop/open/open-queue.ts';
import { Opener } from '../../../electron/desktop/open/opener.ts';
import { expandFolders } from '../../../electron/desktop/open/photo-files.ts';
import { RecentStore } from '../../../electron/desktop/store/recent-store.ts';
import { WorkStore } from '../../../electron/desktop/store/work-store.ts';
import { AppError } from '../../../electron/engine/errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-opener-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function staged() {
  const call = vi.fn(async (_method: string, { path, tolerant }: { path: string; tolerant: boolean }) => {
    if (path.includes('cut') && !tolerant) throw new AppError('photo/truncated', 'It ends too early.');
    if (path.includes('text')) throw new AppError('photo/unknown-format', 'It is no photo.');
    return {
      format: 'jpeg',
      width: 40,
      height: 30,
      depth: 8,
      flags: [],
      file: { realPath: path, id: path, sizeBytes: 5, modifiedMs: 1 },
      isDirect: true,
      view: { width: 40, height: 30 },
    };
  });
  const photos = new OpenPhotos();
  const recent = await RecentStore.open(folder);
  const work = new WorkStore(folder);
  const opener = new Opener({ engine: { call } as never, photos, work, recent, onOpened: () => {} });
  return { opener, photos, recent, work };
}

describe('opening', () => {
  test('photos get ids, failures get reasons, and the window sees no path', async () => {
    const { opener, recent } = await staged();
    const opened = await opener.open(['/p/照片 🌸.jpg', '/p/text.jpg', '/p/cut.jpg']);
    expect(opened.photos).toMatchObject([{ info: { name: '照片 🌸.jpg', origin: 'file', width: 40 } }]);
    expect(opened.failures).toMatchObject([
      { name: 'text.jpg', error: { code: 'photo/unknown-format' } },
      { name: 'cut.jpg', error: { code: 'photo/truncated' }, retry: expect.any(String) },
    ]);
    expect(JSON.stringify(opened)).not.toContain('/p/');
    expect(recent.list.map(({ name }) => name)).toEqual(['照片 🌸.jpg']);
  });

  test('what can be read of a truncated photo is opened when asked for, once', async () => {
    const { opener, photos } = await staged();
    const { failures } = await opener.open(['/p/cut.jpg']);
    const retry = failures[0].retry as string;
    const { photos: opened } = await opener.openTolerant(retry);
    expect(photos.get(opened[0].info.id)).toMatchObject({ isDirect: false, source: { tolerant: true } });
    await expect(opener.openTolerant(retry)).rejects.toMatchObject({ code: 'photo/closed' });
  });

  test('a file that is open already is not opened twice', async () => {
    const { opener, photos } = await staged();
    const [first, second] = [await opener.open(['/p/a.jpg']), await opener.open(['/p/a.jpg'])];
    expect(second.photos[0].info.id).toBe(first.photos[0].info.id);
    expect(photos.all()).toHaveLength(1);
  });

  test('a pasted picture becomes a photo of the work folder', async () => {
    const { opener, photos, recent } = await staged();
    const { photos: opened } = await opener.openPasted(new Uint8Array([1, 2]), 'Pasted picture');
    const { info, source } = photos.get(opened[0].info.id);
    expect(info).toMatchObject({ name: 'Pasted picture', origin: 'pasted' });
    expect([...(await readFile(source.path))]).toEqual([1, 2]);
    expect(recent.list).toEqual([]);
  });

  test('unsaved work comes back with its photo', async () => {
    const { opener, work, photos } = await staged();
    const { photos: opened } = await opener.open(['/p/a.jpg']);
    const { info, source } = photos.get(opened[0].info.id);
    photos.remove(info.id);
    const document = { regions: [], edits: [] };
    await work.keep(info.id, {
      name: info.name,
      path: source.path,
      file: source.file,
      origin: 'file',
      tolerant: false,
      hasUnsavedEdits: true,
      document,
    });
    expect(await opener.resume(info.id)).toMatchObject({ photos: [{ info: { id: info.id }, document }] });
    expect(photos.get(info.id).hasUnsavedEdits).toBe(true);
    await expect(opener.resume(crypto.randomUUID())).rejects.toMatchObject({ code: 'work/unreadable' });
  });
});

test('folders give the photos in them, in the order of their numbers', async () => {
  await mkdir(join(folder, 'deep'));
  for (const name of ['10.jpg', '9.JPG', 'notes.txt', join('deep', '1.tiff')]) {
    await writeFile(join(folder, name), '');
  }
  const found = await expandFolders([folder, '/somewhere/text.txt', join(folder, '9.JPG')]);
  expect(found).toEqual([
    join(folder, '9.JPG'),
    join(folder, '10.jpg'),
    join(folder, 'deep', '1.tiff'),
    '/somewhere/text.txt',
  ]);
});

test('files that come before the window wait for it', async () => {
  const open = vi.fn(async (paths: readonly string[]) => ({
    photos: paths.map((path) => ({ info: { id: path } as never })),
    failures: [],
  }));
  const queue = new OpenQueue(open);
  queue.add(['/a']);
  queue.add([]);
  const heard: string[] = [];
  const first = await queue.listen(({ photos }) => heard.push(...photos.map(({ info }) => info.id)));
  expect(first.photos).toHaveLength(1);
  queue.add(['/b']);
  await vi.waitFor(() => expect(heard).toEqual(['/b']));
});
