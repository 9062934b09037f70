import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fullDisk, lockedFolder } from './support/bad-files.ts';
import { type ErrorCode, expectToldInBothLanguages } from './support/languages.ts';
import { electronPath, enginePid } from './support/launch-app.ts';
import { newFolder, Photomend, sampleBlur, sampleMosaic, samplePath } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  photomend = await Photomend.start();
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

describe('trouble on the way loses nothing', () => {
  let path: string;

  test('a photo is open', async () => {
    path = join(folder, 'photo.jpg');
    await writeFile(path, await readFile(samplePath));
    await photomend.app.drop(photomend.page, [path]);
    await expect.poll(() => photomend.page.title()).toContain('photo.jpg');
    await photomend.photoShown();
  });

  test('an engine that is killed in the middle is started again, and says so', async () => {
    await photomend.draw(sampleMosaic);
    await photomend.page
      .getByText(/Mosaic, 8 px/)
      .first()
      .waitFor();
    await photomend.restoreButton.click();
    process.kill(await enginePid(photomend.app), 'SIGKILL');
    await photomend.page
      .getByText(/ended unexpectedly|started again|restarted/i)
      .first()
      .waitFor();
    await photomend.restore();
  });

  test('neither a full disk nor a locked folder loses anything, and nothing half is left', async () => {
    const disk = fullDisk(folder);
    const places: [string, ErrorCode][] = [[lockedFolder(folder), 'save.no-permission']];
    if (disk === undefined) console.log('skipped: a full disk (only root can mount one)');
    else places.push([disk.path, 'save.disk-full']);
    try {
      for (const [place, code] of places) {
        const filePath = join(place, 'copy.jpg');
        await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath });
        await photomend.page.keyboard.press('Control+s');
        await expectToldInBothLanguages(photomend, [code, `${code}.hint` as ErrorCode]);
        if (code === 'save.disk-full') expect(await readdir(place)).toEqual([]);
        await photomend.page.getByText('edited', { exact: true }).first().waitFor();
      }
    } finally {
      disk?.end();
    }
  });

  test('a photo that is gone when the engine needs it is told of; put back, all goes on', async () => {
    const { page } = photomend;
    await rename(path, `${path}.away`);
    process.kill(await enginePid(photomend.app), 'SIGKILL');
    await photomend.draw(sampleBlur);
    await photomend.restoreButton.click();
    await expectToldInBothLanguages(photomend, ['photo.not-found']);
    await page.getByText('edited', { exact: true }).first().waitFor();
    await rename(`${path}.away`, path);
    await photomend.restore();
    await page.keyboard.press('Control+z');
  });

  test('the original is never replaced', async () => {
    const original = await readFile(path);
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: path });
    await photomend.page.keyboard.press('Control+s');
    await photomend.page
      .getByText(/original/i)
      .first()
      .waitFor();
    expect(await readFile(path)).toEqual(original);
  });

  test('a photo that was deleted while it is open can still be saved', async () => {
    await rm(path);
    const target = join(folder, 'rescued.jpg');
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await photomend.page.keyboard.press('Control+s');
    await expect
      .poll(
        async () =>
          (
            await sharp(target)
              .metadata()
              .catch(() => undefined)
          )?.width,
        // It waits for what the engine does about the undone repair.
        { timeout: 10_000 },
      )
      .toBe(1024);
  });
});

test('the page reaches nothing but the app', async () => {
  const reached = await photomend.page.evaluate(async () => {
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'reached',
        () => 'refused',
      );
    return {
      remote: await outcome(fetch('https://example.org/')),
      file: await outcome(fetch('file:///etc/passwd')),
      stranger: (await fetch('/photo/00000000-0000-4000-8000-000000000000/view')).status,
      node: typeof (globalThis as { require?: unknown }).require,
      opened: window.open('https://example.org/') === null,
    };
  });
  expect(reached).toMatchObject({ remote: 'refused', file: 'refused', stranger: 404, node: 'undefined' });
  const [options] = (await photomend.app.calls('BrowserWindow')) as {
    webPreferences: Record<string, unknown>;
  }[];
  expect(options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    preload: resolve('out/preload.cjs'),
  });
  // Electron does not tell which handlers it was given.
  if (electronPath !== undefined) return;
  for (const handler of ['PermissionRequest', 'PermissionCheck', 'DevicePermission']) {
    expect(await photomend.app.calls(`session.set${handler}Handler`)).toEqual(['function']);
  }
});
