import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { difference, newFolder, Photomend, sampleMosaic, samplePath } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  photomend = await Photomend.start({ args: [samplePath] });
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

describe('from a double-click to a saved photo', () => {
  let before: number[];
  let restored: number[];

  test('the photo named on the command line is shown', async () => {
    await photomend.photoShown();
    expect(await photomend.page.title()).toContain('sample.jpg');
    before = await photomend.pixels(sampleMosaic);
  });

  test('a rectangle drawn with the mouse says what is wrong', async () => {
    await photomend.draw(sampleMosaic);
    await photomend.page
      .getByText(/Mosaic, 8 px squares/)
      .first()
      .waitFor();
  });

  test('Enter restores it, and the picture changes there and nowhere else', async () => {
    const elsewhere = { x: 700, y: 100, width: 200, height: 100 };
    const sky = await photomend.pixels(elsewhere);
    await photomend.page.keyboard.press('Enter');
    await photomend.page
      .getByText(/region repaired/i)
      .first()
      .waitFor();
    restored = await photomend.pixels(sampleMosaic);
    expect(difference(before, restored)).toBeGreaterThan(2);
    expect(await photomend.pixels(elsewhere)).toEqual(sky);
  });

  test('undo and redo go back and forth', async () => {
    await photomend.page.keyboard.press('Control+z');
    await expect.poll(async () => difference(before, await photomend.pixels(sampleMosaic))).toBeLessThan(3);
    await photomend.page.keyboard.press('Control+Shift+z');
    await expect.poll(async () => difference(restored, await photomend.pixels(sampleMosaic))).toBeLessThan(1);
  });

  test('the key of comparison shows the original while it is held', async () => {
    await photomend.page.keyboard.down('c');
    await expect.poll(async () => difference(before, await photomend.pixels(sampleMosaic))).toBeLessThan(3);
    await photomend.page.keyboard.up('c');
    await expect.poll(async () => difference(restored, await photomend.pixels(sampleMosaic))).toBeLessThan(1);
  });

  test('the divider is a slider that moves by keys', async () => {
    await photomend.page.keyboard.press('2');
    const divider = photomend.page.getByRole('slider', { name: /before and after/i });
    await divider.waitFor();
    const middle = Number(await divider.getAttribute('aria-valuenow'));
    await divider.focus();
    await photomend.page.keyboard.press('ArrowRight');
    await expect
      .poll(async () => Number(await divider.getAttribute('aria-valuenow')))
      .toBeGreaterThan(middle);
    await photomend.page.keyboard.press('Home');
    await expect.poll(async () => difference(restored, await photomend.pixels(sampleMosaic))).toBeLessThan(3);
    await photomend.page.keyboard.press('End');
    await expect.poll(async () => difference(before, await photomend.pixels(sampleMosaic))).toBeLessThan(3);
    await photomend.page
      .getByRole('radio', { name: 'Result only' })
      .or(photomend.button('Result only'))
      .click();
  });

  test('a copy is saved beside the photo with its metadata and a note of what was done', async () => {
    const target = join(folder, 'sample-restored.jpg');
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await photomend.page.keyboard.press('Control+s');
    await photomend.page
      .getByText(/sample-restored\.jpg/)
      .first()
      .waitFor();
    const [asked] = (await photomend.app.calls('dialog.showSaveDialog')) as { defaultPath: string }[];
    expect(asked.defaultPath).toMatch(/sample-restored\.jpg$/);
    const [original, saved] = await Promise.all([sharp(samplePath).metadata(), sharp(target).metadata()]);
    expect(saved).toMatchObject({ width: original.width, height: original.height, format: 'jpeg' });
    expect((await readFile(target)).includes('compositeWithTrainedAlgorithmicMedia')).toBe(true);
    expect(await photomend.page.title()).not.toMatch(/edited/);
  });

  test('a PNG keeps every pixel outside the region', async () => {
    const target = join(folder, 'sample.png');
    await photomend.page.keyboard.press('Control+Shift+s');
    const dialog = photomend.page.getByRole('dialog');
    await dialog.waitFor();
    await choose(/format/i, 'PNG');
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await dialog.getByRole('button', { name: /choose where/i }).click();
    await photomend.page
      .getByText(/sample\.png/)
      .first()
      .waitFor();
    const before8 = await sharp(samplePath).raw().toBuffer({ resolveWithObject: true });
    const after8 = await sharp(target).raw().toBuffer();
    const outside: number[] = [];
    const { x, y, width, height } = sampleMosaic;
    for (let at = 0; at < after8.length; at++) {
      if (after8[at] === before8.data[at]) continue;
      const pixel = Math.floor(at / 3);
      const [px, py] = [pixel % before8.info.width, Math.floor(pixel / before8.info.width)];
      if (px < x - 2 || px > x + width + 2 || py < y - 2 || py > y + height + 2) outside.push(at);
    }
    expect(outside).toEqual([]);
  });

  test('the saved file opens again', async () => {
    await photomend.app.answer('dialog.showOpenDialog', {
      canceled: false,
      filePaths: [join(folder, 'sample.png')],
    });
    await photomend.page.keyboard.press('Control+o');
    await expect.poll(() => photomend.page.title()).toContain('sample.png');
  });
});

/** Takes an item of a list in the dialog. */
async function choose(list: RegExp, item: string): Promise<void> {
  const dialog = photomend.page.getByRole('dialog');
  const native = dialog.getByRole('combobox', { name: list });
  if (
    (await native.count()) > 0 &&
    (await native.first().evaluate((element) => element.tagName)) === 'SELECT'
  ) {
    await native.first().selectOption({ label: item });
    return;
  }
  await dialog.getByLabel(list).first().click();
  await photomend.page.getByRole('option', { name: item, exact: true }).click();
}
