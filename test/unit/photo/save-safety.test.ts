import { chmod, link, mkdir, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPhoto } from '../../../electron/engine/photo/open.ts';
import type { Photo } from '../../../electron/engine/photo/photo.ts';
import { writeSafely } from '../../../electron/engine/photo/safe-write.ts';
import { savePhoto } from '../../../electron/engine/photo/save.ts';
import { encoder, expectSame, noise, put, temporaryFolder } from './fixtures.ts';

let folder: string;
let close: () => Promise<void>;
let source: Photo;
let original: Buffer;
const changed = noise(24, 16, 3, 8, 7);

beforeEach(async () => {
  ({ path: folder, close } = await temporaryFolder());
  original = await encoder(noise(24, 16, 3, 8))
    .png()
    .toBuffer();
  source = await openPhoto(await put(folder, '祖母.png', original));
});
afterEach(() => close());

const save = (to: string, options: Partial<Parameters<typeof savePhoto>[0]> = {}) =>
  savePhoto({ source, raster: changed, to, ...options });

async function expectUntouched(): Promise<void> {
  expect(Buffer.compare(await readFile(source.path), original)).toBe(0);
}

describe('the original', () => {
  it('is never replaced unasked, whatever leads to it', async () => {
    await symlink(source.path, join(folder, 'link.png'));
    await symlink(folder, join(folder, 'folder'));
    await link(source.path, join(folder, 'hard.png'));
    const ways = [source.path, `${folder}/./祖母.png`, 'link.png', 'folder/祖母.png', 'hard.png'];
    for (const way of ways) {
      const to = way.startsWith('/') ? way : join(folder, way);
      await expect(save(to), way).rejects.toMatchObject({ code: 'save/would-overwrite-original' });
      // The permission to replace results is none to replace the original.
      await expect(save(to, { allowOverwrite: true }), way).rejects.toMatchObject({
        code: 'save/would-overwrite-original',
      });
    }
    await expectUntouched();
  });

  it('is replaced when asked, through a link and with its permissions', async () => {
    if (process.platform !== 'win32') await chmod(source.path, 0o640);
    await symlink(source.path, join(folder, 'link.png'));
    const saved = await save(join(folder, 'link.png'), { allowOverwriteOriginal: true });
    expect(saved.path).toBe(source.file.realPath);
    expectSame((await openPhoto(source.path)).raster, changed);
    expect((await stat(source.path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(['link.png', '祖母.png']);
  });

  it('may be gone when the result is saved', async () => {
    const { rm } = await import('node:fs/promises');
    await rm(source.path);
    const saved = await save(join(folder, 'out.png'));
    expectSame((await openPhoto(saved.path)).raster, changed);
  });
});

describe('other files', () => {
  it('are replaced only when asked', async () => {
    const to = await put(folder, 'other.png', Buffer.from('something of mine'));
    await expect(save(to)).rejects.toMatchObject({ code: 'save/exists' });
    expect(await readFile(to, 'utf8')).toBe('something of mine');
    await save(to, { allowOverwrite: true });
    expectSame((await openPhoto(to)).raster, changed);
    await symlink(join(folder, 'nowhere.png'), join(folder, 'dangling.png'));
    await expect(save(join(folder, 'dangling.png'))).rejects.toMatchObject({ code: 'save/exists' });
  });

  it('are not replaced even if they appear while the photo is encoded', async () => {
    const to = join(folder, 'late.png');
    const writing = writeSafely(to, [Buffer.from('result')], {
      replace: false,
      mode: undefined,
      signal: undefined,
      openFile: async (...parameters) => {
        await writeFile(to, 'late');
        return open(...parameters);
      },
    });
    await expect(writing).rejects.toMatchObject({ code: 'save/exists' });
    expect(await readFile(to, 'utf8')).toBe('late');
    expect((await readdir(folder)).sort()).toEqual(['late.png', '祖母.png']);
  });

  it('folders are never replaced', async () => {
    await mkdir(join(folder, 'album.png'));
    await expect(save(join(folder, 'album.png'), { allowOverwrite: true })).rejects.toMatchObject({
      code: 'save/bad-name',
    });
  });
});

describe('failures leave nothing behind', () => {
  /** A disk with room for so many bytes. */
  const disk =
    (room: number, code = 'ENOSPC'): typeof open =>
    async (path, flags, mode) => {
      const handle = await open(path, flags, mode);
      let left = room;
      const writeFile = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        const bytes = data as Uint8Array;
        await writeFile(bytes.subarray(0, left));
        left -= bytes.length;
        if (left < 0) throw Object.assign(new Error(`${code}: write`), { code });
      };
      return handle;
    };

  it('a full disk', async () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const saving = save(join(folder, 'out.png'), { openFile: disk(300, code) });
      await expect(saving).rejects.toMatchObject({ code: 'save/disk-full', hint: expect.any(String) });
    }
    const replacing = save(source.path, { openFile: disk(300), allowOverwriteOriginal: true });
    await expect(replacing).rejects.toMatchObject({ code: 'save/disk-full' });
    expect(await readdir(folder)).toEqual(['祖母.png']);
    await expectUntouched();
  });

  it('a disk that fails', async () => {
    const saving = save(join(folder, 'out.png'), { openFile: disk(0, 'EIO') });
    await expect(saving).rejects.toMatchObject({ code: 'save/failed' });
    expect(await readdir(folder)).toEqual(['祖母.png']);
  });

  it('a folder that is missing, a name that is none, a folder that may not be written', async () => {
    await expect(save(join(folder, 'none', 'out.png'))).rejects.toMatchObject({
      code: 'save/folder-missing',
    });
    await expect(save(join(source.path, 'out.png'))).rejects.toMatchObject({ code: 'save/folder-missing' });
    const long = join(folder, `${'長'.repeat(90)}.png`);
    await expect(save(long)).rejects.toMatchObject({ code: 'save/bad-name' });
    expect(await readdir(folder)).toEqual(['祖母.png']);
    if (process.platform === 'win32') return;
    await chmod(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.('nobody');
    try {
      await expect(save(join(folder, 'out.png'))).rejects.toMatchObject({ code: 'save/no-permission' });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o755);
    }
    await expectUntouched();
  });

  it('cancelling', async () => {
    await expect(save(join(folder, 'a.png'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const saving = save(join(folder, 'b.png'), {
      signal: controller.signal,
      openFile: async (...parameters) => {
        const handle = await open(...parameters);
        controller.abort();
        return handle;
      },
    });
    await expect(saving).rejects.toThrow(/abort/i);
    expect(await readdir(folder)).toEqual(['祖母.png']);
  });

  it('a name of the greatest length works', async () => {
    const name = `${'長'.repeat(83)}.png`;
    const saved = await save(join(folder, name));
    expectSame((await openPhoto(saved.path)).raster, changed);
  });
});
