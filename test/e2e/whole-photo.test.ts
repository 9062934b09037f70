import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fadedPhoto,
  scratchedPhoto,
  scratchSpot,
  soundPhotoPath,
  spoiledSize,
} from '../support/spoiled-photos.ts';
import { difference, newFolder, Photomend } from './support/photomend.ts';

let photomend: Photomend;
let folder: string;

async function open(name: string): Promise<void> {
  await photomend.app.drop(photomend.page, [join(folder, name)]);
  await expect.poll(() => photomend.page.title()).toContain(name);
  await photomend.photoShown();
}

beforeAll(async () => {
  folder = newFolder();
  await scratchedPhoto(join(folder, 'scratched.jpg'));
  await fadedPhoto(join(folder, 'faded.png'));
  await sharp(join(folder, 'scratched.jpg')).resize(6000, 4394).jpeg().toFile(join(folder, 'large.jpg'));
  photomend = await Photomend.start({ args: [join(folder, 'scratched.jpg')] });
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

describe('damage is found', () => {
  let before: number[];
  const spot = () => photomend.pixels(scratchSpot, spoiledSize);

  test('with a key, and proposed', async () => {
    const { page } = photomend;
    await photomend.photoShown();
    before = await spot();
    await page.keyboard.press('f');
    await page.getByText(/damaged places were found/).waitFor();
    const list = page.getByRole('region', { name: 'Places that were found' });
    expect(await list.getByRole('listitem').count()).toBeGreaterThan(1);
    await list.getByText('Scratches').first().waitFor();
    // Nothing has happened to the photo, nor to the document.
    expect(await page.getByRole('option').count()).toBe(0);
    expect(await photomend.button(/^Undo/).isEnabled()).toBe(false);
  });

  test('the slider shows the certain ones only', async () => {
    const { page } = photomend;
    const list = page.getByRole('region', { name: 'Places that were found' });
    const slider = list.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('End');
    await page.getByText(/less certain places? (is|are) hidden/).waitFor();
    await page.keyboard.press('Home');
    const all = await list.getByRole('listitem').count();
    await slider.fill('0.5');
    await expect.poll(() => list.getByRole('listitem').count()).toBeLessThanOrEqual(all);
  });

  test('one is dismissed, the others are accepted, restored and taken back', async () => {
    const { page } = photomend;
    const list = page.getByRole('region', { name: 'Places that were found' });
    const items = list.getByRole('listitem');
    const count = await items.count();
    await items
      .last()
      .getByRole('button', { name: /^Dismiss/ })
      .click();
    await expect.poll(() => items.count()).toBe(count - 1);
    await list.getByRole('button', { name: /^Accept( all \d+)?$/ }).click();
    await page.getByRole('option').first().waitFor({ state: 'attached' });
    expect(await page.getByRole('option').count()).toBe(count - 1);
    await page.keyboard.press('Enter');
    await page
      .getByText(/regions? repaired/i)
      .first()
      .waitFor();
    await expect.poll(async () => difference(before, await spot())).toBeGreaterThan(0.5);
    // What was found stays what it is called.
    await page
      .getByRole('button', { name: /^Scratches/ })
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.getByRole('option').count()).toBe(count - 1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.getByRole('option').count()).toBe(0);
    await expect.poll(async () => difference(before, await spot())).toBeLessThan(0.1);
  });

  test('nowhere in a photo in good order', async () => {
    const { page } = photomend;
    await photomend.app.drop(page, [soundPhotoPath]);
    await expect.poll(() => page.title()).toContain('image.jpg');
    await photomend.photoShown();
    await page.getByRole('button', { name: 'Find damage' }).click();
    await page
      .getByText(/^No damage was found in this photo/)
      .first()
      .waitFor();
    expect(await page.getByRole('region', { name: 'Places that were found' }).count()).toBe(0);
  });
});

describe('a whole photo is repaired', () => {
  const middle = { x: 400, y: 300, width: 200, height: 120 };
  const pixels = () => photomend.pixels(middle, spoiledSize);
  let before: number[];
  let after: number[];

  test('with the steps that are wanted, and says what each did', async () => {
    const { page } = photomend;
    await open('faded.png');
    before = await pixels();
    await page.keyboard.press('w');
    await page.getByRole('checkbox', { name: 'Damage' }).uncheck();
    await page.keyboard.press('Escape');
    await photomend.button(/^Repair whole photo/).click();
    await page
      .getByText(/whole photo was repaired/)
      .first()
      .waitFor();
    await page.getByText('Strongly faded; put right').waitFor();
    await expect.poll(async () => difference(before, await pixels())).toBeGreaterThan(5);
    after = await pixels();
  });

  test('its strength is changed, it is compared and switched off', async () => {
    const { page } = photomend;
    await page.getByRole('slider', { name: 'Strength' }).fill('50');
    await expect.poll(async () => difference(after, await pixels())).toBeGreaterThan(2);
    await page.getByRole('slider', { name: 'Strength' }).fill('100');
    await page.getByRole('button', { name: 'Compare before and after' }).click();
    const divider = page.getByRole('slider', { name: /before and after/i });
    await divider.focus();
    await page.keyboard.press('End');
    await expect.poll(async () => difference(before, await pixels())).toBeLessThan(0.5);
    await page.keyboard.press('Home');
    await expect.poll(async () => difference(after, await pixels())).toBeLessThan(0.5);
    await page.keyboard.press('v');
    await page.getByRole('button', { name: /^Repairs/ }).click();
    await page.getByRole('button', { name: 'Hide this repair' }).click();
    await expect.poll(async () => difference(before, await pixels())).toBeLessThan(0.5);
    await page.getByRole('button', { name: 'Show this repair' }).click();
    await expect.poll(async () => difference(after, await pixels())).toBeLessThan(0.5);
  });

  test('again with a step less, in the same place', async () => {
    const { page } = photomend;
    await page.keyboard.press('w');
    await page.getByRole('checkbox', { name: 'Colour and contrast' }).uncheck();
    await photomend.button(/^Repair again/).click();
    await page
      .getByText(/good order; nothing was changed/)
      .first()
      .waitFor();
    await expect.poll(async () => difference(before, await pixels())).toBeLessThan(0.5);
    expect(await page.getByRole('button', { name: /^Repairs/ }).innerText()).toMatch(/1$/);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => difference(after, await pixels())).toBeLessThan(0.5);
  });

  test('and saved', async () => {
    const { page } = photomend;
    const target = join(folder, 'saved.png');
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await page.keyboard.press('Control+s');
    await page
      .getByText(/saved\.png/)
      .first()
      .waitFor();
    const [faded, saved] = await Promise.all([
      sharp(join(folder, 'faded.png')).greyscale().stats(),
      sharp(target).greyscale().stats(),
    ]);
    expect(saved.channels[0].stdev).toBeGreaterThan(1.3 * faded.channels[0].stdev);
  });
});

describe('24 megapixels', () => {
  test('progress is shown, and a cancel takes effect within a second', async () => {
    const { page } = photomend;
    await open('large.jpg');
    await page.keyboard.press('f');
    for (const [key, words] of [
      ['f', /^Looking for damage, [1-9]/],
      ['w', /^Repairing the whole photo, [1-9]/],
    ] as const) {
      if (key === 'w') {
        await page.keyboard.press('w');
        await photomend.button(/^Repair whole photo/).click();
      }
      await page.getByText(words).waitFor();
      const startedAt = performance.now();
      await page.keyboard.press('Escape');
      await page.getByRole('progressbar').waitFor({ state: 'detached' });
      const tookMs = performance.now() - startedAt;
      console.log(`${key}: from the key to the end ${Math.round(tookMs)} ms`);
      expect(tookMs).toBeLessThan(1000);
    }
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await photomend.button(/^Undo/).isEnabled()).toBe(false);
  }, 120_000);

  test('the tones of the whole photo are put right, kept in case of a crash, and saved', async () => {
    const { page } = photomend;
    const faded = join(folder, 'large-faded.jpg');
    await sharp(join(folder, 'faded.png')).resize(6000, 4394).jpeg().toFile(faded);
    await open('large-faded.jpg');
    await page.keyboard.press('w');
    for (const step of ['Damage', 'Noise', 'JPEG traces']) {
      await page.getByRole('checkbox', { name: step }).uncheck();
    }
    const startedAt = performance.now();
    await photomend.button(/^Repair whole photo/).click();
    await page
      .getByText(/whole photo was repaired/)
      .first()
      .waitFor({ timeout: 120_000 });
    console.log(`repair of tones, 26 megapixels: ${Math.round(performance.now() - startedAt)} ms`);
    // Once the work is said to be kept, a crash costs nothing.
    await expect
      .poll(
        async () => {
          const folders = await readdir(join(photomend.home, 'work'));
          const kept = folders.map((id) => readFile(join(photomend.home, 'work', id, 'work.json'), 'utf8'));
          return (await Promise.allSettled(kept)).map((its) => (its.status === 'fulfilled' ? its.value : ''));
        },
        { timeout: 30_000 },
      )
      .toContainEqual(expect.stringMatching(/large-faded.*"whole":/s));
    await photomend.app.kill();
    photomend = await Photomend.start({ home: photomend.home });
    await photomend.page.getByRole('button', { name: /^Continue/ }).click();
    await expect.poll(() => photomend.page.title()).toContain('large-faded.jpg');
    await photomend.photoShown();
    const target = join(folder, 'large-saved.jpg');
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await photomend.page.keyboard.press('Control+s');
    await photomend.page
      .getByText(/large-saved\.jpg/)
      .first()
      .waitFor();
    const [was, is] = await Promise.all([faded, target].map((path) => sharp(path).greyscale().stats()));
    expect(is.channels[0].stdev).toBeGreaterThan(1.3 * was.channels[0].stdev);
  }, 180_000);
});
