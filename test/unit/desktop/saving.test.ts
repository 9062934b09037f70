import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Translate } from '../../../electron/desktop/language.ts';
import type { OpenPhoto } from '../../../electron/desktop/open/open-photos.ts';
import { Saving } from '../../../electron/desktop/saving.ts';
import { defaultSettings, type Settings } from '../../../electron/ipc/settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-saving-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function staged(name: string, change: Partial<Settings> = {}, origin: OpenPhoto['info']['origin'] = 'file') {
  const photo = {
    info: { name, format: name.endsWith('.gif') ? 'gif' : 'jpeg', origin },
    source: { path: join(folder, name) },
    copyPath: undefined,
  } as unknown as OpenPhoto;
  const showSaveDialog = vi.fn(async ({ defaultPath }: { defaultPath: string }) => ({
    canceled: false,
    filePath: defaultPath,
  }));
  const call = vi.fn(
    async (_method: string, { to, format, quality }: { to: string; format: string; quality?: number }) => ({
      path: to,
      format,
      depth: 8,
      quality,
      sizeBytes: 1,
      lost: [],
    }),
  );
  const words: Record<string, string> = { 'name.restored': 'restored', 'name.selection': 'selection' };
  const saving = new Saving({
    engine: { call } as never,
    dialog: { showSaveDialog } as never,
    window: () => undefined,
    settings: () => ({ ...defaultSettings, ...change }),
    t: () => ((key: string) => words[key] ?? key) as Translate,
    picturesFolder: join(folder, 'Pictures'),
  });
  return { photo, saving, showSaveDialog, call };
}

const choices = { format: 'png', depth: 16, keepMetadata: true, markAsReconstructed: false } as const;

describe('saving', () => {
  test('a copy goes beside the photo under a name that is free, and is asked for once', async () => {
    const { photo, saving, showSaveDialog, call } = staged('Oma.JPG');
    await writeFile(join(folder, 'Oma-restored.JPG'), 'older');
    const saved = await saving.copy(photo, []);
    expect(saved?.name).toBe('Oma-restored-2.JPG');
    await saving.copy(photo, []);
    expect(showSaveDialog).toHaveBeenCalledOnce();
    expect(call.mock.calls[1][1]).toMatchObject({
      to: join(folder, 'Oma-restored-2.JPG'),
      format: 'jpeg',
      allowOverwrite: true,
      allowOverwriteOriginal: false,
      keepMetadata: true,
      markAsReconstructed: true,
    });
  });

  test('the settings decide format, quality and metadata of copies', async () => {
    const { photo, saving, call } = staged('a.jpg', {
      saveFormat: 'webp',
      saveQuality: 80,
      keepMetadata: false,
    });
    expect((await saving.copy(photo, []))?.name).toBe('a-restored.webp');
    expect(call.mock.calls[0][1]).toMatchObject({ format: 'webp', quality: 80, keepMetadata: false });
  });

  test('a GIF becomes a PNG', async () => {
    const { photo, saving } = staged('a.gif');
    expect((await saving.copy(photo, []))?.name).toBe('a-restored.png');
  });

  test('pasted pictures go to the pictures', async () => {
    const { photo, saving, showSaveDialog } = staged('Pasted.png', {}, 'pasted');
    await saving.as(photo, [], choices);
    expect(showSaveDialog.mock.calls[0][0].defaultPath).toBe(join(folder, 'Pictures', 'Pasted-restored.png'));
  });

  test('a name without the right extension gets it', async () => {
    const { photo, saving, showSaveDialog, call } = staged('a.jpg');
    showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath: join(folder, 'b.jpg') });
    await saving.as(photo, [], choices, { x: 0, y: 0, width: 5, height: 5 });
    expect(call.mock.calls[0][1]).toMatchObject({
      to: join(folder, 'b.jpg.png'),
      format: 'png',
      depth: 16,
      rect: { x: 0, y: 0, width: 5, height: 5 },
      markAsReconstructed: false,
    });
  });

  test('a closed dialog saves nothing; a failed copy asks again', async () => {
    const { photo, saving, showSaveDialog, call } = staged('a.jpg');
    showSaveDialog.mockResolvedValueOnce({ canceled: true, filePath: '' });
    expect(await saving.copy(photo, [])).toBeNull();
    expect(call).not.toHaveBeenCalled();
    call.mockRejectedValueOnce(new Error('disk full'));
    await expect(saving.copy(photo, [])).rejects.toThrow('disk full');
    await saving.copy(photo, []);
    expect(showSaveDialog).toHaveBeenCalledTimes(3);
  });

  test('saved files are shown by ids of their own', async () => {
    const { photo, saving } = staged('a.jpg');
    const saved = await saving.copy(photo, []);
    expect(saving.pathOf(saved?.id ?? '')).toBe(join(folder, 'a-restored.jpg'));
    expect(saving.pathOf(join(folder, 'a.jpg'))).toBeUndefined();
  });
});
