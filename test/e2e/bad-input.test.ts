import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bomb, lockedFile } from './support/bad-files.ts';
import { type ErrorCode, expectToldInBothLanguages } from './support/languages.ts';
import { newFolder, Photomend, sampleMosaic, samplePath } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  photomend = await Photomend.start({ args: [samplePath] });
  await photomend.photoShown();
  await photomend.draw(sampleMosaic);
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

test('files that cannot be opened say why in both languages, and what is open stays as it is', async () => {
  const jpeg = await readFile(samplePath);
  const files: [name: string, content: Buffer | string, code: ErrorCode][] = [
    ['空 🌸.jpg', '', 'photo.empty'],
    ['text.jpg', 'this is not a photo', 'photo.unknown-format'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'photo.svg-refused'],
    ['bomb.jpg', await bomb(), 'photo.too-large'],
    ['cut.jpg', jpeg.subarray(0, jpeg.length * 0.6), 'photo.truncated'],
    ['bad.photomend', '{', 'project.unreadable'],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  const paths = files.map(([name]) => join(folder, name));
  const codes = files.map(([, , code]) => code);
  const locked = lockedFile(folder);
  if (locked === undefined)
    console.log('skipped: a file that must not be read (there is none for root here)');
  else {
    paths.push(locked);
    codes.push('photo.no-permission');
  }
  await photomend.app.drop(photomend.page, paths);
  for (const path of paths) await photomend.page.getByText(basename(path), { exact: true }).waitFor();
  await expectToldInBothLanguages(photomend, codes);
  await expectToldInBothLanguages(photomend, ['photo.too-large.hint', 'photo.unknown-format.hint']);
  expect(await photomend.page.title()).toContain('sample.jpg');
  await photomend.page
    .getByText(/Mosaic, 8 px/)
    .first()
    .waitFor();
});

test('a file that is gone by the time it is opened is told of', async () => {
  await photomend.app.command('app.emit', { name: 'open-file', args: [join(folder, 'gone.jpg')] });
  await photomend.page.getByText('gone.jpg', { exact: true }).waitFor();
  await expectToldInBothLanguages(photomend, ['photo.not-found', 'photo.not-found.hint']);
});

test('what can be read of a truncated photo is opened when asked for', async () => {
  await photomend.button('Open what can be read').click();
  await expect.poll(() => photomend.page.title()).toContain('cut.jpg');
  await photomend.photoShown();
  await photomend.page
    .getByText(/part of the (file|photo) is (missing|empty)/i)
    .first()
    .waitFor();
});

test('a path with Chinese and emoji is opened and saved to', async () => {
  const place = join(folder, '照片 🌸');
  await mkdir(place);
  await copyFile(samplePath, join(place, '外婆 👵.jpg'));
  await photomend.app.drop(photomend.page, [join(place, '外婆 👵.jpg')]);
  await expect.poll(() => photomend.page.title()).toContain('外婆 👵.jpg');
  await photomend.photoShown();
  const filePath = join(place, '外婆 👵-修复.jpg');
  await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath });
  await photomend.page.keyboard.press('Control+s');
  await photomend.page.getByText('外婆 👵-修复.jpg', { exact: false }).first().waitFor();
  expect((await readFile(filePath)).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
});
