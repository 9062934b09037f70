import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallPhoto } from '../support/batch.ts';
import { serious } from './support/axe.ts';
import { newFolder, Photomend, samplePath } from './support/photomend.ts';
import { takePicture } from './support/picture.ts';

let photomend: Photomend;
let folder: string;
const hash = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
const option = (name: string) => photomend.page.getByRole('option', { name });

beforeAll(async () => {
  folder = join(newFolder(), 'party');
  for (let i = 0; i < 8; i++) await smallPhoto(join(folder, i > 5 ? 'sub' : '', `${i}.jpg`), i);
  photomend = await Photomend.start({ size: { width: 1180, height: 820 } });
});
afterAll(async () => {
  await photomend.end();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

test('the regions of the open photo are laid on a whole folder', async () => {
  const { app, page } = photomend;
  const before = await hash(join(folder, '0.jpg'));
  await app.drop(page, [samplePath]);
  await photomend.photoShown();
  await photomend.draw({ x: 300, y: 300, width: 300, height: 200 });
  await page.keyboard.press('Control+2');
  await page.getByRole('heading', { name: 'Repair a whole folder' }).waitFor();
  await takePicture(page, 'folder-empty');
  await app.drop(page, [folder]);
  await page.getByText('8 photos').waitFor();
  await page.getByLabel('Where', { exact: true }).selectOption('rects');
  await page.getByText('1 region of sample.jpg').waitFor();

  await page.getByRole('checkbox', { name: 'Show where on the photos' }).click();
  await option('0.jpg').getByText('1 place').waitFor();
  expect(await option('0.jpg').locator('rect.light').count()).toBe(1);

  await photomend.button('Try on three').click();
  await page.getByText('Three photos, before and after').waitFor();
  expect(await page.locator('figure').count()).toBe(3);
  await photomend.button('Close').click();

  await photomend.button('Repair all').click();
  await page.getByText('8 of 8').waitFor();
  await photomend.button('Open the report').waitFor();
  await takePicture(page, 'folder-done');
  const out = `${folder}-restored`;
  expect((await readdir(out)).sort()).toEqual([
    '.photomend',
    '0.jpg',
    '1.jpg',
    '2.jpg',
    '3.jpg',
    '4.jpg',
    '5.jpg',
    'photomend-report.csv',
    'photomend-report.html',
    'photomend-report.json',
    'sub',
  ]);
  expect(await hash(join(folder, '0.jpg'))).toBe(before);
  await photomend.button('Open the report').click();
  const report = join(out, 'photomend-report.html');
  await expect.poll(() => app.calls('shell.openPath')).toEqual([report]);
  // Where nothing is set up to open it, the file manager shows it.
  await app.command('shell.opensFiles', false);
  await photomend.button('Open the report').click();
  await expect.poll(() => app.calls('shell.showItemInFolder')).toEqual([report]);
  const progress = await app.calls('BrowserWindow.setProgressBar');
  expect(progress.at(-1)).toBe(-1);
  expect(await app.calls('Notification.show')).toHaveLength(1);
  expect(await app.command('power.blockers')).toBe(0);
});

test('results are looked through by keyboard', async () => {
  const { app, page } = photomend;
  await page.getByRole('listbox').focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => option('1.jpg').getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Delete');
  await option('1.jpg').getByText('Skipped').waitFor();
  expect(await app.calls('shell.trashItem')).toEqual([join(`${folder}-restored`, '1.jpg')]);
  await page.keyboard.press('r');
  await option('1.jpg')
    .getByText(/Repaired|In good order/)
    .waitFor();
  await expect.poll(() => readdir(`${folder}-restored`)).toContain('1.jpg');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /1\.jpg/ }).waitFor();
});

test('regions saved beside a photo are what a redo of it repairs', async () => {
  const { page } = photomend;
  await photomend.photoShown();
  await photomend.draw({ x: 10, y: 10, width: 30, height: 20 }, { width: 96, height: 72 });
  await page.keyboard.press('Control+Shift+b');
  const sidecar = join(folder, '1.jpg.photomend.json');
  await expect.poll(() => readFile(sidecar, 'utf8').catch(() => '')).toContain('"photomend": 1');
  const { width, height, regions } = JSON.parse(await readFile(sidecar, 'utf8'));
  expect({ width, height }).toEqual({ width: 96, height: 72 });
  expect(regions).toHaveLength(1);
  await page.keyboard.press('Control+2');
  await page.getByLabel('Where', { exact: true }).selectOption('sidecar');
  await option('1.jpg').click();
  await photomend.button('Repair again with the settings on the right').click();
  await option('1.jpg')
    .getByText(/Repaired|In good order/)
    .waitFor();
  await photomend.button('Open the report').waitFor();
  const journals = (await readdir(join(`${folder}-restored`, '.photomend'))).filter((name) =>
    name.startsWith('journal-'),
  );
  const journal = await readFile(join(`${folder}-restored`, '.photomend', journals[0]), 'utf8');
  expect(journal).toContain('"kind":"sidecar"');
});

test('it looks well in the dark, in Chinese, and keeps nobody out', async () => {
  const { page } = photomend;
  for (const [name, theme, language] of [
    ['light-en', 'light', 'en'],
    ['dark-zh', 'dark', 'zh-CN'],
  ] as const) {
    await page.evaluate((change) => window.photomend['settings.change'](change), { theme, language });
    await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
    await takePicture(page, `${name}-folder`);
    expect(await serious(page), name).toEqual([]);
  }
});

test('several photos that are open can be taken as a batch', async () => {
  const files = [join(folder, '0.jpg'), join(folder, '2.jpg')];
  const other = await Photomend.start({ args: files, size: { width: 1180, height: 820 } });
  try {
    await expect.poll(() => other.page.getByRole('option').count()).toBe(2);
    await other.page.keyboard.press('Control+2');
    await other.button('Take the 2 open photos').click();
    await other.page.getByText('2 photos').waitFor();
    await takePicture(other.page, 'folder-taken');
  } finally {
    await other.end();
  }
});
