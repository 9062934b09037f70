import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { difference, newFolder, Photomend, sampleMosaic, samplePath } from './support/photomend.ts';

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

/** A small JPEG whose header claims 60,000 x 60,000 pixels. */
async function bomb(): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(60_000, frame + 5);
  jpeg.writeUInt16BE(60_000, frame + 7);
  return jpeg;
}

describe('files that cannot be opened say why', () => {
  test('all at once, each with its reason, in both languages', async () => {
    const jpeg = await readFile(samplePath);
    const files: Record<string, Buffer | string> = {
      'empty.jpg': '',
      'text.jpg': 'this is not a photo',
      'drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'bomb.jpg': await bomb(),
      'cut.jpg': jpeg.subarray(0, jpeg.length * 0.6),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const paths = [...Object.keys(files), 'gone.jpg'].map((name) => join(folder, name));
    await photomend.app.drop(photomend.page, paths.slice(0, 5));
    for (const name of Object.keys(files)) {
      await photomend.page.getByText(name, { exact: false }).first().waitFor();
    }
    const english = await photomend.page.locator('body').innerText();
    for (const reason of [
      /empty/i,
      /SVG/,
      /more pixels than can be opened/,
      /missing|too early|incomplete/i,
    ]) {
      expect(english).toMatch(reason);
    }
    await photomend.page.evaluate(() => window.photomend['settings.change']({ language: 'zh-CN' }));
    await expect.poll(() => photomend.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    const chinese = await photomend.page.locator('body').innerText();
    expect(chinese).toMatch(/[\u4e00-\u9fff]{6}/);
    expect(chinese).not.toMatch(/The file is empty|too early/);
    await photomend.page.evaluate(() => window.photomend['settings.change']({ language: 'en' }));
    await expect.poll(() => photomend.page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('what can be read of a truncated photo is opened when asked for', async () => {
    await photomend.button('Open what can be read').click();
    await photomend.photoShown();
    expect(await photomend.page.title()).toContain('cut.jpg');
    await photomend.page
      .getByText(/part of the (file|photo) is (missing|empty)/i)
      .first()
      .waitFor();
  });
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
    const enginePid = async () => {
      const list = await readFile(`/proc/${photomend.app.pid}/task/${photomend.app.pid}/children`, 'utf8');
      for (const pid of list.trim().split(' ')) {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        if (command.includes('engine-host.js')) return Number(pid);
      }
      throw new Error('there is no engine');
    };
    await photomend.restoreButton.click();
    process.kill(await enginePid(), 'SIGKILL');
    await photomend.page
      .getByText(/ended unexpectedly|started again|restarted/i)
      .first()
      .waitFor();
    await photomend.restore();
  });

  test('a cancel takes effect within a second and leaves no trace', async () => {
    await photomend.page.keyboard.press('Control+z');
    const before = await photomend.pixels(sampleMosaic);
    await photomend.page.evaluate(() => {
      const main = [...document.querySelectorAll('button')].find((button) =>
        /^Restore/.test(button.innerText),
      );
      main?.click();
    });
    const cancel = photomend.page.getByRole('button', { name: /^Cancel/ }).first();
    const startedAt = performance.now();
    // On a fast machine it may be done before a person could press anything.
    if (await cancel.isVisible().catch(() => false)) {
      await cancel.click({ timeout: 2000 }).catch(() => undefined);
      await photomend.restoreButton.waitFor();
      expect(performance.now() - startedAt).toBeLessThan(3000);
      const repaired = await photomend.page.getByText(/region repaired/i).count();
      if (repaired === 0) expect(difference(before, await photomend.pixels(sampleMosaic))).toBeLessThan(3);
    }
  });

  test('a full disk is told, and nothing half is left', async () => {
    const target = join(folder, 'full', 'copy.jpg');
    await mkdir(join(folder, 'full'));
    // A folder that does not exist stands for one that cannot take the file.
    await photomend.app.answer('dialog.showSaveDialog', {
      canceled: false,
      filePath: join(target, 'inside-a-file.jpg'),
    });
    await writeFile(target, 'a file in the way');
    await photomend.page.keyboard.press('Control+s');
    await photomend.page
      .getByText(/folder|saved there|cannot/i)
      .first()
      .waitFor();
    expect(await readFile(target, 'utf8')).toBe('a file in the way');
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
  for (const handler of ['PermissionRequest', 'PermissionCheck', 'DevicePermission']) {
    expect(await photomend.app.calls(`session.set${handler}Handler`)).toEqual(['function']);
  }
});
