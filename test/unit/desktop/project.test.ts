import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Translate } from '../../../electron/desktop/language.ts';
import { OpenPhotos } from '../../../electron/desktop/open/open-photos.ts';
import { Opener } from '../../../electron/desktop/open/opener.ts';
import { saveProject } from '../../../electron/desktop/project/projects.ts';
import { RecentStore } from '../../../electron/desktop/store/recent-store.ts';
import { WorkStore } from '../../../electron/desktop/store/work-store.ts';
import { readStoredPatch, writeStoredPatch } from '../../../electron/engine/region/stored-patch.ts';
import type { PhotoDocument } from '../../../electron/ipc/document.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-project-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rect = { x: 1, y: 2, width: 8, height: 8 };

function documentWith(patch: string): PhotoDocument {
  const region = { id: randomUUID(), rect, damage: 'auto', model: 'auto' } as const;
  return {
    regions: [{ ...region, id: randomUUID() }],
    edits: [
      {
        id: randomUUID(),
        region,
        damage: { kind: 'blur', sigmaPx: 2 },
        patches: [{ id: patch, rect }],
        strength: 0.7,
        enabled: true,
        provider: 'cpu',
        seconds: 1,
        madeAt: new Date().toISOString(),
      },
    ],
  };
}

/** An app of its own, with its own folder. */
async function staged(home: string) {
  const call = vi.fn(async (_method: string, { path }: { path: string }) => ({
    format: 'jpeg',
    width: 40,
    height: 30,
    depth: 8,
    flags: [],
    file: { realPath: path, id: path, sizeBytes: 5, modifiedMs: 1 },
    isDirect: true,
    view: { width: 40, height: 30 },
  }));
  const photos = new OpenPhotos();
  const recent = await RecentStore.open(join(folder, home));
  const work = new WorkStore(join(folder, home));
  const opener = new Opener({ engine: { call } as never, photos, work, recent, onOpened: () => {} });
  const showSaveDialog = vi.fn(async ({ defaultPath }: { defaultPath: string }) => ({
    canceled: false,
    filePath: defaultPath,
  }));
  const parts = {
    dialog: { showSaveDialog } as never,
    window: () => undefined,
    t: () => ((key: string) => key) as Translate,
    picturesFolder: folder,
  };
  return { opener, photos, recent, parts, showSaveDialog };
}

/** A photo with a repair, saved as a project. */
async function savedProject() {
  await mkdir(join(folder, '照片 🌸'));
  const photoPath = join(folder, '照片 🌸', 'Oma.jpg');
  await writeFile(photoPath, 'a photo');
  const first = await staged('one');
  const { photos: opened } = await first.opener.open([photoPath]);
  const photo = first.photos.get(opened[0].info.id);
  const patch = randomUUID();
  await writeStoredPatch(photo.source.workFolder, patch, { rect, png: Buffer.from('pixels') });
  const document = documentWith(patch);
  const path = (await saveProject(photo, document, first.parts)) as string;
  return { path, photoPath, photo, document, first };
}

describe('a project', () => {
  test('is saved beside its photo, asked for once, and names no folder of the person', async () => {
    const { path, photo, document, first } = await savedProject();
    expect(path).toBe(join(folder, '照片 🌸', 'Oma.photomend'));
    await saveProject(photo, document, first.parts);
    expect(first.showSaveDialog).toHaveBeenCalledOnce();
    expect(await readFile(path, 'utf8')).not.toContain(folder);
  });

  test('brings its photo, its repairs and their pixels back, as saved work', async () => {
    const { path, document } = await savedProject();
    const { opener, photos, recent } = await staged('two');
    const { photos: opened, failures } = await opener.open([path]);
    expect(failures).toEqual([]);
    expect(opened).toMatchObject([{ info: { name: 'Oma.jpg', origin: 'file' }, hasUnsavedEdits: false }]);
    const [{ info, document: back }] = opened;
    expect(back?.regions).toEqual(document.regions);
    expect(back?.edits).toMatchObject([{ strength: 0.7, damage: { kind: 'blur', sigmaPx: 2 } }]);
    const { workFolder } = photos.get(info.id).source;
    const stored = await readStoredPatch(workFolder, back?.edits[0].patches[0].id ?? '');
    expect({ rect: stored.rect, pixels: stored.png.toString() }).toEqual({ rect, pixels: 'pixels' });
    expect(recent.list.map(({ name }) => name)).toEqual(['Oma.photomend']);
    const again = await opener.open([path]);
    expect(again.photos[0].info.id).toBe(info.id);
  });

  test('finds its photo where both were moved to', async () => {
    const { path } = await savedProject();
    await rename(join(folder, '照片 🌸'), join(folder, 'moved'));
    const { opener } = await staged('two');
    const { failures } = await opener.open([path.replace('照片 🌸', 'moved')]);
    expect(failures).toEqual([]);
  });

  test('says so where its photo is gone or is another one, and leaves nothing behind', async () => {
    const { path, photoPath } = await savedProject();
    const { opener } = await staged('two');
    await writeFile(photoPath, 'another photo');
    const changed = await opener.open([path]);
    expect(changed.failures).toMatchObject([
      { name: 'Oma.photomend', error: { code: 'project/photo-changed', data: { name: 'Oma.jpg' } } },
    ]);
    await rm(photoPath);
    const gone = await opener.open([path]);
    expect(gone.failures).toMatchObject([{ error: { code: 'project/photo-missing' } }]);
    expect(gone.photos).toEqual([]);
  });

  test.each(['', 'no project', '{"format":"photomend-project","version":2}', '[1,2]'])(
    'that is damaged is refused: %s',
    async (content) => {
      const path = join(folder, 'bad.photomend');
      await writeFile(path, content);
      const { opener } = await staged('two');
      const { failures } = await opener.open([path]);
      expect(failures).toMatchObject([{ error: { code: 'project/unreadable' } }]);
    },
  );

  test('of a pasted picture carries the picture', async () => {
    const first = await staged('one');
    const { photos: opened } = await first.opener.openPasted(new Uint8Array([1, 2, 3]), 'Pasted picture');
    const photo = first.photos.get(opened[0].info.id);
    const path = (await saveProject(photo, { regions: [], edits: [] }, first.parts)) as string;
    const second = await staged('two');
    const back = await second.opener.open([path]);
    expect(back.failures).toEqual([]);
    const { source, info } = second.photos.get(back.photos[0].info.id);
    expect(info.name).toBe('Pasted picture');
    expect([...(await readFile(source.path))]).toEqual([1, 2, 3]);
  });
});
