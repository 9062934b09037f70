import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { difference, newFolder, Photomend, sampleMosaic, samplePath } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  photomend = await Photomend.start({ args: [samplePath] });
  await photomend.photoShown();
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => photomend.page.keyboard.press(key)), Promise.resolve());

/** Writes into the field of the panel with that name, as a person does who came there with the Tab key. */
async function fill(name: string, value: number): Promise<void> {
  const field = photomend.page.getByLabel(name, { exact: true }).first();
  await field.focus();
  await field.fill(String(value));
  await press('Enter');
  await expect.poll(() => field.inputValue()).toBe(String(value));
}

test('without a pointer: a region, exact numbers, restore, strength, undo', async () => {
  const { page } = photomend;
  const before = await photomend.pixels(sampleMosaic);
  await press('n');
  const { x, y, width, height } = sampleMosaic;
  await fill('Width', width);
  await fill('Height', height);
  await fill('From the left', x - 1);
  await fill('From the top', y - 10);
  await press('F6', 'F6', 'F6', 'F6');
  await page.getByRole('option', { name: /^Region 1/ }).focus();
  await press('ArrowRight', 'Shift+ArrowDown');
  await expect.poll(() => page.getByLabel('From the left').inputValue()).toBe(String(x));
  await expect.poll(() => page.getByLabel('From the top').inputValue()).toBe(String(y));
  await press('Alt+ArrowRight', 'Alt+ArrowLeft');
  await expect.poll(() => page.getByLabel('Width', { exact: true }).inputValue()).toBe(String(width));
  await page
    .getByText(/Mosaic, 8 px/)
    .first()
    .waitFor();
  await press('Enter');
  await page
    .getByText(/region repaired/i)
    .first()
    .waitFor();
  const restored = await photomend.pixels(sampleMosaic);
  expect(difference(before, restored)).toBeGreaterThan(2);

  for (let i = 0; i < 20; i++) await press('[');
  await page.getByLabel('Strength').first().waitFor();
  await expect.poll(async () => difference(before, await photomend.pixels(sampleMosaic))).toBeLessThan(1);
  for (let i = 0; i < 20; i++) await press(']');
  await expect.poll(async () => difference(restored, await photomend.pixels(sampleMosaic))).toBeLessThan(1);
  await page.getByRole('img', { name: 'How sure: Plausible' }).waitFor();
  await page.getByText(/Damaged again in the same way/).waitFor();
});

test('the view stays where it was after a repair, an undo and a comparison', async () => {
  const { page } = photomend;
  await press('z');
  await press('ArrowRight', 'ArrowDown');
  const zoom = page.locator('footer .scale');
  expect(await zoom.innerText()).toContain('100');
  const corner = () => photomend.canvasPixels({ x: 5, y: 5, width: 40, height: 40 });
  const seen = await corner();
  await press('Control+z', 'Control+Shift+z', '2', '3');
  await photomend
    .button('Result only')
    .or(page.getByRole('radio', { name: 'Result only' }))
    .click();
  expect(await zoom.innerText()).toContain('100');
  await expect.poll(async () => difference(seen, await corner())).toBe(0);
  await press('Control+0');
});

test('a project brings everything back, and counts as saved', async () => {
  const filePath = join(folder, 'work.photomend');
  await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath });
  await press('Control+Shift+p');
  await photomend.page
    .getByText(/work\.photomend/)
    .first()
    .waitFor();
  const restored = await photomend.pixels(sampleMosaic);
  await photomend.app.quit();
  // Nobody is asked: nothing would be lost.
  expect(await photomend.app.exited).toBe(0);
  photomend = await Photomend.start({ args: [filePath] });
  await photomend.photoShown();
  expect(await photomend.page.title()).toContain('sample.jpg');
  await expect.poll(async () => difference(restored, await photomend.pixels(sampleMosaic))).toBeLessThan(1);
  expect(await photomend.page.getByText('edited', { exact: true }).count()).toBe(0);
  await photomend.page
    .getByText(/Mosaic, 8 px/)
    .first()
    .waitFor();
});
